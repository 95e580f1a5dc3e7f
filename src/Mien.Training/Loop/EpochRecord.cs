using System.Text.Json.Serialization;

namespace Mien.Training;

/// <summary>The result of one epoch; one row of <c>history.csv</c>.</summary>
/// <param name="Epoch">The epoch, counted from 1.</param>
/// <param name="Size">Side of the input in pixels in this epoch.</param>
/// <param name="LearningRate">The learning rate of its last step.</param>
/// <param name="TrainLoss">The mean loss over its batches, with augmentation, each at the weights of its step.</param>
/// <param name="TrainAccuracy">
/// The share of its images classified correctly, measured like the loss; with mixup, the image with the larger share
/// counts.
/// </param>
/// <param name="ValidationLoss">
/// The mean cross-entropy against the labels on the validation split, after the epoch, without augmentation. With
/// several heads, the mean over the heads, weighted by their shares of the loss.
/// </param>
/// <param name="ValidationAccuracy">The share of the validation split classified correctly, measured likewise.</param>
/// <param name="Seconds">The time spent training and evaluating up to the end of this epoch, over all sessions.</param>
/// <param name="ImagesPerSecond">Training images per second, without the evaluation.</param>
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
    /// <summary>The validation loss and accuracy of each head; <c>null</c> for a network with one head.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<HeadScore>? Heads { get; init; }

    /// <summary>
    /// Computes the time that a training took: the sum of the seconds of its epochs. An epoch that took more than ten
    /// times the median counts as the median, because the machine slept or the program was suspended in it.
    /// </summary>
    /// <param name="history">The epochs from the first on.</param>
    /// <returns>Seconds; 0 without an epoch. With fewer than three epochs nothing is corrected.</returns>
    public static double SecondsWorked(IReadOnlyList<EpochRecord> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        double[] epochs = [.. history.Select((e, i) => e.Seconds - (i == 0 ? 0 : history[i - 1].Seconds))];
        double median = epochs.Length < 3 ? double.PositiveInfinity : epochs.Order().ElementAt(epochs.Length / 2);
        return epochs.Sum(e => e > 10 * median ? median : e);
    }
}
