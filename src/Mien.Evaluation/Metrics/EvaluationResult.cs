namespace Mien.Evaluation;

/// <summary>
/// The figures of one set of predictions (<see cref="Metrics.Compute"/>). Immutable. Shares are fractions 0..1.
/// </summary>
internal sealed record EvaluationResult
{
    /// <summary>The number of images; at least 1.</summary>
    public required int Count { get; init; }

    /// <summary>The number of images classified rightly.</summary>
    public required int Correct { get; init; }

    /// <summary>The share classified rightly.</summary>
    public double Accuracy => Correct / (double)Count;

    /// <summary>The 95 % Wilson interval of <see cref="Accuracy"/>.</summary>
    public Interval AccuracyInterval => Interval.Wilson(Correct, Count);

    /// <summary>
    /// The plain mean of the F1 of every expression that stands in the truth or in the predictions; one that stands in
    /// neither is left out, as scikit-learn's <c>f1_score(average="macro")</c> does.
    /// </summary>
    public required double MacroF1 { get; init; }

    /// <summary>
    /// The mean of −ln(probability of the true expression), in nats, probabilities raised to
    /// <see cref="Metrics.LogLossFloor"/>.
    /// </summary>
    public required double LogLoss { get; init; }

    /// <summary>
    /// The expected calibration error over <see cref="Reliability"/>: the count-weighted mean of |accuracy −
    /// confidence|.
    /// </summary>
    public required double Ece { get; init; }

    /// <summary>
    /// The mean of <see cref="Ece"/> that a perfectly calibrated model with the same confidences shows on so many
    /// images, because of chance alone. An error near it is no sign of miscalibration.
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
    /// The number of images that stand, pixel for pixel, among the training images too; <c>null</c>: not looked up.
    /// </summary>
    public int? Duplicates { get; init; }

    /// <summary>
    /// The share classified rightly among the images without a twin in training; <c>null</c>: not looked up, or none is
    /// left.
    /// </summary>
    public double? AccuracyWithoutDuplicates { get; init; }

    /// <summary>
    /// The 95 % Wilson interval of <see cref="AccuracyWithoutDuplicates"/>; <c>null</c> where that is.
    /// </summary>
    public Interval? AccuracyWithoutDuplicatesInterval { get; init; }

    /// <summary>How the error falls when the least sure answers are left out.</summary>
    public required RiskCoverage RiskCoverage { get; init; }

    /// <summary>
    /// The share of neutral images that were called sad, the most frequent complaint about such models; 0 where there
    /// are none.
    /// </summary>
    public double NeutralCalledSad => Confusion.Share(Expression.Neutral, Expression.Sadness);

    /// <summary>
    /// The 95 % Wilson interval of <see cref="NeutralCalledSad"/>; 0..1 where there are no neutral images.
    /// </summary>
    public Interval NeutralCalledSadInterval =>
        Interval.Wilson(Confusion[Expression.Neutral, Expression.Sadness], Confusion.Support(Expression.Neutral));

    /// <summary>The share of sad images that were called neutral; 0 where there are none.</summary>
    public double SadCalledNeutral => Confusion.Share(Expression.Sadness, Expression.Neutral);

    /// <summary>
    /// The 95 % Wilson interval of <see cref="SadCalledNeutral"/>; 0..1 where there are no sad images.
    /// </summary>
    public Interval SadCalledNeutralInterval =>
        Interval.Wilson(Confusion[Expression.Sadness, Expression.Neutral], Confusion.Support(Expression.Sadness));
}
