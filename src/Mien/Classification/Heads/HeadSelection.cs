namespace Mien;

/// <summary>
/// What belongs to the head whose predictions are used: one of the heads of a model, their blend, or the only head of a
/// model without names. <see cref="ModelContract.SelectHead"/> creates it. Immutable.
/// </summary>
public sealed record HeadSelection
{
    internal HeadSelection() { }

    /// <summary>
    /// The name of the head, or <see cref="HeadBlend.Name"/>; <see langword="null"/> for a model with one head.
    /// </summary>
    public string? Name { get; internal init; }

    /// <summary>
    /// The temperature, greater than 0, at which the softmax of
    /// <see cref="ExpressionClassifier.ComputeLogits(ReadOnlySpan{byte}, int, Span{float}, string)"/> gives the
    /// calibrated probabilities.
    /// </summary>
    public float Temperature { get; internal init; } = 1;

    /// <summary>
    /// Predictions with a calibrated confidence under this value, 0..1, are marked as uncertain:
    /// <see cref="ModelContract.DefaultUncertainBelow"/> if the contract has none.
    /// </summary>
    public float UncertainBelow { get; internal init; }

    /// <summary>A description of the training data; <see langword="null"/> if the contract has none.</summary>
    public string? TrainingData { get; internal init; }

    /// <summary>Measured values by name, such as <c>publicTest.accuracy</c> (a fraction 0..1).</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; internal init; } = new Dictionary<string, double>();
}
