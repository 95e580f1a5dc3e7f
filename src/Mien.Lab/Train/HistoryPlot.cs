using System.Globalization;
using Mien.Evaluation;
using ScottPlot;

namespace Mien.Lab;

/// <summary>The curves of a training as a PNG picture: loss, accuracy and learning rate over the epochs.</summary>
internal static class HistoryPlot
{
    private const int Width = 900;
    private const int Height = 1000;

    // Blue and orange of the Okabe-Ito palette: told apart by people with any colour vision.
    private static readonly Color Train = Color.FromHex("#0072B2");
    private static readonly Color Dev = Color.FromHex("#D55E00");

    /// <summary>
    /// Writes a picture of 900×1000 pixels with three panels; an existing file is replaced. Values that are not finite
    /// leave a gap. May be called again after every epoch.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="title">The run's name, drawn above.</param>
    /// <param name="history">The epochs in their order; with none the panels are empty.</param>
    /// <exception cref="MienException"><c>cannotWrite</c>: the file cannot be written.</exception>
    public static void SavePng(string path, string title, IReadOnlyList<EpochPoint> history)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(history);
        OutputFile.WriteBytes(path, Draw(title, history));
    }

    private static byte[] Draw(string title, IReadOnlyList<EpochPoint> history)
    {
        EmbeddedFont.Register();
        double[] epochs = [.. history.Select(e => (double)e.Epoch)];
        double[] devAccuracy = [.. history.Select(e => e.DevAccuracy * 100)];
        var multiplot = new Multiplot();
        multiplot.AddPlots(3);

        Plot loss = multiplot.GetPlot(0);
        Curve(loss, epochs, [.. history.Select(e => e.TrainLoss)], Train, "training");
        Curve(loss, epochs, [.. history.Select(e => e.DevLoss)], Dev, "dev");
        Finish(loss, title, "loss", epochs, Alignment.UpperRight);

        Plot accuracy = multiplot.GetPlot(1);
        Curve(accuracy, epochs, [.. history.Select(e => e.TrainAccuracy * 100)], Train, "training");
        Curve(accuracy, epochs, devAccuracy, Dev, "dev");
        MarkBest(accuracy, epochs, devAccuracy);
        Finish(accuracy, null, "accuracy (%)", epochs, Alignment.LowerRight);

        Plot rate = multiplot.GetPlot(2);
        Curve(rate, epochs, [.. history.Select(e => e.LearningRate)], Train, null);
        Finish(rate, null, "learning rate", epochs, null);
        rate.XLabel("epoch");

        multiplot.Layout = new ScottPlot.MultiplotLayouts.CustomGrid();
        var grid = (ScottPlot.MultiplotLayouts.CustomGrid)multiplot.Layout;
        grid.Set(loss, new GridCell(0, 0, 5, 1, 2, 1));
        grid.Set(accuracy, new GridCell(2, 0, 5, 1, 2, 1));
        grid.Set(rate, new GridCell(4, 0, 5, 1, 1, 1));
        return multiplot.Render(Width, Height).GetImageBytes(ImageFormat.Png);
    }

    private static void Curve(Plot plot, double[] epochs, double[] values, Color color, string? name)
    {
        string legend = name ?? string.Empty;
        int start = 0;
        while (start < values.Length)
        {
            // A line for each stretch of finite values.
            int end = start;
            while (end < values.Length && double.IsFinite(values[end]))
            {
                end++;
            }

            if (end > start)
            {
                var line = plot.Add.Scatter(epochs[start..end], values[start..end], color);
                line.LineWidth = 2;
                line.MarkerSize = epochs.Length <= 30 || end == start + 1 ? 6 : 0;
                line.LegendText = legend;
                legend = string.Empty;
            }

            start = end + 1;
        }
    }

    private static void MarkBest(Plot plot, double[] epochs, double[] values)
    {
        int best = -1;
        for (int i = 0; i < values.Length; i++)
        {
            best = double.IsFinite(values[i]) && (best < 0 || values[i] > values[best]) ? i : best;
        }

        if (best < 0)
        {
            return;
        }

        var marker = plot.Add.Marker(epochs[best], values[best], MarkerShape.OpenCircle, 12, Dev);
        marker.LegendText = string.Create(
            CultureInfo.InvariantCulture,
            $"best dev: {values[best]:0.00} % in epoch {epochs[best]:0}"
        );
    }

    private static void Finish(Plot plot, string? title, string yLabel, double[] epochs, Alignment? legend)
    {
        if (title is not null)
        {
            plot.Title(title);
        }

        plot.YLabel(yLabel);
        plot.Font.Set(EmbeddedFont.Name);
        plot.Legend.FontName = EmbeddedFont.Name;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
        plot.Axes.AutoScale();
        if (epochs.Length > 0)
        {
            // The same epochs on all panels, also where a curve is missing.
            plot.Axes.SetLimitsX(epochs[0] - 0.5, epochs[^1] + 0.5);
        }

        if (legend is { } place)
        {
            plot.ShowLegend(place);
        }

        // Panels stand above one another only if their left edges agree.
        plot.Axes.Left.MinimumSize = 76;
        plot.Axes.Left.MaximumSize = 76;
    }
}
