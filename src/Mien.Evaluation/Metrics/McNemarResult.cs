namespace Mien.Evaluation;

/// <summary>
/// Two sets of predictions on the same images, and whether their accuracies differ by more than chance
/// (<see cref="McNemar"/>).
/// </summary>
internal sealed record McNemarResult
{
    /// <summary>The name of the first set.</summary>
    public required string First { get; init; }

    /// <summary>The name of the second set.</summary>
    public required string Second { get; init; }

    /// <summary>The number of images that both classified correctly.</summary>
    public required int BothRight { get; init; }

    /// <summary>The number of images that only the first classified correctly.</summary>
    public required int OnlyFirstRight { get; init; }

    /// <summary>The number of images that only the second classified correctly.</summary>
    public required int OnlySecondRight { get; init; }

    /// <summary>The number of images that neither classified correctly.</summary>
    public required int BothWrong { get; init; }

    /// <summary>
    /// The two-sided p-value, 0..1: the probability of counts at least this uneven if both were equally good. A
    /// difference is commonly called significant below 0.05; the p-value says nothing about its size.
    /// </summary>
    public required double PValue { get; init; }

    /// <summary>
    /// Whether <see cref="PValue"/> comes from the exact binomial test (few images that only one classified correctly)
    /// or from the chi-square distribution.
    /// </summary>
    public required bool Exact { get; init; }

    /// <summary>The number of images.</summary>
    public int Count => BothRight + OnlyFirstRight + OnlySecondRight + BothWrong;

    /// <summary>The accuracy of the first set minus that of the second, −1..1; 0 without images.</summary>
    public double AccuracyDifference => Count == 0 ? 0 : (OnlyFirstRight - OnlySecondRight) / (double)Count;
}
