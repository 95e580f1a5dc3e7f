using System.Text.Json.Nodes;

namespace Mien.Lab;

/// <summary>What an experiment file says.</summary>
internal sealed record ExperimentDefinition
{
    /// <summary>The file as it was named, for messages.</summary>
    public required string Source { get; init; }

    /// <summary>The folder of the file, where relative paths in it begin.</summary>
    public required string Folder { get; init; }

    /// <summary>The experiment's name: that of its folder.</summary>
    public required string Name { get; init; }

    /// <summary>What it is about, or <c>null</c>.</summary>
    public string? Summary { get; init; }

    /// <summary>The base recipe, every key written out.</summary>
    public required JsonObject Recipe { get; init; }

    /// <summary>The folder of the base recipe's file.</summary>
    public required string RecipeFolder { get; init; }

    /// <summary>What every trial has otherwise than the base recipe.</summary>
    public required IReadOnlyList<KeyValuePair<string, JsonNode?>> Set { get; init; }

    /// <summary>What varies, in the order of the file.</summary>
    public required IReadOnlyList<Factor> Factors { get; init; }

    public SearchKind Search { get; init; }

    /// <summary>Random search: how many configurations are drawn.</summary>
    public int Trials { get; init; }

    /// <summary>Random search: the seed of what is drawn.</summary>
    public int SearchSeed { get; init; } = 1;

    /// <summary>Each configuration is trained once with each.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [1];

    public Halving? Halving { get; init; }
}
