using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>The trial that is being trained now.</summary>
/// <param name="Trial">Its name.</param>
/// <param name="Epoch">The running epoch, counted from 1.</param>
/// <param name="Epochs">Epochs of its recipe.</param>
/// <param name="Batch">Finished batches of that epoch.</param>
/// <param name="Batches">All batches of an epoch.</param>
/// <param name="ImagesPerSecond">Training images a second, lately.</param>
/// <param name="SecondsLeft">The time that is left for it at that speed.</param>
internal sealed record ExperimentRunning(
    string Trial,
    int Epoch,
    int Epochs,
    int Batch,
    int Batches,
    double ImagesPerSecond,
    double SecondsLeft
);
