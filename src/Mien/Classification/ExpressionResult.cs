using System.Globalization;

namespace Mien;

/// <summary>What a network says about one face: a score per label. Immutable and thread-safe.</summary>
public sealed class ExpressionResult
{
    /// <summary>Creates a result, such as that of a test.</summary>
    /// <param name="scores">A score per label.</param>
    public ExpressionResult(LabelScores scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        LabelScores = scores;
    }

    /// <summary>The calibrated probabilities by label, in the order of <see cref="ModelContract.Labels"/>.</summary>
    public LabelScores LabelScores { get; }

    /// <summary>
    /// The most probable label, as <see cref="ModelContract.Labels"/> names it; of equal ones the first.
    /// </summary>
    public string Label => LabelScores.Labels[LabelScores.Top];

    /// <summary>
    /// Which of the seven expressions <see cref="Label"/> is; <see langword="null"/> where it is none of them.
    /// </summary>
    public Expression? Expression => LabelScores.Set.ExpressionOf(LabelScores.Top);

    /// <summary>The probability of <see cref="Label"/>, 0..1.</summary>
    public float Confidence => LabelScores.Values[LabelScores.Top];

    /// <summary>The top label and its probability, such as <c>happiness 93.1 %</c>.</summary>
    /// <returns>A text for people.</returns>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Label} {Confidence * 100:0.0} %");
}
