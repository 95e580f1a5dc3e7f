namespace Mien.Testing;

/// <summary>A photo with marked faces.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Path">The path of the file.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Faces">Its faces, from left to right.</param>
internal sealed record MarkedPhoto(string Name, string Path, int Width, int Height, IReadOnlyList<MarkedFace> Faces)
{
    public override string ToString() => Name;
}
