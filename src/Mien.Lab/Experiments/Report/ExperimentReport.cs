using System.Text.Json.Serialization;
using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>An experiment as it stands: what its tables, its page and its JSON show. Immutable.</summary>
internal sealed record ExperimentReport
{
    /// <summary>The experiment's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is about, or <c>null</c>.</summary>
    public string? Summary { get; init; }

    /// <summary>How the settings were chosen, and how hopeless ones are stopped, in words.</summary>
    public required string Search { get; init; }

    /// <summary>The data in words; <c>null</c> before the start.</summary>
    public string? Data { get; init; }

    /// <summary>Images of PublicTest, on which every accuracy was measured; 0 before the start.</summary>
    public int DevImages { get; init; }

    /// <summary>What it was trained with and on: versions and machine; <c>null</c> before the start.</summary>
    public string? Machine { get; init; }

    /// <summary>Names of what varies.</summary>
    public required IReadOnlyList<string> Factors { get; init; }

    /// <summary>The seeds with which every setting is trained.</summary>
    public required IReadOnlyList<int> Seeds { get; init; }

    /// <summary>All settings, the best first; those of which no trial is done come after the ranked ones.</summary>
    public required IReadOnlyList<ExperimentSetting> Settings { get; init; }

    /// <summary>The trial that is being trained now, or <c>null</c>.</summary>
    public ExperimentRunning? Running { get; init; }

    /// <summary>Whether there is nothing left to train.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>What each factor is worth, for a one-factor study; else empty.</summary>
    public IReadOnlyList<FactorWorth> Worths { get; init; } = [];

    /// <summary>
    /// The mean accuracy of each value, for things of which few values were tried in several settings each; else empty.
    /// </summary>
    public IReadOnlyList<ExperimentEffect> Effects { get; init; } = [];

    /// <summary>All trials, those of the best setting first.</summary>
    [JsonIgnore]
    public IEnumerable<ExperimentTrial> Trials => Settings.SelectMany(s => s.Trials);

    /// <summary>Trials that were begun.</summary>
    public int TrialsBegun => Trials.Count(t => t.History.Count > 0);

    /// <summary>Epochs after which accuracy on PublicTest was looked at, over all trials.</summary>
    public int Looks => Trials.Sum(t => t.History.Count);

    /// <summary>Minutes of training and evaluation so far, over all trials.</summary>
    public double Minutes => Trials.Sum(t => t.Seconds) / 60;

    /// <summary>
    /// The standard deviation of an accuracy between seeds of one setting, pooled over the settings: the root of the
    /// sum of squares over the sum of n − 1. <c>null</c> where no setting has two trials that are done.
    /// </summary>
    public double? SeedDeviation =>
        SeedDegrees == 0 ? null : Math.Sqrt(Settings.Sum(s => s.SumOfSquares) / SeedDegrees);

    /// <summary>Degrees of freedom of <see cref="SeedDeviation"/>.</summary>
    public int SeedDegrees => Settings.Sum(s => Math.Max(0, s.Done.Count - 1));

    /// <summary>
    /// The standard error of the difference between two settings that were trained with all seeds: deviation · √(2 /
    /// n). <c>null</c> where the deviation is not known.
    /// </summary>
    public double? DifferenceError => DifferenceErrorOf(Seeds.Count);

    /// <summary>
    /// The standard error of the difference between two settings that were trained with so many seeds each.
    /// </summary>
    /// <param name="seeds">The number of seeds.</param>
    /// <returns>A share; <c>null</c> where the deviation is not known, or without a seed.</returns>
    public double? DifferenceErrorOf(int seeds) => seeds < 1 ? null : SeedDeviation * Math.Sqrt(2.0 / seeds);
}
