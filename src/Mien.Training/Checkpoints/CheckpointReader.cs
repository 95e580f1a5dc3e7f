using System.Text.Json;
using Mien.Networks;

namespace Mien.Training;

/// <summary>Reads trained weights from a run's checkpoints, for export. Needs no libtorch. Thread-safe.</summary>
internal static class CheckpointReader
{
    /// <summary>What the names of the weights begin with.</summary>
    internal const string Model = "model.";

    /// <summary>What the names of their moving average begin with.</summary>
    internal const string Average = "ema.";

    /// <summary>Reads a checkpoint: the moving average of the weights where the training kept one.</summary>
    /// <param name="path">A run's <c>best.safetensors</c> or <c>last.safetensors</c>.</param>
    /// <returns>The network, its weights, and where the training stood.</returns>
    /// <exception cref="TrainingException">The file is missing, cut off or no checkpoint.</exception>
    /// <exception cref="NetworkException">The network in it is of an unknown form.</exception>
    public static (NetworkDescription Network, NetworkWeights Weights, TrainingState State) Read(string path)
    {
        (IReadOnlyDictionary<string, StoredTensor> tensors, IReadOnlyDictionary<string, string> metadata) =
            SafeTensors.Read(path);
        if (!metadata.TryGetValue("network", out string? network) || !metadata.TryGetValue("state", out string? state))
        {
            throw new TrainingException(
                ErrorKind.BadInput,
                "badCheckpoint",
                $"{path}: found no network description in it; expected a checkpoint of mien-lab."
            );
        }

        bool averaged = tensors.Keys.Any(k => k.StartsWith(Average, StringComparison.Ordinal));
        return (
            NetworkDescription.FromJson(network, path),
            Weights(tensors, averaged ? Average : Model),
            JsonSerializer.Deserialize<TrainingState>(state)!
        );
    }

    internal static NetworkWeights Weights(IReadOnlyDictionary<string, StoredTensor> tensors, string prefix)
    {
        var weights = new NetworkWeights();
        foreach (
            (string name, StoredTensor tensor) in tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal))
        )
        {
            float[] values = new float[tensor.Bytes.Length / sizeof(float)];
            Buffer.BlockCopy(tensor.Bytes, 0, values, 0, values.Length * sizeof(float));
            weights[name[prefix.Length..]] = values;
        }

        return weights;
    }
}
