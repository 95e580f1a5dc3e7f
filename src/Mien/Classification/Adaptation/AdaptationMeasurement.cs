namespace Mien;

/// <summary>
/// The accuracy of a model before and after an adaptation, on labelled faces that the fit did not use. Immutable.
/// </summary>
public sealed record AdaptationMeasurement
{
    /// <summary>How the faces were split, such as <c>cross-validation with 5 folds</c>.</summary>
    public required string Split { get; init; }

    /// <summary>The number of faces that the accuracies were measured on.</summary>
    public required int Count { get; init; }

    /// <summary>
    /// The number of groups (persons, videos or folders) whose pictures were kept together; the number of pictures if
    /// the groups are not known.
    /// </summary>
    public required int Groups { get; init; }

    /// <summary>
    /// Whether the groups came with the labels. Otherwise a person may have been on both sides of a split, and the
    /// accuracy on other persons may be lower.
    /// </summary>
    public bool AreGroupsKnown { get; init; }

    /// <summary>
    /// The accuracy of the model that was adapted; of always predicting the most frequent label if
    /// <see cref="IsAgainstMostFrequentLabel"/>.
    /// </summary>
    public required MeasuredShare Before { get; init; }

    /// <summary>The accuracy of the adapted model.</summary>
    public required MeasuredShare After { get; init; }

    /// <summary>
    /// Whether <see cref="Before"/> is the accuracy of always predicting the most frequent label, because the model
    /// that was adapted has none of the labels.
    /// </summary>
    public bool IsAgainstMostFrequentLabel { get; init; }

    /// <summary>The difference of the two, −1..1.</summary>
    public required MeasuredShare Gain { get; init; }

    /// <summary>
    /// Describes what is wrong with a measurement, as the end of a sentence; <see langword="null"/> if it is valid.
    /// </summary>
    internal static string? Problem(AdaptationMeasurement measured) =>
        measured.Count < 1
        || measured.Groups < 1
        || measured.Split.Length > 200
        || !IsWithin(measured.Before, 0)
        || !IsWithin(measured.After, 0)
        || !IsWithin(measured.Gain, -1)
            ? "the measured accuracy of its adaptation is not made of fractions on at least one face"
            : null;

    private static bool IsWithin(MeasuredShare share, double min) =>
        share.Low >= min && share.Low <= share.High && share.High <= 1 && share.Value >= min && share.Value <= 1;
}
