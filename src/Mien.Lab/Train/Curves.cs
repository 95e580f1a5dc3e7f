using Mien.Evaluation;
using Mien.Training;

namespace Mien.Lab;

/// <summary>Draws a run's history.</summary>
internal static class Curves
{
    public static void Draw(RunFolder folder, IReadOnlyList<EpochRecord> history) =>
        HistoryPlot.SavePng(folder.Curves, Path.GetFileName(folder.Path), Points(history));

    public static IReadOnlyList<EpochPoint> Points(IReadOnlyList<EpochRecord> history) =>
        [
            .. history.Select(e => new EpochPoint(
                e.Epoch,
                e.LearningRate,
                e.TrainLoss,
                e.DevLoss,
                e.TrainAccuracy,
                e.DevAccuracy
            )),
        ];
}
