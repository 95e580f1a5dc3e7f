using System.Collections.Concurrent;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// The models that a worker has: the built-in ones and those whose files it was given. A job names its model by the
/// SHA-256 of the file. Thread-safe.
/// </summary>
internal sealed class WorkerModels
{
    private readonly Dictionary<string, string> models = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, ModelContract> contracts = new(StringComparer.OrdinalIgnoreCase);
    private readonly IReadOnlyList<string> given;

    /// <summary>Computes the sums of all models.</summary>
    /// <param name="given">Names of built-in models, and files.</param>
    /// <exception cref="UsageException">A file does not exist or cannot be read.</exception>
    public WorkerModels(IEnumerable<string> given)
    {
        this.given = [.. given];
        foreach (string model in BuiltInModels.Names.Concat(this.given))
        {
            models.TryAdd(HashOf(model), model);
        }
    }

    /// <summary>
    /// Opens the given models on the device of the worker, or the default one if none is given, so that a machine that
    /// cannot run networks takes no shard.
    /// </summary>
    /// <exception cref="MienException">
    /// <c>noCuda</c>, <c>noCoreMl</c>, <c>noNativeLibrary</c>, or a file is not a model that can be used.
    /// </exception>
    public void Check(InferenceDevice device)
    {
        foreach (string model in given.Count > 0 ? given : BuiltInModels.Names.Intersect([BuiltInModels.Default]))
        {
            using ExpressionClassifier opened = Load(model, device);
            contracts[HashOf(model)] = opened.Contract;
        }
    }

    /// <summary>The name or file of a model; <c>null</c> if this worker does not have it.</summary>
    /// <param name="sha256">The SHA-256 of its file in hexadecimal digits.</param>
    public string? Find(string sha256) => models.GetValueOrDefault(sha256);

    /// <summary>The contract of a model that this worker has. It is read once.</summary>
    /// <param name="sha256">The SHA-256 of its file in hexadecimal digits.</param>
    /// <exception cref="MienException">The model cannot be opened any more.</exception>
    public ModelContract ContractOf(string sha256) =>
        contracts.GetOrAdd(
            sha256,
            key =>
            {
                using ExpressionClassifier opened = Load(models[key], InferenceDevice.Cpu);
                return opened.Contract;
            }
        );

    /// <summary>The SHA-256 of the file of a model, in lower-case hexadecimal digits.</summary>
    /// <param name="model">The name of a built-in model, or a file.</param>
    /// <exception cref="UsageException">There is no such model, or its file cannot be read.</exception>
    public static string HashOf(string model)
    {
        try
        {
            return PartOrigin.HashOf(model);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException(
                $"--model: '{model}' is neither a built-in model nor a file that can be read ({e.Message}). 'mien "
                    + $"models' lists the built-in models.",
                e
            );
        }
    }

    private static ExpressionClassifier Load(string model, InferenceDevice device) =>
        ExpressionClassifier.Load(
            model,
            new ClassifierOptions
            {
                Threads = 1,
                Spinning = false,
                Device = device,
            }
        );
}
