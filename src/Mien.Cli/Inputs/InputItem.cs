namespace Mien.Cli;

/// <summary>One image or video to read.</summary>
/// <param name="Path">
/// The path as given, or the given folder and the path below it; <c>-</c> is standard input.
/// </param>
/// <param name="Relative">
/// The path below the given folder, which decides the shard of the input and names its output files.
/// </param>
internal sealed record InputItem(string Path, string Relative)
{
    /// <summary>The path of standard input.</summary>
    public const string StandardInput = "-";

    public bool IsStandardInput => Path == StandardInput;

    /// <summary>
    /// Why there is nothing to read, for example because a folder cannot be listed; <c>null</c> for a file.
    /// </summary>
    public MienException? Error { get; init; }
}
