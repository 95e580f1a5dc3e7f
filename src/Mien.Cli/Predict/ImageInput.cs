namespace Mien.Cli;

/// <summary>One image to read.</summary>
/// <param name="Path">
/// The path as given, or the given folder and the path below it; <c>-</c> is standard input.
/// </param>
/// <param name="Relative">
/// The path below the given folder, which decides the shard of the image and names its output files.
/// </param>
internal sealed record ImageInput(string Path, string Relative)
{
    /// <summary>The path of standard input.</summary>
    public const string StandardInput = "-";

    public bool IsStandardInput => Path == StandardInput;

    /// <summary>
    /// Why there is nothing to read, for example because a folder cannot be listed; <c>null</c> for an image.
    /// </summary>
    public MienException? Error { get; init; }
}
