namespace Mien.Evaluation;

/// <summary>What a model is worth on the images that it is at least so sure of.</summary>
/// <param name="Threshold">The lowest confidence (top probability) that is accepted, 0..1.</param>
/// <param name="Count">
/// The number of images accepted: those with a confidence of <paramref name="Threshold"/> or more.
/// </param>
/// <param name="Correct">The number of those that were classified rightly.</param>
/// <param name="Coverage">The share of all images that is accepted, 0..1.</param>
internal sealed record RiskCoveragePoint(double Threshold, int Count, int Correct, double Coverage)
{
    /// <summary>
    /// The share of the accepted images that was classified rightly, 0..1 (1 minus the selective risk); 0 where none is
    /// accepted.
    /// </summary>
    public double Accuracy => Count == 0 ? 0 : Correct / (double)Count;

    /// <summary>The 95 % Wilson interval of <see cref="Accuracy"/>.</summary>
    public Interval AccuracyInterval => Interval.Wilson(Correct, Count);
}
