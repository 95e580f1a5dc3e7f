namespace Mien.CommandLine;

/// <summary>
/// Horizontal text bars, drawn with Unicode's block elements (U+2588 … U+258F) to an eighth of a column, or with
/// <c>#</c> without Unicode.
/// </summary>
internal static class HorizontalBars
{
    private const string Eighths = " ▏▎▍▌▋▊▉";

    /// <summary>Draws one bar.</summary>
    /// <param name="fraction">The filled fraction, clamped to 0..1; NaN is drawn as 0.</param>
    /// <param name="width">The width of a full bar in columns, at least 0.</param>
    /// <param name="unicode">Whether block elements can be displayed.</param>
    /// <returns>A text of exactly <paramref name="width"/> columns, padded with spaces.</returns>
    public static string Bar(double fraction, int width, bool unicode = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        double filled = (double.IsNaN(fraction) ? 0 : Math.Clamp(fraction, 0, 1)) * width;
        if (!unicode)
        {
            return new string('#', (int)Math.Round(filled)).PadRight(width);
        }

        int eighths = (int)Math.Round(filled * 8);
        string bar = new('█', eighths / 8);
        return (eighths % 8 == 0 ? bar : bar + Eighths[eighths % 8]).PadRight(width);
    }

    /// <summary>Draws labelled bars, one per line, with aligned columns that fit the console.</summary>
    /// <param name="console">The console; determines the width and the characters.</param>
    /// <param name="rows">Label, filled fraction 0..1, and the value as text, which is right-aligned.</param>
    /// <param name="indent">Spaces before each line.</param>
    /// <param name="maxBar">The maximum width of a bar in columns.</param>
    /// <returns>One line per row.</returns>
    public static IReadOnlyList<string> Lines(
        CommandConsole console,
        IReadOnlyList<(string Label, double Fraction, string Value)> rows,
        int indent = 2,
        int maxBar = 40
    )
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0)
        {
            return [];
        }

        int labels = rows.Max(r => TextWidth.Of(r.Label));
        int values = rows.Max(r => TextWidth.Of(r.Value));
        int width = Math.Clamp(console.Width - indent - labels - values - 5, 4, Math.Max(4, maxBar));
        return
        [
            .. rows.Select(r =>
                new string(' ', indent)
                + r.Label
                + new string(' ', labels - TextWidth.Of(r.Label))
                + "  "
                + Bar(r.Fraction, width, console.Unicode)
                + "  "
                + new string(' ', values - TextWidth.Of(r.Value))
                + r.Value
            ),
        ];
    }
}
