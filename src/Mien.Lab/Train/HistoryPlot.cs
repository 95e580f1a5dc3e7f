using System.Globalization;
using Mien.CommandLine;
using Mien.Evaluation;
using Mien.Training;
using SkiaSharp;

namespace Mien.Lab;

/// <summary>The curves of a training as a PNG image: loss, accuracy and learning rate over the epochs.</summary>
internal static class HistoryPlot
{
    private const int Width = 900;
    private const int Height = 1000;

    /// <summary>
    /// Writes an image of 900×1000 pixels with three panels. An existing file is replaced, so this may be called after
    /// every epoch. Values that are not finite leave a gap.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="title">The run's name, drawn above the panels.</param>
    /// <param name="history">The epochs in order; if there are none, the panels are empty.</param>
    /// <exception cref="MienException"><c>cannotWrite</c>: the file cannot be written.</exception>
    public static void SavePng(string path, string title, IReadOnlyList<EpochRecord> history)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(history);
        OutputFile.WriteBytes(path, Draw(title, history));
    }

    /// <summary>Writes the curves of a run into its folder.</summary>
    /// <exception cref="MienException"><c>cannotWrite</c>: the file cannot be written.</exception>
    public static void Save(RunFolder folder, IReadOnlyList<EpochRecord> history) =>
        SavePng(folder.Curves, Path.GetFileName(folder.Path), history);

    private static byte[] Draw(string title, IReadOnlyList<EpochRecord> history)
    {
        // All panels show the same epochs, even if a curve has no value there.
        var epochs = new ChartAxis
        {
            WholeNumbers = true,
            From = history.Count > 0 ? history[0].Epoch - 0.5 : null,
            To = history.Count > 0 ? history[^1].Epoch + 0.5 : null,
        };
        var panel = new LineChart { X = epochs, LeftMargin = 82 };
        ChartSeries validation = Curve("validation", history, e => e.ValidationAccuracy * 100);
        LineChart loss = panel with
        {
            Title = title,
            Y = new() { Label = "loss" },
            Series =
            [
                Curve("training", history, e => e.TrainLoss),
                Curve("validation", history, e => e.ValidationLoss),
            ],
        };
        LineChart accuracy = panel with
        {
            Y = new() { Label = "accuracy (%)" },
            Series = [Curve("training", history, e => e.TrainAccuracy * 100), validation, .. Best(validation)],
        };
        LineChart rate = panel with
        {
            X = epochs with { Label = "epoch" },
            Y = new() { Label = "learning rate" },
            Series = [Curve(null, history, e => e.LearningRate)],
        };
        return new ChartSheet(
            Width,
            Height,
            [
                (loss, SKRect.Create(0, 0, Width, 400)),
                (accuracy, SKRect.Create(0, 400, Width, 370)),
                (rate, SKRect.Create(0, 770, Width, 230)),
            ]
        ).ToPng();
    }

    private static ChartSeries Curve(
        string? name,
        IReadOnlyList<EpochRecord> history,
        Func<EpochRecord, double> value
    ) =>
        new(name, [.. history.Select(e => ((double)e.Epoch, value(e)))])
        {
            Marker = history.Count <= 30 ? ChartMarker.Dot : ChartMarker.None,
        };

    /// <summary>A ring around the highest point of a curve; empty if the curve has no finite point.</summary>
    private static IEnumerable<ChartSeries> Best(ChartSeries curve)
    {
        (double X, double Y)[] finite = [.. curve.Points.Where(p => double.IsFinite(p.Y))];
        if (finite.Length == 0)
        {
            return [];
        }

        (double epoch, double accuracy) = finite.MaxBy(p => p.Y);
        return
        [
            new(
                string.Create(CultureInfo.InvariantCulture, $"best validation: {accuracy:0.00} % in epoch {epoch:0}"),
                [(epoch, accuracy)]
            )
            {
                Color = ChartSeries.Palette[1],
                Line = false,
                Marker = ChartMarker.Ring,
            },
        ];
    }
}
