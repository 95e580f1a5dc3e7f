namespace Mien.Cli;

/// <summary>One image that is to be read.</summary>
/// <param name="Path">
/// The path as it was given, or as it stands under the folder that was given; <c>-</c>: standard input.
/// </param>
/// <param name="Relative">The path under the folder that was given, for the files that are made of the image.</param>
internal sealed record ImageInput(string Path, string Relative)
{
    /// <summary>How standard input is given.</summary>
    public const string StandardInput = "-";

    public bool IsStandardInput => Path == StandardInput;

    /// <summary>
    /// Why there is nothing to read, such as a folder that cannot be listed; <c>null</c> for an image.
    /// </summary>
    public MienException? Error { get; init; }
}
