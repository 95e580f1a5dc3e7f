namespace Mien.Training;

/// <summary>Where a training stands, after a batch or an epoch.</summary>
/// <param name="Epoch">The running epoch, counted from 1.</param>
/// <param name="Epochs">All epochs.</param>
/// <param name="Batch">Finished batches of this epoch.</param>
/// <param name="Batches">All batches of an epoch.</param>
/// <param name="Loss">Mean loss of this epoch so far.</param>
/// <param name="Accuracy">Share of this epoch's images named right so far.</param>
/// <param name="LearningRate">The rate of the last step.</param>
/// <param name="ImagesPerSecond">Training images a second in this session, lately.</param>
/// <param name="Remaining">
/// The time that is left at that speed, evaluations and smaller input sizes counted in as far as known.
/// </param>
/// <param name="Finished">The epoch that has just ended, or <c>null</c> after a batch.</param>
/// <param name="IsBest">Whether that epoch is the best so far.</param>
internal sealed record TrainingProgress(
    int Epoch,
    int Epochs,
    int Batch,
    int Batches,
    double Loss,
    double Accuracy,
    double LearningRate,
    double ImagesPerSecond,
    TimeSpan Remaining,
    EpochRecord? Finished,
    bool IsBest
);
