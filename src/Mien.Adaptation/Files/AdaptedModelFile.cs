using System.Globalization;
using System.Security.Cryptography;
using Mien.Networks;

namespace Mien.Adaptation;

/// <summary>Writes an adapted model: the file of the base model with another last layer. Thread-safe.</summary>
internal static class AdaptedModelFile
{
    /// <summary>The name of the output with the distance to the training faces.</summary>
    public const string GuardName = "distance";

    /// <summary>
    /// Writes the file. The new layer is stored in float32, whatever the base file stores: it is small, and the
    /// accuracy that the folds measured belongs to unrounded weights. The contract gets the guard.
    /// </summary>
    /// <param name="baseModel">The bytes of the base model's file.</param>
    /// <param name="source">The base model, for messages.</param>
    /// <param name="weights">classes × features, row by row, the part of the base model included.</param>
    /// <param name="bias">One value per class.</param>
    /// <param name="guard">The guard; <c>null</c> for none.</param>
    /// <param name="contract">The contract of the new model (<see cref="ContractOf"/>).</param>
    /// <returns>The bytes of an ONNX file.</returns>
    /// <exception cref="MienException"><c>notAdaptable</c>: the base model does not end in a dense layer.</exception>
    public static byte[] Write(
        byte[] baseModel,
        string source,
        float[] weights,
        float[] bias,
        AdaptationGuard? guard,
        ModelContract contract
    )
    {
        if (contract.Heads is not null || contract.Labels.Count != bias.Length)
        {
            throw new ArgumentException(
                $"The contract has {contract.Heads?.Count ?? 1} heads of {contract.Labels.Count} labels, expected one "
                    + $"head of {bias.Length}.",
                nameof(contract)
            );
        }

        try
        {
            OnnxLastLayer layer = LastLayer(baseModel, contract, source);
            if (weights.Length != bias.Length * layer.Features)
            {
                throw new ArgumentException(
                    $"Found {weights.Length} weights for {bias.Length} classes of {layer.Features} features.",
                    nameof(weights)
                );
            }

            ModelProto model = layer.Replace(weights, bias, contract.Maps?.Name, source);
            OnnxDistance.Remove(model, contract.Guard?.Name ?? GuardName);
            if (guard is not null)
            {
                OnnxDistance.Add(
                    model,
                    layer.FeatureName,
                    GuardName,
                    guard.Centres,
                    guard.Mean,
                    guard.InverseDeviation
                );
            }

            contract = contract with
            {
                Guard = guard is null ? null : new ModelGuard { Name = GuardName, Threshold = guard.Threshold },
            };
            return OnnxLastLayer.Bytes(
                model,
                new Dictionary<string, string> { [ModelContract.MetadataKey] = contract.ToJson() }
            );
        }
        catch (NetworkException e)
        {
            throw NotAdaptable(e.Message, e);
        }
    }

    /// <summary>
    /// The contract of an adapted model: that of the base model with one head. Its figures on PublicTest belong to the
    /// base model and are left out.
    /// </summary>
    /// <param name="baseContract">The contract of the base model.</param>
    /// <param name="name">The name of the new model.</param>
    /// <param name="labels">Its labels, in the order of its outputs.</param>
    /// <param name="temperature">Its temperature.</param>
    /// <param name="uncertainBelow">Its threshold; <c>null</c> uses the default.</param>
    /// <param name="adaptation">What it was adapted to, and what was measured.</param>
    /// <param name="features">The number of features.</param>
    public static ModelContract ContractOf(
        ModelContract baseContract,
        string name,
        IReadOnlyList<string> labels,
        float temperature,
        float? uncertainBelow,
        ModelAdaptation adaptation,
        int features
    )
    {
        int added = labels.Count - baseContract.OutputCount;
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (
            (string key, int change) in (ReadOnlySpan<(string, int)>)
                [("parameters", added * (features + 1)), ("macs", added * features)]
        )
        {
            if (baseContract.Metrics.TryGetValue(key, out double value))
            {
                metrics[key] = value + change;
            }
        }

        string data = baseContract.SelectHead(adaptation.BaseHead).TrainingData ?? "(not stated)";
        return baseContract with
        {
            Name = name,
            Labels = labels,
            Heads = null,
            Blend = null,
            Temperature = temperature,
            UncertainBelow = uncertainBelow,
            TrainingData = string.Create(
                CultureInfo.InvariantCulture,
                $"{data}; adapted to {adaptation.Labels.Values.Sum():N0} labelled faces"
            ),
            Adaptation = adaptation,
            Metrics = metrics,
        };
    }

    /// <summary>The SHA-256 of a file as <see cref="ModelAdaptation.BaseSha256"/> has it.</summary>
    public static string Sha256(byte[] file) => Convert.ToHexStringLower(SHA256.HashData(file));

    /// <summary>Finds the last dense layer of a model that outputs logits.</summary>
    /// <exception cref="MienException"><c>notAdaptable</c>: there is none.</exception>
    internal static OnnxLastLayer LastLayer(byte[] model, ModelContract contract, string source)
    {
        if (contract.Output != ModelOutput.Logits)
        {
            throw NotAdaptable(
                $"{source}: the model outputs probabilities, expected logits. Adapt a built-in model, or one that "
                    + $"mien-lab export wrote."
            );
        }

        try
        {
            return OnnxLastLayer.Find(model, contract.OutputName, source);
        }
        catch (NetworkException e)
        {
            throw NotAdaptable(e.Message, e);
        }
    }

    private static MienException NotAdaptable(string message, Exception? e = null) =>
        new(ErrorKind.BadUsage, "notAdaptable", message, e);
}
