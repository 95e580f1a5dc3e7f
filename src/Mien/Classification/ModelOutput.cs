namespace Mien;

/// <summary>What a model's output tensor holds.</summary>
public enum ModelOutput
{
    /// <summary>Unnormalised scores: divided by the temperature, then softmax.</summary>
    Logits,

    /// <summary>
    /// Probabilities already; rows are normalised to sum 1 and the temperature is applied to their logarithm.
    /// </summary>
    Probabilities,
}
