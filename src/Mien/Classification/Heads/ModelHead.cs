namespace Mien;

/// <summary>
/// Describes one head of a model that has several. A head is the part of the network's last layer that was trained on
/// one label set. All heads have the labels of <see cref="ModelContract.Labels"/>, in the same order. Immutable.
/// </summary>
public sealed record ModelHead
{
    /// <summary>
    /// The name, such as <c>fer2013</c> or <c>ferplus</c>: 1 to 64 characters, distinct within the model, and not
    /// <see cref="HeadBlend.Name"/>.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>
    /// The first column of the head's logits in the output tensor, counted from 0. The head takes as many columns as
    /// there are labels; in the class activation maps it takes the channels of the same numbers.
    /// </summary>
    public required int Offset { get; init; }

    /// <summary>
    /// The temperature of temperature scaling, greater than 0: the head's logits are divided by it before the softmax.
    /// </summary>
    public float Temperature { get; init; } = 1;

    /// <summary>
    /// For a head that was trained on votes: the temperature, greater than 0, at which its probabilities are the shares
    /// of people who would choose each label. It is higher than <see cref="Temperature"/>, at which they are the
    /// probabilities that a label has the majority. <see langword="null"/> if it was not fitted.
    /// </summary>
    public float? VoteTemperature { get; init; }

    /// <summary>
    /// Predictions of this head with a calibrated confidence under this value, 0..1, are marked as uncertain.
    /// <see langword="null"/> uses <see cref="ModelContract.DefaultUncertainBelow"/>.
    /// </summary>
    public float? UncertainBelow { get; init; }

    /// <summary>
    /// A description of the head's training data and label set, such as <c>FER+ votes on FER2013 Training (28,709
    /// images)</c>.
    /// </summary>
    public string? TrainingData { get; init; }

    /// <summary>Measured values of this head by name, such as <c>publicTest.accuracy</c> (a fraction 0..1).</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();
}
