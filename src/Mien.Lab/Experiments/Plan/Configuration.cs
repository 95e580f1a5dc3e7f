using System.Text.Json.Serialization;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// One combination of values. <c>experiment.json</c> stores what is needed to show and rank it without the experiment
/// file.
/// </summary>
internal sealed record Configuration
{
    /// <summary>A readable name that is valid as a folder name.</summary>
    public required string Name { get; init; }

    /// <summary>The value of each factor, by the factor's name.</summary>
    public required IReadOnlyDictionary<string, string> Values { get; init; }

    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>The number of parameters, including the statistics of batch normalisation.</summary>
    public required long Parameters { get; init; }

    /// <summary>MACs per image.</summary>
    public required long Macs { get; init; }

    public required int Epochs { get; init; }

    /// <summary>The recipe's <c>hours</c>: over 0, they give the number of epochs of each trial.</summary>
    public double Hours { get; init; }

    /// <summary>The network's own input side in pixels. Only epochs at this size can be the best one.</summary>
    public required int Side { get; init; }

    /// <summary>The recipe's <c>earlyStopping</c>.</summary>
    public int EarlyStopping { get; init; }

    /// <summary>
    /// MACs of the forward passes of one image over all epochs; epochs at smaller input sizes count less.
    /// </summary>
    public required double Work { get; init; }

    /// <summary>
    /// The recipe, whose seed is not used; <c>null</c> in a plan that was read from <c>experiment.json</c>.
    /// </summary>
    [JsonIgnore]
    public TrainingRecipe? Recipe { get; init; }

    /// <summary>The network; <c>null</c> in a plan that was read from <c>experiment.json</c>.</summary>
    [JsonIgnore]
    public NetworkGraph? Graph { get; init; }

    /// <summary>Creates a configuration that can be trained.</summary>
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
            Hours = recipe.Hours,
            Side = graph.Input.Height,
            EarlyStopping = recipe.EarlyStopping,
            Work = Area(recipe, graph) * graph.Macs,
            Recipe = recipe,
            Graph = graph,
        };

    /// <summary>The sum over the epochs of the input area, as a fraction of the network's own input area.</summary>
    private static double Area(TrainingRecipe recipe, NetworkGraph graph) =>
        Enumerable.Range(0, recipe.Epochs).Sum(e => Math.Pow((double)SideAt(recipe, graph, e) / graph.Input.Height, 2));

    private static int SideAt(TrainingRecipe recipe, NetworkGraph graph, int epoch)
    {
        int phase = recipe.SizeEpochs.Count(e => e <= epoch);
        return phase == 0 ? graph.Input.Height : recipe.Sizes[phase - 1];
    }
}
