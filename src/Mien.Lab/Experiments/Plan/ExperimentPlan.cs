using System.Text.Json.Serialization;

namespace Mien.Lab;

/// <summary>The trainings of an experiment; its folder stores them as <c>experiment.json</c>.</summary>
internal sealed record ExperimentPlan
{
    public required string Name { get; init; }

    public string? Summary { get; init; }

    /// <summary>The full path of the experiment file.</summary>
    public required string File { get; init; }

    public SearchKind Search { get; init; }

    /// <summary>The names of the factors.</summary>
    public IReadOnlyList<string> Factors { get; init; } = [];

    public IReadOnlyList<int> Seeds { get; init; } = [1];

    public Halving? Halving { get; init; }

    public IReadOnlyList<Configuration> Configurations { get; init; } = [];

    /// <summary>Data, versions and machine; <c>null</c> before the start.</summary>
    public RunInfo? Run { get; init; }

    /// <summary>The options of its last run, without those for the data, which <see cref="Run"/> has.</summary>
    public string Options { get; init; } = "";

    /// <summary>The command that resumes it.</summary>
    [JsonIgnore]
    public string ResumeWith => $"mien-lab experiment run {ShellText.Quoted(File)}{Options}";

    /// <summary>
    /// All trainings in their order without successive halving: every configuration with the first seed, then with the
    /// next.
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
