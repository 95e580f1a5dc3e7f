namespace Mien.Video;

/// <summary>
/// Recognises files that list others. They are refused before ffprobe sees them, because it opens what they list.
/// Thread-safe.
/// </summary>
internal static class PlaylistHead
{
    /// <summary>The kind of playlist that a file is; <see langword="null"/> if it is none.</summary>
    /// <param name="head">The first bytes of the file.</param>
    public static string? KindOf(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> text = head.TrimStart([.. "\uFEFF \t\r\n"u8]);
        return text.StartsWith("#EXTM3U"u8) ? "m3u8"
            : text.StartsWith("ffconcat version"u8) ? "ffconcat"
            : text.StartsWith("# VobSub index file"u8) ? "VobSub"
            : text.StartsWith("v=0"u8) && text.IndexOf("\nm="u8) > 0 ? "SDP"
            : !text.StartsWith("<"u8) ? null
            : text.IndexOf("<MPD"u8) >= 0 ? "DASH"
            : text.IndexOf("<CompositionPlaylist"u8) >= 0 ? "IMF"
            : null;
    }
}
