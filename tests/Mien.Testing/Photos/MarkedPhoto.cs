namespace Mien.Testing;

/// <summary>One of the photos with marks.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Faces">Its faces, from left to right.</param>
internal sealed record MarkedPhoto(string Name, string Path, int Width, int Height, IReadOnlyList<MarkedFace> Faces)
{
    public override string ToString() => Name;
}
