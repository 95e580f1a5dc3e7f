using System.Text.Json.Serialization;
using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>One combination of what an experiment varies, with its trials.</summary>
internal sealed record ExperimentSetting
{
    /// <summary>A readable name.</summary>
    public required string Name { get; init; }

    /// <summary>The value of everything that varies, by the name of that.</summary>
    public required IReadOnlyDictionary<string, string> Values { get; init; }

    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>Weights of the network, statistics of batch norms included.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-adds of one forward pass of one image.</summary>
    public required long MultiplyAdds { get; init; }

    /// <summary>A trial a seed.</summary>
    public required IReadOnlyList<ExperimentTrial> Trials { get; init; }

    /// <summary>The place in the ranking, counted from 1; <c>null</c> before a trial is done.</summary>
    public int? Rank { get; init; }

    /// <summary>The mean accuracy of the trials that are done, 0..1; <c>null</c> where none is.</summary>
    public double? Mean => Done.Count == 0 ? null : Done.Average(t => t.Accuracy!.Value);

    /// <summary>
    /// The sample standard deviation (divisor n − 1) of those accuracies; <c>null</c> with fewer than two.
    /// </summary>
    public double? Deviation => Done.Count < 2 ? null : Math.Sqrt(SumOfSquares / (Done.Count - 1));

    /// <summary>The lowest of those accuracies.</summary>
    public double? Lowest => Done.Count == 0 ? null : Done.Min(t => t.Accuracy);

    /// <summary>The highest of those accuracies.</summary>
    public double? Highest => Done.Count == 0 ? null : Done.Max(t => t.Accuracy);

    /// <summary>Mean minutes of a trial that is done; of what was trained where none is.</summary>
    public double Minutes =>
        (Done.Count > 0 ? Done : Trials.Where(t => t.Seconds > 0))
            .Select(t => t.Seconds / 60)
            .DefaultIfEmpty()
            .Average();

    /// <summary>The trials that were trained to their end and have an accuracy.</summary>
    [JsonIgnore]
    public IReadOnlyList<ExperimentTrial> Done =>
        [.. Trials.Where(t => t.State == TrialState.Done && t.Accuracy is not null)];

    /// <summary>The sum of the squared distances of the accuracies from their mean.</summary>
    internal double SumOfSquares => Done.Sum(t => Math.Pow(t.Accuracy!.Value - Mean!.Value, 2));
}
