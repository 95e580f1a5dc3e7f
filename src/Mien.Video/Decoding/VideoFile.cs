namespace Mien.Video;

/// <summary>Checks an input before ffmpeg opens it. Thread-safe.</summary>
internal static class VideoFile
{
    private const string Kind = "video";

    /// <summary>Enough to see what the file is.</summary>
    private const int HeadBytes = 4096;

    /// <summary>Checks that a path is a readable file that may be a video.</summary>
    /// <exception cref="MienException">
    /// <c>badUrl</c>, <c>stillPicture</c>, or as <see cref="InputFile"/> reports files.
    /// </exception>
    /// <returns>The first bytes.</returns>
    public static byte[] Check(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (IsUrl(path) && !File.Exists(path))
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "badUrl",
                $"{path}: is a URL, and Mien downloads nothing. Download the video first, or pipe it in: "
                    + $"curl -s URL | mien video -"
            );
        }

        byte[] head = InputFile.ReadHead(path, Kind, HeadBytes);
        CheckHead(head, path);
        return head;
    }

    /// <summary>
    /// Opens an open file of this process, such as <c>/dev/stdin</c> or the path that a shell passes for
    /// <c>&lt;(command)</c>; under this name ffmpeg would find its own files.
    /// </summary>
    /// <returns><see langword="null"/> for other paths.</returns>
    /// <exception cref="MienException"><c>unreadableFile</c>.</exception>
    public static FileStream? OpenPipe(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) || !SpecialFile.IsOpenFile(path))
        {
            return null;
        }

        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MienException(
                ErrorKind.Unavailable,
                "unreadableFile",
                $"{path}: the video file cannot be read ({e.Message}). Check the path.",
                e
            );
        }
    }

    /// <summary>Checks the first bytes of an input.</summary>
    /// <exception cref="MienException">
    /// <c>emptyFile</c>, <c>stillPicture</c>, or <c>notAVideo</c> for a playlist.
    /// </exception>
    public static void CheckHead(ReadOnlySpan<byte> head, string name)
    {
        if (head.IsEmpty)
        {
            throw InputFile.EmptyFile(name, Kind);
        }

        if (PlaylistHead.KindOf(head) is { } kind)
        {
            throw Playlist(name, kind);
        }

        // By content, because ffmpeg takes a percent sign in the name of a picture for a number of a series. An
        // animated PNG is a video; its first chunks say so. Other JPEG is left to ffmpeg: a series of them is a video.
        bool isPicture =
            (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) && name.Contains('%', StringComparison.Ordinal))
            || (head.Length > 3 && head[0] == 0x89 && head[1..].StartsWith("PNG"u8) && head.IndexOf("acTL"u8) < 0)
            || (head.StartsWith("BM"u8) && head.Length > 14 && head[14] is (12 or 40 or 108 or 124))
            || head.StartsWith("II*\0"u8)
            || head.StartsWith("MM\0*"u8)
            || (head.Length > 12 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8))
            || (head.Length > 12 && head[4..].StartsWith("ftyp"u8) && IsPictureBrand(head.Slice(8, 4)));
        if (isPicture)
        {
            throw StillPicture(name);
        }
    }

    /// <summary>The error for a picture.</summary>
    public static MienException StillPicture(string name) =>
        new(
            ErrorKind.BadInput,
            "stillPicture",
            $"{name}: is a still picture, expected a video. Use 'mien predict' for pictures."
        );

    /// <summary>The error for a file that lists others.</summary>
    public static MienException Playlist(string name, string kind) =>
        new(
            ErrorKind.BadInput,
            "notAVideo",
            $"{name}: is a playlist ({kind}), expected a video file. Name the files that it lists."
        );

    private static bool IsPictureBrand(ReadOnlySpan<byte> brand) =>
        brand.SequenceEqual("heic"u8)
        || brand.SequenceEqual("heix"u8)
        || brand.SequenceEqual("mif1"u8)
        || brand.SequenceEqual("avif"u8);

    /// <summary>
    /// Whether a path begins with a URI scheme (RFC 3986, 3.1) and <c>://</c>. The scheme has at least two characters,
    /// because one letter is a drive on Windows.
    /// </summary>
    private static bool IsUrl(string path)
    {
        int colon = path.IndexOf("://", StringComparison.Ordinal);
        return colon > 1 && path[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '.' or '-');
    }
}
