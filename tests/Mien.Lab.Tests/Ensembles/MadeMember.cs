using Mien.Networks;
using Mien.Training;

namespace Mien.Lab.Tests;

/// <summary>Small networks with random weights, written as model files.</summary>
internal static class MadeMember
{
    /// <summary>Writes a model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="seed">The seed of its weights.</param>
    /// <param name="width">Columns of its input.</param>
    /// <param name="height">Rows of its input.</param>
    /// <param name="heads">Its heads; none for a model with one head.</param>
    /// <param name="half">Whether its weights are stored in half precision.</param>
    /// <param name="maps">Whether it has class activation maps.</param>
    /// <param name="change">Changes its contract.</param>
    public static string Write(
        string path,
        int seed,
        int width = 16,
        int height = 16,
        string[]? heads = null,
        bool half = false,
        bool maps = true,
        Func<ModelContract, ModelContract>? change = null
    )
    {
        NetworkGraph graph = NetworkGraph.Build(
            NetworkDescription.FromJson(
                $$"""
                { "name": "m{{seed}}", "input": { "width": {{width}}, "height": {{height}} },
                  "layers": [ { "type": "conv", "filters": 5 }, { "type": "batchNorm" }, { "type": "relu" },
                    { "type": "{{(
                    maps ? "globalAveragePool" : "flatten"
                )}}" }, { "type": "dense", "units": {{7 * Math.Max(1, heads?.Length ?? 1)}} } ] }
                """,
                "made.json"
            )
        );
        using var module = new NetworkModule(graph, seed);
        NetworkWeights weights = module.ToWeights();
        var random = new Random(seed);
        foreach (
            float[] values in weights
                .Names.Where(n => n.EndsWith("bias", StringComparison.Ordinal))
                .Select(n => weights[n])
        )
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)(random.NextDouble() - 0.5);
            }
        }

        var contract = new ModelContract
        {
            Name = graph.Description.Name,
            Width = width,
            Height = height,
            Labels = Expressions.Names,
            Licence = "MIT",
            TrainingData = "made images",
            Maps = ModelFile.MapsOf(graph),
            Heads = heads
                ?.Select(
                    (h, i) =>
                        new ModelHead
                        {
                            Name = h,
                            Offset = 7 * i,
                            Temperature = 0.8f + (0.1f * seed) + i,
                        }
                )
                .ToArray(),
            Blend = heads is null ? null : new HeadBlend { Weights = [0.25f, 0.75f] },
            Metrics = new Dictionary<string, double> { ["parameters"] = 100, ["macs"] = 1000 * seed },
        };
        contract = change?.Invoke(contract) ?? contract;
        ModelFile.Write(path, half, graph, weights, contract);
        return path;
    }
}
