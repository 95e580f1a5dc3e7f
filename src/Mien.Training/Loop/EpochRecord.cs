namespace Mien.Training;

/// <summary>What one epoch of a training came to; a row of <c>history.csv</c>.</summary>
/// <param name="Epoch">Counted from 1.</param>
/// <param name="Size">Side of the input in pixels during this epoch.</param>
/// <param name="LearningRate">The rate of its last step.</param>
/// <param name="TrainLoss">Mean loss over its batches, with augmentation, as the network stood at each.</param>
/// <param name="TrainAccuracy">
/// Share of its images named right, likewise; with mixup, of the image that weighs more.
/// </param>
/// <param name="ValidationLoss">
/// Mean cross-entropy against the labels over the validation split, after the epoch, without augmentation.
/// </param>
/// <param name="ValidationAccuracy">Share of the validation split named right, likewise.</param>
/// <param name="Seconds">Time spent training and evaluating, over all sessions.</param>
/// <param name="ImagesPerSecond">Training images a second, without the evaluation.</param>
internal sealed record EpochRecord(
    int Epoch,
    int Size,
    double LearningRate,
    double TrainLoss,
    double TrainAccuracy,
    double ValidationLoss,
    double ValidationAccuracy,
    double Seconds,
    double ImagesPerSecond
)
{
    /// <summary>
    /// What a training has cost: the seconds of its epochs, where one that took over ten times the median counts as the
    /// median, since the machine slept or the program was stopped in it.
    /// </summary>
    /// <param name="history">The epochs from the first on.</param>
    /// <returns>Seconds; 0 without an epoch. With fewer than three epochs nothing is taken off.</returns>
    public static double SecondsWorked(IReadOnlyList<EpochRecord> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        double[] epochs = [.. history.Select((e, i) => e.Seconds - (i == 0 ? 0 : history[i - 1].Seconds))];
        double median = epochs.Length < 3 ? double.PositiveInfinity : epochs.Order().ElementAt(epochs.Length / 2);
        return epochs.Sum(e => e > 10 * median ? median : e);
    }
}
