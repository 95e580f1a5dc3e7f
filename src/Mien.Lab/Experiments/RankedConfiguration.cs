namespace Mien.Lab;

/// <summary>A configuration with its trials, and what they come to.</summary>
/// <param name="Configuration">The configuration.</param>
/// <param name="Trials">A trial a seed.</param>
internal sealed record RankedConfiguration(Configuration Configuration, IReadOnlyList<Trial> Trials)
{
    /// <summary>The place in the ranking, counted from 1; <c>null</c> before a trial is done.</summary>
    public int? Rank { get; init; }

    /// <summary>The trials that were trained to their end and have an accuracy.</summary>
    public IReadOnlyList<Trial> Done => [.. Trials.Where(t => t.State == TrialState.Done && t.Accuracy is not null)];

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

    /// <summary>The sum of the squared distances of the accuracies from their mean.</summary>
    public double SumOfSquares => Done.Sum(t => Math.Pow(t.Accuracy!.Value - Mean!.Value, 2));
}
