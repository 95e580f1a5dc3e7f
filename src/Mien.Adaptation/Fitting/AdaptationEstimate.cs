using Mien.Evaluation;

namespace Mien.Adaptation;

/// <summary>
/// The accuracy before and after an adaptation, of the same faces, none of which the measured fit has seen. Immutable.
/// </summary>
internal sealed record AdaptationEstimate
{
    /// <summary>How the faces were split.</summary>
    public required EstimateKind Kind { get; init; }

    /// <summary>The number of folds; 1 if a part was held out.</summary>
    public required int Folds { get; init; }

    /// <summary>The number of measured faces.</summary>
    public required int Count { get; init; }

    /// <summary>The number of groups of the measured faces.</summary>
    public required int Groups { get; init; }

    /// <summary>
    /// Whether the groups come from the data; otherwise each picture is its own group, and the accuracy on other people
    /// may be lower.
    /// </summary>
    public required bool AreGroupsKnown { get; init; }

    /// <summary>What the gain is measured against.</summary>
    public required BaselineKind Baseline { get; init; }

    /// <summary>The baseline.</summary>
    public required AdaptationScore Before { get; init; }

    /// <summary>The adapted answer.</summary>
    public required AdaptationScore After { get; init; }

    /// <summary>The accuracy after minus that before, −1..1.</summary>
    public double Gain => After.Accuracy - Before.Accuracy;

    /// <summary>The 95 % interval of <see cref="Gain"/>.</summary>
    public required Interval GainInterval { get; init; }

    /// <summary>Whether the gain is zero or less.</summary>
    public bool HasNoGain => Gain <= 0;

    /// <summary>Whether the interval of the gain excludes 0, on either side.</summary>
    public bool IsCertain => GainInterval.Low > 0 || GainInterval.High < 0;

    /// <summary>
    /// About how many labels in all would settle whether there is a gain, if gain and spread stay as they are;
    /// <c>null</c> if it is settled or there is no gain.
    /// </summary>
    public required double? LabelsToSettle { get; init; }

    /// <summary>The positions of the measured faces in the samples, ascending.</summary>
    public required int[] Positions { get; init; }

    /// <summary>The fold of each measured face.</summary>
    public required int[] FoldOf { get; init; }

    /// <summary>
    /// Count × classes probabilities before, in the order of <see cref="Positions"/>; with the most frequent class as
    /// baseline, the shares of the classes.
    /// </summary>
    public required float[] ProbabilitiesBefore { get; init; }

    /// <summary>Count × classes out-of-fold probabilities after, at the final temperature.</summary>
    public required float[] ProbabilitiesAfter { get; init; }
}

/// <summary>How the faces of an estimate were split.</summary>
internal enum EstimateKind
{
    /// <summary>Each fold was measured by a fit on the others.</summary>
    CrossValidated,

    /// <summary>A fifth was held out and measured by a fit on the rest.</summary>
    HeldOut,
}

/// <summary>What a gain is measured against.</summary>
internal enum BaselineKind
{
    /// <summary>The answer of the base model.</summary>
    BaseModel,

    /// <summary>Always the most frequent class, because the base model has none of the classes.</summary>
    FrequentClass,
}

/// <summary>The figures of one answer. Immutable.</summary>
internal sealed record AdaptationScore
{
    /// <summary>The number of correct faces.</summary>
    public required int Correct { get; init; }

    /// <summary>The share of correct faces, 0..1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>The 95 % interval of <see cref="Accuracy"/>, over groups.</summary>
    public required Interval Interval { get; init; }

    /// <summary>
    /// The mean of −ln(probability of the label), in nats; <c>null</c> for the base model if it does not know a class.
    /// </summary>
    public required double? LogLoss { get; init; }

    /// <summary>classes × classes counts, row by row: rows are labels, columns predictions.</summary>
    public required int[] Confusion { get; init; }

    /// <summary>One result per class.</summary>
    public required IReadOnlyList<AdaptationClassScore> Classes { get; init; }
}

/// <summary>Precision and recall of one class; 0 where the denominator is 0.</summary>
/// <param name="Label">The class.</param>
/// <param name="Support">The number of faces with this label.</param>
/// <param name="Predicted">The number of faces with this prediction.</param>
/// <param name="Precision">The share of the predictions that are correct.</param>
/// <param name="Recall">The share of the labels that are found.</param>
internal sealed record AdaptationClassScore(string Label, int Support, int Predicted, double Precision, double Recall);
