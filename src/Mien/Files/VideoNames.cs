namespace Mien;

/// <summary>
/// The file name extensions of videos. Folders are searched for these; a file given by path is read regardless of its
/// extension. Thread-safe.
/// </summary>
internal static class VideoNames
{
    /// <summary>The extensions, in lower case.</summary>
    public static IReadOnlyList<string> Extensions { get; } =
    [
        ".mp4",
        ".m4v",
        ".mov",
        ".mkv",
        ".webm",
        ".avi",
        ".mpg",
        ".mpeg",
        ".ts",
        ".mts",
        ".m2ts",
        ".wmv",
        ".flv",
        ".3gp",
        ".ogv",
        ".mxf",
        ".vob",
    ];

    /// <summary>Checks whether a file has the extension of a video.</summary>
    /// <param name="name">The name or path of the file.</param>
    public static bool IsVideo(ReadOnlySpan<char> name) => ImageNames.Has(Extensions, name);
}
