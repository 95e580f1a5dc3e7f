namespace Mien.Evaluation;

/// <summary>The accuracy on the images with at least a given confidence.</summary>
/// <param name="Threshold">The minimum confidence that is accepted, 0..1.</param>
/// <param name="Count">
/// The number of accepted images: those with a confidence of <paramref name="Threshold"/> or more.
/// </param>
/// <param name="Correct">The number of accepted images that were classified correctly.</param>
/// <param name="Coverage">The share of all images that are accepted, 0..1.</param>
internal sealed record RiskCoveragePoint(double Threshold, int Count, int Correct, double Coverage)
{
    /// <summary>
    /// The share of the accepted images that were classified correctly, 0..1 (1 minus the selective risk); 0 where no
    /// image is accepted.
    /// </summary>
    public double Accuracy => Count == 0 ? 0 : Correct / (double)Count;

    /// <summary>The 95 % Wilson interval of <see cref="Accuracy"/>.</summary>
    public Interval AccuracyInterval => Interval.Wilson(Correct, Count);
}
