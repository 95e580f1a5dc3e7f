namespace Mien.Testing;

/// <summary>One of samples/faces on a synthetic photo.</summary>
/// <param name="Name">The expression.</param>
/// <param name="X">Left edge of the pasted crop in pixels.</param>
/// <param name="Y">Upper edge of the pasted crop in pixels.</param>
/// <param name="Side">Side of the pasted crop in pixels.</param>
internal sealed record MadeFace(string Name, int X, int Y, int Side)
{
    /// <summary>The expected bounding box of BlazeFace: about nine tenths of the crop.</summary>
    public FaceBox Box => new(X + (0.05f * Side), Y + (0.05f * Side), 0.9f * Side, 0.9f * Side);
}
