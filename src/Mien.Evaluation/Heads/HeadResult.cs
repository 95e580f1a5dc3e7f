using Mien.Data;

namespace Mien.Evaluation;

/// <summary>
/// The figures of one head of a model on one label set. Users rely on the property names, which are those of the JSON.
/// Immutable.
/// </summary>
internal sealed record HeadResult
{
    /// <summary>The head, or <c>blend</c>; <c>null</c> for a model with one head.</summary>
    public required string? Head { get; init; }

    /// <summary>The label set.</summary>
    public required LabelSetKind LabelSet { get; init; }

    /// <summary>The rule behind FER+'s labels; <c>null</c> for the labels of the data.</summary>
    public VoteRule? VoteRule { get; init; }

    /// <summary>The number of images with a label.</summary>
    public required int Count { get; init; }

    public required int Correct { get; init; }

    public required double Accuracy { get; init; }

    public required Interval AccuracyInterval { get; init; }

    /// <summary>
    /// The number of images with one of FER+'s eight classes; <c>null</c> unless the rule is the authors'.
    /// </summary>
    public int? CountOfEight { get; init; }

    /// <summary>The accuracy on them, where images of contempt, which no head has, count as wrong.</summary>
    public double? AccuracyOfEight { get; init; }

    public Interval? AccuracyOfEightInterval { get; init; }

    public required double MacroF1 { get; init; }

    public required double LogLoss { get; init; }

    public required double Ece { get; init; }

    public required double EceByChance { get; init; }

    public required double NeutralCalledSad { get; init; }

    public required Interval NeutralCalledSadInterval { get; init; }

    public required double SadCalledNeutral { get; init; }

    public required Interval SadCalledNeutralInterval { get; init; }

    /// <summary>Computes the figures of a head on the labels of the data, and on FER+'s if there are votes.</summary>
    /// <param name="head">The head; <c>null</c> for a model with one head.</param>
    /// <param name="predictions">The head's predictions, with the labels of the data.</param>
    /// <param name="votes">The labels by votes of the same images; <c>null</c> for none.</param>
    public static IEnumerable<HeadResult> Of(string? head, Predictions predictions, FerPlusLabels? votes)
    {
        yield return From(head, predictions, null);
        if (votes is { Indices.Length: > 0 })
        {
            yield return From(head, Voted(predictions, votes), votes);
        }
    }

    /// <summary>The predictions for the images that have a label by votes, with that label.</summary>
    public static Predictions Voted(Predictions predictions, FerPlusLabels votes) =>
        predictions.Select(votes.Indices).WithLabels(votes.Labels);

    private static HeadResult From(string? head, Predictions predictions, FerPlusLabels? votes)
    {
        EvaluationResult result = Metrics.Compute(predictions);
        return new HeadResult
        {
            Head = head,
            LabelSet = votes is null ? LabelSetKind.Fer2013 : LabelSetKind.FerPlus,
            VoteRule = votes?.Rule,
            Count = result.Count,
            Correct = result.Correct,
            Accuracy = result.Accuracy,
            AccuracyInterval = result.AccuracyInterval,
            CountOfEight = votes?.CountOfEight,
            AccuracyOfEight = votes?.CountOfEight is { } count ? result.Correct / (double)count : null,
            AccuracyOfEightInterval = votes?.CountOfEight is { } n ? Interval.Wilson(result.Correct, n) : null,
            MacroF1 = result.MacroF1,
            LogLoss = result.LogLoss,
            Ece = result.Ece,
            EceByChance = result.EceByChance,
            NeutralCalledSad = result.NeutralCalledSad,
            NeutralCalledSadInterval = result.NeutralCalledSadInterval,
            SadCalledNeutral = result.SadCalledNeutral,
            SadCalledNeutralInterval = result.SadCalledNeutralInterval,
        };
    }
}
