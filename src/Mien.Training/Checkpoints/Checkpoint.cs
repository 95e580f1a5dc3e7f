using System.Text.Json;
using Mien.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>Saves and restores the state of a training. Not thread-safe.</summary>
internal static class Checkpoint
{
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

        // TorchSharp's own format for optimizer state, stored as one tensor of bytes.
        byte[] blob = bytes.ToArray();
        var tensors = Stored(module, CheckpointReader.Model)
            .Append(KeyValuePair.Create("optimizer", new StoredTensor("U8", [blob.Length], blob)));
        SafeTensors.Write(
            path,
            average is null ? tensors : tensors.Concat(Stored(average, CheckpointReader.Average)),
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
                $"{path}: no training state found; expected a run's last.safetensors."
            );
        }

        module.Load(CheckpointReader.Weights(tensors, CheckpointReader.Model));
        average?.Load(CheckpointReader.Weights(tensors, CheckpointReader.Average));
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
                $"{path}: its optimizer or state does not match the recipe: {e.Message} Resume with the recipe "
                    + $"that the run was started with.",
                e
            );
        }
    }

    public static void SaveWeights(string path, NetworkModule module, TrainingState state) =>
        SafeTensors.Write(
            path,
            Stored(module, CheckpointReader.Model),
            CheckpointWriter.Metadata(module.Graph.Description, state)
        );

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
}
