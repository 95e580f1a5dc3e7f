namespace Mien.Training;

/// <summary>The progress of a training after a batch or an epoch.</summary>
/// <param name="Epoch">The current epoch, counted from 1.</param>
/// <param name="Epochs">The number of epochs.</param>
/// <param name="Batch">The number of finished batches of this epoch.</param>
/// <param name="Batches">The number of batches per epoch.</param>
/// <param name="Loss">The mean loss of this epoch so far.</param>
/// <param name="Accuracy">The share of this epoch's images classified correctly so far.</param>
/// <param name="LearningRate">The learning rate of the last step.</param>
/// <param name="ImagesPerSecond">Recent training images per second in this session.</param>
/// <param name="Remaining">
/// The estimated remaining time at this speed, including evaluations and smaller input sizes.
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
