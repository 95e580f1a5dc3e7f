using System.Text.Json.Serialization;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// One combination of what varies. <c>experiment.json</c> keeps enough of it to show and rank it without the file that
/// it came from.
/// </summary>
internal sealed record Configuration
{
    /// <summary>A readable name that a folder can have.</summary>
    public required string Name { get; init; }

    /// <summary>The level of each factor.</summary>
    public required IReadOnlyDictionary<string, string> Values { get; init; }

    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>Weights of the network, statistics of batch norms included.</summary>
    public required long Parameters { get; init; }

    /// <summary>MACs of one forward pass of one image.</summary>
    public required long Macs { get; init; }

    public required int Epochs { get; init; }

    /// <summary>The network's own input size, at which alone an epoch can be the best.</summary>
    public required int Side { get; init; }

    /// <summary>The recipe's <c>earlyStopping</c>.</summary>
    public int EarlyStopping { get; init; }

    /// <summary>
    /// MACs of the forward passes of one image over all epochs, smaller input sizes counted in.
    /// </summary>
    public required double Work { get; init; }

    /// <summary>The recipe but for the seed; <c>null</c> in a plan that was read from <c>experiment.json</c>.</summary>
    [JsonIgnore]
    public TrainingRecipe? Recipe { get; init; }

    /// <summary>The network; <c>null</c> in a plan that was read from <c>experiment.json</c>.</summary>
    [JsonIgnore]
    public NetworkGraph? Graph { get; init; }

    /// <summary>A configuration that is ready to be trained.</summary>
    public static Configuration Of(
        string name,
        IReadOnlyDictionary<string, string> values,
        TrainingRecipe recipe,
        NetworkGraph graph
    ) =>
        new()
        {
            Name = name,
            Values = values,
            Network = graph.Description.Name,
            Parameters = graph.Parameters,
            Macs = graph.Macs,
            Epochs = recipe.Epochs,
            Side = graph.Input.Height,
            EarlyStopping = recipe.EarlyStopping,
            Work = Area(recipe, graph) * graph.Macs,
            Recipe = recipe,
            Graph = graph,
        };

    /// <summary>The areas of the input over all epochs, each as a share of the network's own.</summary>
    private static double Area(TrainingRecipe recipe, NetworkGraph graph) =>
        Enumerable.Range(0, recipe.Epochs).Sum(e => Math.Pow((double)SideAt(recipe, graph, e) / graph.Input.Height, 2));

    private static int SideAt(TrainingRecipe recipe, NetworkGraph graph, int epoch)
    {
        int phase = recipe.SizeEpochs.Count(e => e <= epoch);
        return phase == 0 ? graph.Input.Height : recipe.Sizes[phase - 1];
    }
}
