using System.Globalization;
using Mien.Evaluation;
using ScottPlot;

namespace Mien.Lab;

/// <summary>The plots of a model card as PNG pictures.</summary>
internal static class CardPlots
{
    private const int Columns = 3;

    // Blue and orange of the Okabe-Ito palette: told apart by people with any colour vision.
    private static readonly Color Line = Color.FromHex("#0072B2");
    private static readonly Color Mark = Color.FromHex("#D55E00");

    /// <summary>Error over coverage, 640×400 pixels, with the point at the model's threshold.</summary>
    public static byte[] RiskCoverage(RiskCoverage curve, RiskCoveragePoint marked)
    {
        EmbeddedFont.Register();
        using var plot = new Plot();
        Curve(
            plot,
            [.. curve.Points.Select(p => p.Coverage * 100)],
            [.. curve.Points.Select(p => (1 - p.Accuracy) * 100)]
        );
        if (marked.Count > 0)
        {
            var point = plot.Add.Marker(
                marked.Coverage * 100,
                (1 - marked.Accuracy) * 100,
                MarkerShape.FilledCircle,
                11,
                Mark
            );
            point.LegendText = string.Create(
                CultureInfo.InvariantCulture,
                $"confidence of {marked.Threshold:0.00##} or more: {marked.Coverage * 100:0.0} % "
                    + $"kept, {(1 - marked.Accuracy) * 100:0.0} % of them wrong"
            );
            plot.ShowLegend(Alignment.UpperLeft);
            plot.Legend.FontName = EmbeddedFont.Name;
            plot.Legend.ShadowColor = Colors.Transparent;
        }

        plot.XLabel("images kept, the surest first (%)");
        plot.YLabel("error among them (%)");
        plot.Font.Set(EmbeddedFont.Name);

        // Room for the legend above the curve, which rises to the right.
        plot.Axes.SetLimits(0, 102, 0, Math.Max(5, 1.3 * 100 * curve.Points.Append(marked).Max(p => 1 - p.Accuracy)));
        return plot.GetImage(640, 400).GetImageBytes(ImageFormat.Png);
    }

    /// <summary>A small curve a corruption, at most three side by side: 1200 pixels wide, 290 a row.</summary>
    public static byte[] Robustness(IReadOnlyList<RobustnessCurve> curves, double unchanged)
    {
        EmbeddedFont.Register();
        var panels = new Multiplot();
        panels.AddPlots(curves.Count);
        for (int i = 0; i < curves.Count; i++)
        {
            Plot plot = panels.GetPlot(i);
            RobustnessPoint[] points = [.. curves[i].Points];
            Curve(
                plot,
                [.. Enumerable.Range(0, points.Length + 1).Select(n => (double)n)],
                [unchanged * 100, .. points.Select(p => p.Accuracy * 100)]
            );
            plot.Axes.Bottom.SetTicks(
                [.. Enumerable.Range(0, points.Length + 1).Select(n => (double)n)],
                ["as is", .. points.Select(p => p.Strength.ToString(CultureInfo.InvariantCulture))]
            );
            plot.XLabel(Corruptions.Describe(curves[i].Corruption));
            plot.YLabel(i % Columns == 0 ? "accuracy (%)" : string.Empty);
            plot.Font.Set(EmbeddedFont.Name);
            plot.Axes.SetLimits(-0.4, points.Length + 0.4, 0, 100);
        }

        int rows = (curves.Count + Columns - 1) / Columns;
        panels.Layout = new ScottPlot.MultiplotLayouts.Grid(rows, Math.Min(Columns, curves.Count));
        return panels.Render(1200, 290 * rows).GetImageBytes(ImageFormat.Png);
    }

    private static void Curve(Plot plot, double[] x, double[] y)
    {
        var line = plot.Add.Scatter(x, y, Line);
        line.LineWidth = 2;
        line.MarkerSize = 6;
    }
}
