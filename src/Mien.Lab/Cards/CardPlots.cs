using System.Globalization;
using Mien.CommandLine;
using Mien.Evaluation;
using SkiaSharp;

namespace Mien.Lab;

/// <summary>The plots of a model card as PNG images.</summary>
internal static class CardPlots
{
    private const int Columns = 3;
    private const int PanelWidth = 400;
    private const int PanelHeight = 290;

    /// <summary>The risk–coverage curve, 640×400 pixels, with a dot at the model's threshold.</summary>
    public static byte[] RiskCoverage(RiskCoverage curve, RiskCoveragePoint marked)
    {
        double highest = 100 * curve.Points.Append(marked).Max(p => 1 - p.Accuracy);
        var chart = new LineChart
        {
            X = new()
            {
                Label = "coverage: images kept (%)",
                From = 0,
                To = 102,
            },
            Y = new()
            {
                Label = "risk: error of those kept (%)",
                From = 0,
                To = Math.Max(5, 1.1 * highest),
            },
            Series =
            [
                new(null, [.. curve.Points.Select(p => (p.Coverage * 100, (1 - p.Accuracy) * 100))])
                {
                    Marker = ChartMarker.Dot,
                },
                .. marked.Count > 0 ? [Threshold(marked)] : Array.Empty<ChartSeries>(),
            ],
        };
        return chart.ToPng(640, 400);
    }

    /// <summary>One panel per corruption, three side by side: 1200 pixels wide, 290 pixels per row.</summary>
    public static byte[] Robustness(IReadOnlyList<RobustnessCurve> curves, double unchanged)
    {
        int rows = (curves.Count + Columns - 1) / Columns;
        return new ChartSheet(
            Columns * PanelWidth,
            rows * PanelHeight,
            [
                .. curves.Select(
                    (curve, i) =>
                        (
                            Panel(curve, unchanged, first: i % Columns == 0),
                            SKRect.Create(i % Columns * PanelWidth, i / Columns * PanelHeight, PanelWidth, PanelHeight)
                        )
                ),
            ]
        ).ToPng();
    }

    private static ChartSeries Threshold(RiskCoveragePoint point) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"confidence of {point.Threshold:0.00##} or more: {point.Coverage * 100:0.0} % kept, "
                    + $"{(1 - point.Accuracy) * 100:0.0} % of them wrong"
            ),
            [(point.Coverage * 100, (1 - point.Accuracy) * 100)]
        )
        {
            Line = false,
            Marker = ChartMarker.LargeDot,
        };

    private static LineChart Panel(RobustnessCurve curve, double unchanged, bool first)
    {
        RobustnessPoint[] points = [.. curve.Points];
        return new LineChart
        {
            X = new()
            {
                Label = Corruptions.Describe(curve.Corruption),
                From = -0.4,
                To = points.Length + 0.4,
                Ticks =
                [
                    (0, "as is"),
                    .. points.Select((p, i) => (i + 1.0, p.Strength.ToString(CultureInfo.InvariantCulture))),
                ],
            },
            Y = new()
            {
                Label = first ? "accuracy (%)" : null,
                From = 0,
                To = 100,
            },
            LeftMargin = 66,
            Series =
            [
                new(null, [(0, unchanged * 100), .. points.Select((p, i) => (i + 1.0, p.Accuracy * 100))])
                {
                    Marker = ChartMarker.Dot,
                },
            ],
        };
    }
}
