using Mien.Data;

namespace Mien.Evaluation;

/// <summary>The figures of a head, or of the blend of all heads, on one label set. Immutable.</summary>
/// <param name="Head">The head, or <see cref="HeadBlend.Name"/>.</param>
/// <param name="LabelSet">One of <see cref="LabelSets.Names"/>.</param>
/// <param name="Result">The figures.</param>
/// <param name="Temperature">The temperature of the head or blend.</param>
/// <param name="Certain">What is kept at its threshold for 'uncertain'.</param>
/// <param name="OutOfFold">
/// The figures with the temperature fitted on the other folds; <c>null</c> unless folds were asked for.
/// </param>
internal sealed record HeadEvaluation(
    string Head,
    string LabelSet,
    EvaluationResult Result,
    float Temperature,
    RiskCoveragePoint Certain,
    EvaluationResult? OutOfFold = null
)
{
    /// <summary>Evaluates the predictions of a head on one label set.</summary>
    /// <param name="head">What belongs to the head.</param>
    /// <param name="labelSet">One of <see cref="LabelSets.Names"/>.</param>
    /// <param name="predictions">The predictions of the head for all images.</param>
    /// <param name="images">The images; those without a label in the set are left out.</param>
    /// <param name="folds">Folds of the cross-validated calibration; 0, or more than images: none.</param>
    public static HeadEvaluation Of(
        HeadSelection head,
        string labelSet,
        Predictions predictions,
        FaceDataset images,
        int folds = 0
    )
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(predictions);
        byte[] labels = LabelSets.Labels(labelSet, images);
        int[] kept = [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] != FerPlusVotes.NoLabel)];
        Predictions of = predictions.Select(kept);
        var labelled = new Predictions(
            of.Name,
            of.Probabilities,
            [.. kept.Select(i => labels[i])],
            [.. of.Sources],
            of.Logits
        );
        return new HeadEvaluation(
            head.Name ?? "",
            labelSet,
            Metrics.Compute(labelled),
            head.Temperature,
            RiskCoverage.At(labelled, head.UncertainBelow),
            folds == 0 || labelled.Count < folds
                ? null
                : Metrics.Compute(TemperatureScaling.CrossValidate(labelled, folds).OutOfFold)
        );
    }
}
