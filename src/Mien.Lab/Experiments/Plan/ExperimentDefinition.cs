using System.Text.Json.Nodes;

namespace Mien.Lab;

/// <summary>The contents of an experiment file.</summary>
internal sealed record ExperimentDefinition
{
    /// <summary>The file's path as given, for messages.</summary>
    public required string Source { get; init; }

    /// <summary>The folder of the file, to which relative paths in it refer.</summary>
    public required string Folder { get; init; }

    /// <summary>The experiment's name, which is also the name of its folder.</summary>
    public required string Name { get; init; }

    /// <summary>A sentence about its purpose; <c>null</c> if there is none.</summary>
    public string? Summary { get; init; }

    /// <summary>The base recipe with all keys.</summary>
    public required JsonObject Recipe { get; init; }

    /// <summary>The folder of the base recipe's file.</summary>
    public required string RecipeFolder { get; init; }

    /// <summary>Changes to the base recipe that all trials share.</summary>
    public required IReadOnlyList<KeyValuePair<string, JsonNode?>> Set { get; init; }

    /// <summary>The factors, in the order of the file.</summary>
    public required IReadOnlyList<Factor> Factors { get; init; }

    public SearchKind Search { get; init; }

    /// <summary>Random search: the number of configurations to draw.</summary>
    public int Trials { get; init; }

    /// <summary>Random search: the seed of the draws.</summary>
    public int SearchSeed { get; init; } = 1;

    /// <summary>Every configuration is trained once with each seed.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [1];

    public Halving? Halving { get; init; }
}
