using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>
/// Saves and restores the state of a training. The files do not depend on the device. Not thread-safe.
/// </summary>
internal static class Checkpoint
{
    private const string Optimizer = "optimizer";

    /// <summary>Writes everything from which a training resumes.</summary>
    /// <param name="path">The file; replaced when the new one is complete.</param>
    /// <param name="state">The counters.</param>
    /// <param name="step">The network, the average of its weights and the optimizer.</param>
    /// <param name="recipe">The recipe.</param>
    public static void SaveTraining(string path, TrainingState state, TrainingStep step, TrainingRecipe recipe)
    {
        NetworkModule module = step.Network;
        NetworkModule? average = HasAverage(state, recipe) ? step.Average?.Network : null;
        IEnumerable<KeyValuePair<string, StoredTensor>> tensors = Stored(module, CheckpointReader.Model);
        foreach ((string name, Tensor buffer) in step.Optimizer.State)
        {
            tensors = tensors.Concat(Stored(module.Views(buffer), $"{Optimizer}.{name}."));
        }

        SafeTensors.Write(
            path,
            average is null ? tensors : tensors.Concat(Stored(average, PrefixOf(recipe))),
            new Dictionary<string, string>
            {
                ["format"] = "mien-training-2",
                ["network"] = module.Graph.Description.ToJson(),
                ["optimizer"] = NameOf(step.Optimizer.Kind),
                ["state"] = JsonSerializer.Serialize(state),
            }
        );
    }

    /// <summary>Restores a training.</summary>
    /// <param name="path">A file of <see cref="SaveTraining"/>, or of an earlier version.</param>
    /// <param name="step">Receives the weights, their average and the optimizer's state.</param>
    /// <param name="recipe">The recipe.</param>
    /// <returns>The counters.</returns>
    /// <exception cref="TrainingException">The file is no checkpoint of such a training.</exception>
    public static TrainingState LoadTraining(string path, TrainingStep step, TrainingRecipe recipe)
    {
        (IReadOnlyDictionary<string, StoredTensor> tensors, IReadOnlyDictionary<string, string> metadata) =
            SafeTensors.Read(path);
        StoredTensor? blob = tensors.GetValueOrDefault(Optimizer);
        string? kind = metadata.GetValueOrDefault(Optimizer);
        if (!metadata.TryGetValue("state", out string? json) || (blob is null && kind is null))
        {
            throw new TrainingException(
                ErrorKind.BadInput,
                "badCheckpoint",
                $"{path}: no training state found; expected a run's last.safetensors."
            );
        }

        step.Network.Load(CheckpointReader.Weights(tensors, CheckpointReader.Model));
        try
        {
            TrainingState state = JsonSerializer.Deserialize<TrainingState>(json)!;
            if (step.Average is not null && HasAverage(state, recipe))
            {
                step.Average.Network.Load(CheckpointReader.Weights(tensors, PrefixOf(recipe)));
            }

            if (blob is not null)
            {
                OptimizerBlob.Load(blob.Bytes, recipe, step.Network, step.Optimizer);
            }
            else if (kind != NameOf(step.Optimizer.Kind))
            {
                throw new InvalidDataException(
                    $"its optimizer is {kind}, the recipe's is {NameOf(step.Optimizer.Kind)}."
                );
            }
            else
            {
                LoadOptimizer(tensors, step.Network, step.Optimizer);
            }

            return state;
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

    /// <summary>Writes the weights of one network.</summary>
    public static void SaveWeights(string path, NetworkModule module, TrainingState state) =>
        SafeTensors.Write(
            path,
            Stored(module, CheckpointReader.Model),
            CheckpointWriter.Metadata(module.Graph.Description, state)
        );

    /// <summary>
    /// Whether there is an average of the weights: a moving one always, one over epochs from its first epoch on.
    /// </summary>
    private static bool HasAverage(TrainingState state, TrainingRecipe recipe) =>
        recipe.Ema > 0 || (recipe.SwaEpochs > 0 && state.AveragedEpochs > 0);

    private static string PrefixOf(TrainingRecipe recipe) =>
        recipe.SwaEpochs > 0 ? CheckpointReader.EpochAverage : CheckpointReader.MovingAverage;

    private static string NameOf(OptimizerKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    private static void LoadOptimizer(
        IReadOnlyDictionary<string, StoredTensor> tensors,
        NetworkModule module,
        FlatOptimizer optimizer
    )
    {
        using IDisposable quiet = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((string buffer, Tensor values) in optimizer.State)
        {
            foreach ((string name, Tensor view) in module.Views(values))
            {
                string stored = $"{Optimizer}.{buffer}.{name}";
                if (!tensors.TryGetValue(stored, out StoredTensor? found) || !found.Shape.SequenceEqual(view.shape))
                {
                    throw new InvalidDataException(
                        $"'{stored}' is {(found is null ? "missing" : $"{string.Join('×', found.Shape)} values")}, "
                            + $"expected {string.Join('×', view.shape)} values."
                    );
                }

                float[] numbers = new float[found.Bytes.Length / sizeof(float)];
                Buffer.BlockCopy(found.Bytes, 0, numbers, 0, found.Bytes.Length);
                view.copy_(tensor(numbers, view.shape));
            }
        }
    }

    private static List<KeyValuePair<string, StoredTensor>> Stored(NetworkModule module, string prefix) =>
        Stored(module.Views(module.Weights).Concat(module.StatisticViews(module.BatchStatistics)), prefix);

    private static List<KeyValuePair<string, StoredTensor>> Stored(
        IEnumerable<KeyValuePair<string, Tensor>> views,
        string prefix
    )
    {
        using DisposeScope scope = NewDisposeScope();
        return
        [
            .. views.Select(v =>
                KeyValuePair.Create(
                    prefix + v.Key,
                    new StoredTensor("F32", v.Value.shape, v.Value.cpu().contiguous().bytes.ToArray())
                )
            ),
        ];
    }
}
