using Mien.Evaluation;

namespace Mien.Adaptation;

/// <summary>
/// The accuracy before and after, on the same faces, none of which the measured fit has seen. Immutable.
/// </summary>
public sealed record AdaptationGain
{
    /// <summary>How the faces were split, such as <c>cross-validation with 10 folds</c>.</summary>
    public required string Split { get; init; }

    /// <summary>The number of measured faces.</summary>
    public required int Faces { get; init; }

    /// <summary>The number of persons, groups or pictures among them.</summary>
    public required int Groups { get; init; }

    /// <summary>
    /// Whether <see cref="Before"/> is the accuracy of always predicting the most frequent label, because the adapted
    /// model has none of the labels of the model before.
    /// </summary>
    public required bool IsAgainstMostFrequentLabel { get; init; }

    /// <summary>The accuracy of the model before, with its 95 % interval over the groups.</summary>
    public required MeasuredShare Before { get; init; }

    /// <summary>The accuracy of the adapted model, with its 95 % interval over the groups.</summary>
    public required MeasuredShare After { get; init; }

    /// <summary>The difference of the two, −1..1, with its 95 % interval over the groups.</summary>
    public required MeasuredShare Difference { get; init; }

    /// <summary>Whether the interval of <see cref="Difference"/> excludes 0.</summary>
    public required bool IsCertain { get; init; }

    /// <summary>
    /// About how many labels in all would settle whether there is a gain, if gain and spread stay as they are;
    /// <see langword="null"/> if it is settled, or if there is no gain.
    /// </summary>
    public int? LabelsToSettle { get; init; }

    /// <summary>
    /// The mean of −ln(probability of the label) before, in nats; <see langword="null"/> if the model before lacks a
    /// label.
    /// </summary>
    public required double? LogLossBefore { get; init; }

    /// <summary>The mean of −ln(probability of the label) after, in nats.</summary>
    public required double? LogLossAfter { get; init; }

    /// <summary>The figures of each label, in their order.</summary>
    public required IReadOnlyList<AdaptationClassGain> PerClass { get; init; }

    /// <summary>Counts before: one row per label, one column per prediction, in the order of the labels.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> ConfusionBefore { get; init; }

    /// <summary>Counts after, in the same form.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> ConfusionAfter { get; init; }

    /// <summary>Whether the measured difference is zero or less.</summary>
    public bool HasNoGain => Difference.Value <= 0;

    internal static AdaptationGain Of(AdaptationEstimate estimate) =>
        new()
        {
            Split =
                estimate.Kind == EstimateKind.HeldOut
                    ? "one fifth held out"
                    : string.Create(
                        System.Globalization.CultureInfo.InvariantCulture,
                        $"cross-validation with {estimate.Folds} folds"
                    ),
            Faces = estimate.Count,
            Groups = estimate.Groups,
            IsAgainstMostFrequentLabel = estimate.Baseline == BaselineKind.FrequentClass,
            Before = Share(estimate.Before.Accuracy, estimate.Before.Interval),
            After = Share(estimate.After.Accuracy, estimate.After.Interval),
            Difference = Share(estimate.Gain, estimate.GainInterval),
            IsCertain = estimate.IsCertain,
            LabelsToSettle = estimate.LabelsToSettle is { } labels ? (int)Math.Min(1e9, Math.Ceiling(labels)) : null,
            LogLossBefore = estimate.Before.LogLoss,
            LogLossAfter = estimate.After.LogLoss,
            PerClass =
            [
                .. estimate.Before.Classes.Zip(
                    estimate.After.Classes,
                    (b, a) =>
                        new AdaptationClassGain(b.Label, b.Support)
                        {
                            RecallBefore = b.Recall,
                            RecallAfter = a.Recall,
                            PrecisionBefore = b.Precision,
                            PrecisionAfter = a.Precision,
                        }
                ),
            ],
            ConfusionBefore = Rows(estimate.Before),
            ConfusionAfter = Rows(estimate.After),
        };

    private static MeasuredShare Share(double value, Interval interval) =>
        new(value, Math.Min(value, interval.Low), Math.Max(value, interval.High));

    private static IReadOnlyList<IReadOnlyList<int>> Rows(AdaptationScore score) =>
        [.. score.Confusion.Chunk(score.Classes.Count)];
}

/// <summary>Precision and recall of one label before and after; 0 where the denominator is 0. Immutable.</summary>
/// <param name="Label">The label.</param>
/// <param name="Faces">The number of measured faces with this label.</param>
public sealed record AdaptationClassGain(string Label, int Faces)
{
    /// <summary>The share of the faces with this label that were predicted so before, 0..1.</summary>
    public required double RecallBefore { get; init; }

    /// <summary>The share of the faces with this label that are predicted so after, 0..1.</summary>
    public required double RecallAfter { get; init; }

    /// <summary>The share of the predictions of this label that were correct before, 0..1.</summary>
    public required double PrecisionBefore { get; init; }

    /// <summary>The share of the predictions of this label that are correct after, 0..1.</summary>
    public required double PrecisionAfter { get; init; }
}
