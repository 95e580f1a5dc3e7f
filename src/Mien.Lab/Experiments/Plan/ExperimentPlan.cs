using System.Text.Json.Serialization;

namespace Mien.Lab;

/// <summary>What an experiment is going to train: what its folder keeps as <c>experiment.json</c>.</summary>
internal sealed record ExperimentPlan
{
    public required string Name { get; init; }

    public string? Summary { get; init; }

    /// <summary>The full path of the file that it came from.</summary>
    public required string File { get; init; }

    public SearchKind Search { get; init; }

    /// <summary>Names of what varies.</summary>
    public IReadOnlyList<string> Factors { get; init; } = [];

    public IReadOnlyList<int> Seeds { get; init; } = [1];

    public Halving? Halving { get; init; }

    public IReadOnlyList<Configuration> Configurations { get; init; } = [];

    /// <summary>Data, versions and machine; <c>null</c> before it was started.</summary>
    public RunInfo? Run { get; init; }

    /// <summary>The options with which it was last run, but for the data, which is kept in <see cref="Run"/>.</summary>
    public string Options { get; init; } = "";

    /// <summary>The command that goes on with it.</summary>
    [JsonIgnore]
    public string GoOn => $"mien-lab experiment run {ShellText.Quoted(File)}{Options}";

    /// <summary>
    /// All trainings, in the order in which they come without halving: every configuration once, then again with the next
    /// seed.
    /// </summary>
    [JsonIgnore]
    public IEnumerable<Trial> Trials => Seeds.SelectMany(seed => Configurations.Select(s => new Trial(s, seed)));

    public static ExperimentPlan Of(ExperimentDefinition definition, IReadOnlyList<Configuration> configurations) =>
        new()
        {
            Name = definition.Name,
            Summary = definition.Summary,
            File = Path.GetFullPath(definition.Source),
            Search = definition.Search,
            Factors = [.. definition.Factors.Select(f => f.Name)],
            Seeds = definition.Seeds,
            Halving = definition.Halving,
            Configurations = configurations,
        };
}
