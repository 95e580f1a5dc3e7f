namespace Mien.Lab;

/// <summary>A configuration with its trials and their statistics.</summary>
/// <param name="Configuration">The configuration.</param>
/// <param name="Trials">One trial per seed.</param>
internal sealed record RankedConfiguration(Configuration Configuration, IReadOnlyList<Trial> Trials)
{
    /// <summary>The rank, counted from 1; <c>null</c> before a trial is finished.</summary>
    public int? Rank { get; init; }

    /// <summary>The finished trials that have an accuracy.</summary>
    public IReadOnlyList<Trial> Done => [.. Trials.Where(t => t.State == TrialState.Done && t.Accuracy is not null)];

    /// <summary>The mean accuracy of the finished trials, 0..1; <c>null</c> if there are none.</summary>
    public double? Mean => Done.Count == 0 ? null : Done.Average(t => t.Accuracy!.Value);

    /// <summary>
    /// The sample standard deviation (divisor n − 1) of these accuracies; <c>null</c> with fewer than two.
    /// </summary>
    public double? Deviation => Done.Count < 2 ? null : Math.Sqrt(SumOfSquares / (Done.Count - 1));

    /// <summary>The lowest of these accuracies.</summary>
    public double? Lowest => Done.Count == 0 ? null : Done.Min(t => t.Accuracy);

    /// <summary>The highest of these accuracies.</summary>
    public double? Highest => Done.Count == 0 ? null : Done.Max(t => t.Accuracy);

    /// <summary>The mean minutes of a finished trial; if there are none, of the trials that have started.</summary>
    public double Minutes =>
        (Done.Count > 0 ? Done : Trials.Where(t => t.Seconds > 0))
            .Select(t => t.Seconds / 60)
            .DefaultIfEmpty()
            .Average();

    /// <summary>The sum of squared deviations of the accuracies from their mean.</summary>
    public double SumOfSquares => Done.Sum(t => Math.Pow(t.Accuracy!.Value - Mean!.Value, 2));
}
