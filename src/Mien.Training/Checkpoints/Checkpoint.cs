using System.Text.Json;
using Mien.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>Where a training stands besides its tensors: what a checkpoint keeps as JSON.</summary>
internal sealed record TrainingState
{
    /// <summary>Finished steps over the whole training.</summary>
    public long Step { get; init; }

    /// <summary>Sum of the losses of the finished batches of the running epoch.</summary>
    public double LossSum { get; init; }

    /// <summary>Images named right in the running epoch.</summary>
    public long Correct { get; init; }

    /// <summary>Seconds spent so far, over all sessions.</summary>
    public double Seconds { get; init; }

    /// <summary>Seconds of the running epoch spent training, over all sessions.</summary>
    public double EpochSeconds { get; init; }

    /// <summary>The epochs that have ended.</summary>
    public IReadOnlyList<EpochRecord> History { get; init; } = [];

    /// <summary>The best dev accuracy at the network's own input size; 0 before the first.</summary>
    public double BestAccuracy { get; init; }

    /// <summary>The epoch of <see cref="BestAccuracy"/>, counted from 1; 0 before the first.</summary>
    public int BestEpoch { get; init; }
}

/// <summary>Saves and restores a training. Not thread-safe.</summary>
internal static class Checkpoint
{
    private const string Model = "model.";
    private const string Average = "ema.";

    public static void SaveTraining(
        string path,
        TrainingState state,
        NetworkModule module,
        NetworkModule? average,
        OptimizerHelper optimizer
    )
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            optimizer.save_state_dict(writer);
        }

        byte[] blob = bytes.ToArray();
        var tensors = Stored(module, Model)
            .Append(KeyValuePair.Create("optimizer", new StoredTensor("U8", [blob.Length], blob)));
        SafeTensors.Write(
            path,
            average is null ? tensors : tensors.Concat(Stored(average, Average)),
            new Dictionary<string, string>
            {
                ["format"] = "mien-training-1",
                ["network"] = module.Graph.Description.ToJson(),
                ["state"] = JsonSerializer.Serialize(state),
            }
        );
    }

    public static TrainingState LoadTraining(
        string path,
        NetworkModule module,
        NetworkModule? average,
        OptimizerHelper optimizer
    )
    {
        (IReadOnlyDictionary<string, StoredTensor> tensors, IReadOnlyDictionary<string, string> metadata) =
            SafeTensors.Read(path);
        if (
            !metadata.TryGetValue("state", out string? json)
            || !tensors.TryGetValue("optimizer", out StoredTensor? blob)
        )
        {
            throw new TrainingException(
                ErrorKind.BadInput,
                "badCheckpoint",
                $"{path}: found no training state in it; expected a run's last.safetensors."
            );
        }

        module.Load(Weights(tensors, Model));
        average?.Load(Weights(tensors, Average));
        try
        {
            using var reader = new BinaryReader(new MemoryStream(blob.Bytes));
            optimizer.load_state_dict(reader);
            return JsonSerializer.Deserialize<TrainingState>(json)!;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException or JsonException)
        {
            throw new TrainingException(
                ErrorKind.BadInput,
                "badCheckpoint",
                $"{path}: its optimiser or state does not fit the recipe: {e.Message} Go on with the recipe "
                    + $"that the run was started with.",
                e
            );
        }
    }

    public static void SaveWeights(string path, NetworkModule module, TrainingState state) =>
        SafeTensors.Write(
            path,
            Stored(module, Model),
            new Dictionary<string, string>
            {
                ["format"] = "mien-weights-1",
                ["network"] = module.Graph.Description.ToJson(),
                ["state"] = JsonSerializer.Serialize(state),
            }
        );

    /// <summary>The weights of a checkpoint: the moving average where there is one.</summary>
    public static (NetworkDescription Network, NetworkWeights Weights, TrainingState State) LoadWeights(string path)
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

    private static IEnumerable<KeyValuePair<string, StoredTensor>> Stored(NetworkModule module, string prefix)
    {
        foreach ((string name, Tensor value) in module.State)
        {
            byte[] values;
            using (NewDisposeScope())
            {
                values = value.detach().contiguous().bytes.ToArray();
            }

            yield return KeyValuePair.Create(prefix + name, new StoredTensor("F32", value.shape, values));
        }
    }

    private static NetworkWeights Weights(IReadOnlyDictionary<string, StoredTensor> tensors, string prefix)
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
