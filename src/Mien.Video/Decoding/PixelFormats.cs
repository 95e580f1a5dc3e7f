using System.Text.RegularExpressions;

namespace Mien.Video;

/// <summary>What the names of ffmpeg's pixel formats say. Thread-safe.</summary>
internal static partial class PixelFormats
{
    /// <summary>Whether a format has an alpha channel.</summary>
    public static bool HasAlpha(string name) =>
        name is "pal8"
        || name.StartsWith("yuva", StringComparison.Ordinal)
        || name.StartsWith("rgba", StringComparison.Ordinal)
        || name.StartsWith("bgra", StringComparison.Ordinal)
        || name.StartsWith("argb", StringComparison.Ordinal)
        || name.StartsWith("abgr", StringComparison.Ordinal)
        || name.StartsWith("gbrap", StringComparison.Ordinal)
        || name.StartsWith("ya8", StringComparison.Ordinal)
        || name.StartsWith("ya16", StringComparison.Ordinal);

    /// <summary>Whether a format has more than 8 bits per channel.</summary>
    public static bool IsDeep(string name) => DeepName().IsMatch(name);

    /// <summary>As in <c>yuv420p10le</c>, <c>p010le</c>, <c>gray12be</c>, <c>rgb48le</c>, <c>gbrpf32le</c>.</summary>
    [GeneratedRegex("(9|1[0-6]|32|48|64)(le|be)$", RegexOptions.CultureInvariant)]
    private static partial Regex DeepName();
}
