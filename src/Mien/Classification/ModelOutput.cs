namespace Mien;

/// <summary>The values in a model's output tensor.</summary>
public enum ModelOutput
{
    /// <summary>Logits: the library divides them by the temperature and applies the softmax.</summary>
    Logits,

    /// <summary>
    /// Probabilities: the library applies temperature and softmax to their logarithms, so each row sums to 1.
    /// </summary>
    Probabilities,
}
