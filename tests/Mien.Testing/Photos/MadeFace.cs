namespace Mien.Testing;

/// <summary>One of samples/faces on a made photo.</summary>
/// <param name="Name">The expression.</param>
/// <param name="X">Left edge of the pasted crop.</param>
/// <param name="Y">Upper edge.</param>
/// <param name="Side">Its side in pixels.</param>
internal sealed record MadeFace(string Name, int X, int Y, int Side)
{
    /// <summary>Where BlazeFace should put its box: about nine tenths of the crop.</summary>
    public FaceBox Box => new(X + (0.05f * Side), Y + (0.05f * Side), 0.9f * Side, 0.9f * Side);
}
