namespace Mien.Cli.Prediction;

/// <summary>What became of one image.</summary>
/// <param name="Path">The path as it was given, or as it stands under the folder that was given.</param>
internal sealed record ImageOutcome(string Path)
{
    /// <summary>Width of the image in pixels, as it is shown upright.</summary>
    public int Width { get; init; }

    /// <summary>Height of the image in pixels, as it is shown upright.</summary>
    public int Height { get; init; }

    /// <summary>The result; <c>null</c> where the image failed.</summary>
    public ExpressionResult? Result { get; init; }

    /// <summary>Why the image failed; <c>null</c> where it did not.</summary>
    public MienException? Error { get; init; }
}
