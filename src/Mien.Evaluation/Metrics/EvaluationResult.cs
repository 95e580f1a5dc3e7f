namespace Mien.Evaluation;

/// <summary>
/// The figures of one set of predictions (<see cref="Metrics.Compute"/>). Immutable. Shares are fractions 0..1.
/// </summary>
internal sealed record EvaluationResult
{
    /// <summary>The number of images; at least 1.</summary>
    public required int Count { get; init; }

    /// <summary>The number of images classified correctly.</summary>
    public required int Correct { get; init; }

    /// <summary>The share of images classified correctly.</summary>
    public double Accuracy => Correct / (double)Count;

    /// <summary>The 95 % Wilson interval of <see cref="Accuracy"/>.</summary>
    public Interval AccuracyInterval => Interval.Wilson(Correct, Count);

    /// <summary>
    /// The unweighted mean of the F1 of every expression that occurs in the labels or in the predictions. One that
    /// occurs in neither is left out, as in scikit-learn's <c>f1_score(average="macro")</c>.
    /// </summary>
    public required double MacroF1 { get; init; }

    /// <summary>
    /// The mean of −ln(probability of the true expression), in nats. Probabilities are clipped to at least <see
    /// cref="Metrics.LogLossFloor"/>.
    /// </summary>
    public required double LogLoss { get; init; }

    /// <summary>
    /// The expected calibration error over <see cref="Reliability"/>: the count-weighted mean of |accuracy −
    /// confidence|.
    /// </summary>
    public required double Ece { get; init; }

    /// <summary>
    /// The expected value of <see cref="Ece"/> for a perfectly calibrated model with the same confidences on the same
    /// number of images. An error close to it is no sign of miscalibration.
    /// </summary>
    public required double EceByChance { get; init; }

    /// <summary>
    /// The bins of the reliability diagram, <see cref="Metrics.BinCount"/> of equal width, empty ones included.
    /// </summary>
    public required IReadOnlyList<ReliabilityBin> Reliability { get; init; }

    /// <summary>The seven expressions, in their order.</summary>
    public required IReadOnlyList<ClassResult> PerClass { get; init; }

    /// <summary>Counts by truth (rows) and prediction (columns).</summary>
    public required ConfusionMatrix Confusion { get; init; }

    /// <summary>
    /// The number of images that are exact duplicates of training images; <c>null</c> if this was not checked.
    /// </summary>
    public int? Duplicates { get; init; }

    /// <summary>
    /// The accuracy on the images that are not duplicates of training images; <c>null</c> if this was not checked or no
    /// image is left.
    /// </summary>
    public double? AccuracyWithoutDuplicates { get; init; }

    /// <summary>
    /// The 95 % Wilson interval of <see cref="AccuracyWithoutDuplicates"/>; <c>null</c> if that is <c>null</c>.
    /// </summary>
    public Interval? AccuracyWithoutDuplicatesInterval { get; init; }

    /// <summary>How the error falls when the least confident predictions are rejected.</summary>
    public required RiskCoverage RiskCoverage { get; init; }

    /// <summary>
    /// The share of neutral images that were classified as sad, the most frequent complaint about such models; 0 where
    /// there are no neutral images.
    /// </summary>
    public double NeutralCalledSad => Confusion.Share(Expression.Neutral, Expression.Sadness);

    /// <summary>
    /// The 95 % Wilson interval of <see cref="NeutralCalledSad"/>; 0..1 where there are no neutral images.
    /// </summary>
    public Interval NeutralCalledSadInterval =>
        Interval.Wilson(Confusion[Expression.Neutral, Expression.Sadness], Confusion.Support(Expression.Neutral));

    /// <summary>The share of sad images that were classified as neutral; 0 where there are no sad images.</summary>
    public double SadCalledNeutral => Confusion.Share(Expression.Sadness, Expression.Neutral);

    /// <summary>
    /// The 95 % Wilson interval of <see cref="SadCalledNeutral"/>; 0..1 where there are no sad images.
    /// </summary>
    public Interval SadCalledNeutralInterval =>
        Interval.Wilson(Confusion[Expression.Sadness, Expression.Neutral], Confusion.Support(Expression.Sadness));
}
