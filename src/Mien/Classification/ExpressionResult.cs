using System.Globalization;

namespace Mien;

/// <summary>
/// The prediction for one face: the calibrated class probabilities and the most probable label. Immutable and
/// thread-safe.
/// </summary>
public sealed class ExpressionResult
{
    /// <summary>Creates a result from class probabilities, for example in a test.</summary>
    /// <param name="scores">One probability per label.</param>
    public ExpressionResult(LabelScores scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        LabelScores = scores;
    }

    /// <summary>
    /// The calibrated probabilities by label, 0..1, in the order of <see cref="ModelContract.Labels"/>.
    /// </summary>
    public LabelScores LabelScores { get; }

    /// <summary>
    /// The most probable label, as spelled in <see cref="ModelContract.Labels"/>; on a tie, the first one.
    /// </summary>
    public string Label => LabelScores.Labels[LabelScores.Top];

    /// <summary>
    /// The expression that <see cref="Label"/> stands for; <see langword="null"/> if it is not one of the seven.
    /// </summary>
    public Expression? Expression => LabelScores.Set.ExpressionOf(LabelScores.Top);

    /// <summary>The calibrated probability of <see cref="Label"/>, 0..1.</summary>
    public float Confidence => LabelScores.Values[LabelScores.Top];

    /// <summary>
    /// Formats the predicted label and its probability, such as <c>happiness 93.1 %</c>, in the invariant culture.
    /// </summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Label} {Confidence * 100:0.0} %");
}
