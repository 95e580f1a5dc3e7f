namespace Mien.CommandLine;

/// <summary>The content of a line chart; <see cref="ChartPainter"/> draws it. Immutable.</summary>
internal sealed record LineChart
{
    /// <summary>The title above the plot; <c>null</c> for none.</summary>
    public string? Title { get; init; }

    /// <summary>The axis below the plot.</summary>
    public ChartAxis X { get; init; } = new();

    /// <summary>The axis left of the plot.</summary>
    public ChartAxis Y { get; init; } = new();

    /// <summary>The series; later ones are drawn over earlier ones. Without series only the axes are drawn.</summary>
    public IReadOnlyList<ChartSeries> Series { get; init; } = [];

    /// <summary>
    /// The space left of the plot in pixels, to align charts above one another; <c>null</c> fits it to the labels.
    /// </summary>
    public float? LeftMargin { get; init; }

    /// <summary>The chart as a PNG file.</summary>
    public byte[] ToPng(int width, int height) => ChartSheet.Of(this, width, height).ToPng();

    /// <summary>The chart as an SVG document. Text stays text, in DejaVu Sans if the viewer has that font.</summary>
    public string ToSvg(int width, int height) => ChartSheet.Of(this, width, height).ToSvg();
}
