using Mien.Networks;

namespace Mien.Training;

/// <summary>Reads trained weights from a run's checkpoints, for export. Needs no libtorch. Thread-safe.</summary>
internal static class CheckpointReader
{
    /// <summary>Reads a checkpoint: the moving average of the weights where the training kept one.</summary>
    /// <param name="path">A run's <c>best.safetensors</c> or <c>last.safetensors</c>.</param>
    /// <returns>The network, its weights, and where the training stood.</returns>
    /// <exception cref="TrainingException">The file is missing, cut off or no checkpoint.</exception>
    /// <exception cref="NetworkException">The network in it is of an unknown form.</exception>
    public static (NetworkDescription Network, NetworkWeights Weights, TrainingState State) Read(string path) =>
        Checkpoint.LoadWeights(path);
}
