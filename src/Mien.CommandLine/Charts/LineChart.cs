namespace Mien.CommandLine;

/// <summary>A line chart: what it shows, not how. Immutable.</summary>
internal sealed record LineChart
{
    /// <summary>Drawn above the plot; <c>null</c>: no title.</summary>
    public string? Title { get; init; }

    /// <summary>The axis below the plot.</summary>
    public ChartAxis X { get; init; } = new();

    /// <summary>The axis left of the plot.</summary>
    public ChartAxis Y { get; init; } = new();

    /// <summary>The lines; a later one is drawn over an earlier one. With none the axes stand alone.</summary>
    public IReadOnlyList<ChartSeries> Series { get; init; } = [];

    /// <summary>
    /// Room left of the plot in pixels, so that charts above one another agree; <c>null</c>: what the labels need.
    /// </summary>
    public float? LeftMargin { get; init; }

    /// <summary>The chart as a PNG file.</summary>
    public byte[] ToPng(int width, int height) => ChartSheet.Of(this, width, height).ToPng();

    /// <summary>The chart as an SVG document; its text is text, in DejaVu Sans where the reader has it.</summary>
    public string ToSvg(int width, int height) => ChartSheet.Of(this, width, height).ToSvg();
}
