namespace Mien;

/// <summary>
/// Describes the blend of a model's heads: the weighted geometric mean of their calibrated probabilities, renormalised.
/// With the logits z and the temperature T of each head h, log q = Σ_h w_h · log softmax(z_h / T_h), and the
/// probabilities are softmax(log q / <see cref="Temperature"/>). Immutable.
/// </summary>
public sealed record HeadBlend
{
    /// <summary>The name that selects the blend where a head is named: <c>blend</c>.</summary>
    public const string Name = "blend";

    /// <summary>
    /// The weights, 0..1, in the order of <see cref="ModelContract.Heads"/>, one per head; their sum is 1.
    /// </summary>
    public required IReadOnlyList<float> Weights { get; init; }

    /// <summary>The temperature that is applied to the weighted mean, greater than 0.</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>
    /// Predictions of the blend with a calibrated confidence under this value, 0..1, are marked as uncertain.
    /// <see langword="null"/> uses <see cref="ModelContract.DefaultUncertainBelow"/>.
    /// </summary>
    public float? UncertainBelow { get; init; }

    /// <summary>
    /// Measured values of the blend by name, such as <c>publicTest.ferplus.accuracy</c> (a fraction 0..1).
    /// </summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();
}
