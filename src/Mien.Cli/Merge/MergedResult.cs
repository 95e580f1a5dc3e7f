namespace Mien.Cli;

/// <summary>A result in a part, as far as its check needs it.</summary>
/// <param name="Path">The path of the image.</param>
/// <param name="IsError">Whether it failed.</param>
/// <param name="ErrorCode">The code of the error; <c>null</c> if there is none.</param>
internal readonly record struct MergedResult(string Path, bool IsError, string? ErrorCode)
{
    private static readonly string[] FolderErrors = ["noPermission", "unreadableFolder", "badPath"];

    /// <summary>
    /// Whether it is the error of a folder that could not be listed, or of a bad line of a list. Every shard has it.
    /// </summary>
    public bool IsNoPhoto => Array.IndexOf(FolderErrors, ErrorCode) >= 0 && !ImageNames.IsImage(Path);
}
