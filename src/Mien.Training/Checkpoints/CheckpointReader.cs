using System.Text.Json;
using Mien.Networks;

namespace Mien.Training;

/// <summary>Reads trained weights from a run's checkpoints, for export. Does not need libtorch. Thread-safe.</summary>
internal static class CheckpointReader
{
    /// <summary>The prefix of the names of the weights.</summary>
    internal const string Model = "model.";

    /// <summary>The prefix of the names of their moving average.</summary>
    internal const string MovingAverage = "ema.";

    /// <summary>The prefix of the names of their average over the last epochs.</summary>
    internal const string EpochAverage = "swa.";

    /// <summary>Reads a checkpoint: the average of the weights if there is one, otherwise the weights.</summary>
    /// <param name="path">A run's <c>best.safetensors</c> or <c>last.safetensors</c>.</param>
    /// <returns>The network, its weights and the state of the training.</returns>
    /// <exception cref="TrainingException">The file is missing, truncated or not a checkpoint.</exception>
    /// <exception cref="NetworkException">The network in it has an unknown format.</exception>
    public static (NetworkDescription Network, NetworkWeights Weights, TrainingState State) Read(string path)
    {
        (IReadOnlyDictionary<string, StoredTensor> tensors, IReadOnlyDictionary<string, string> metadata) =
            SafeTensors.Read(path);
        if (!metadata.TryGetValue("network", out string? network) || !metadata.TryGetValue("state", out string? state))
        {
            throw new TrainingException(
                ErrorKind.BadInput,
                "badCheckpoint",
                $"{path}: no network description found; expected a checkpoint of mien-lab."
            );
        }

        string prefix =
            ((string[])[MovingAverage, EpochAverage]).FirstOrDefault(p =>
                tensors.Keys.Any(k => k.StartsWith(p, StringComparison.Ordinal))
            ) ?? Model;
        return (
            NetworkDescription.FromJson(network, path),
            Weights(tensors, prefix),
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
