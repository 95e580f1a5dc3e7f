using System.Globalization;
using System.Text;

namespace Mien.CommandLine;

/// <summary>
/// The width of a text in terminal columns: one for most characters, two for East Asian characters and emoji, none
/// for combining marks.
/// </summary>
internal static class TextWidth
{
    /// <summary>The width of a text.</summary>
    /// <param name="text">One line, without escape codes.</param>
    /// <returns>The width in columns.</returns>
    public static int Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int width = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            width += Of(rune);
        }

        return width;
    }

    /// <summary>
    /// Truncates a text to a width; <c>…</c> (or <c>...</c>) replaces the part that was cut.
    /// </summary>
    /// <param name="text">One line, without escape codes.</param>
    /// <param name="width">The maximum width in columns, at least 0.</param>
    /// <param name="unicode">Whether <c>…</c> can be displayed.</param>
    /// <param name="keepEnd">Whether to cut the beginning instead of the end, as for paths.</param>
    /// <returns>A text of at most <paramref name="width"/> columns.</returns>
    public static string Fit(string text, int width, bool unicode = true, bool keepEnd = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        if (Of(text) <= width)
        {
            return text;
        }

        string dots = unicode ? "…" : "...";
        if (width <= dots.Length)
        {
            return dots[..Math.Min(width, dots.Length)];
        }

        int room = width - dots.Length;
        Rune[] runes = [.. text.EnumerateRunes()];
        if (keepEnd)
        {
            Array.Reverse(runes);
        }

        int taken = 0;
        for (int used = 0; taken < runes.Length && (used += Of(runes[taken])) <= room; taken++) { }

        Rune[] kept = runes[..taken];
        if (keepEnd)
        {
            Array.Reverse(kept);
        }

        string rest = string.Concat(kept);
        return keepEnd ? dots + rest : rest + dots;
    }

    private static int Of(Rune rune) =>
        Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control
            or UnicodeCategory.NonSpacingMark
            or UnicodeCategory.EnclosingMark
            or UnicodeCategory.Format => 0,
            _ => rune.Value switch
            {
                // The wide ranges (W and F) of Unicode's EastAsianWidth.txt, merged into a few blocks.
                (>= 0x1100 and <= 0x115F)
                or (>= 0x2E80 and <= 0x303E)
                or (>= 0x3041 and <= 0xA4CF)
                or (>= 0xAC00 and <= 0xD7A3)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0xFE30 and <= 0xFE6F)
                or (>= 0xFF00 and <= 0xFF60)
                or (>= 0xFFE0 and <= 0xFFE6)
                or (>= 0x1F300 and <= 0x1FAFF)
                or (>= 0x20000 and <= 0x3FFFD) => 2,
                _ => 1,
            },
        };
}
