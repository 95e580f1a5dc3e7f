namespace Mien;

/// <summary>Converts logits to probabilities. Thread-safe.</summary>
public static class Softmax
{
    /// <summary>
    /// Replaces logits by probabilities: p_i = exp(z_i / T) / Σ_j exp(z_j / T). The largest logit is subtracted first
    /// to avoid overflow. A temperature T over 1 makes the probabilities less extreme and preserves their order
    /// (temperature scaling: Guo et al., "On Calibration of Modern Neural Networks", 2017).
    /// </summary>
    /// <param name="logits">
    /// The logits of one image; replaced by its probabilities, which sum to 1. May be empty.
    /// </param>
    /// <param name="temperature">
    /// The temperature T, a finite number over 0; the default 1 leaves the logits unchanged.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="temperature"/> is not over 0, or not finite.
    /// </exception>
    public static void InPlace(Span<float> logits, float temperature = 1)
    {
        if (!(temperature > 0) || !float.IsFinite(temperature))
        {
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "Expected a finite number over 0.");
        }

        float largest = float.NegativeInfinity;
        foreach (float logit in logits)
        {
            largest = MathF.Max(largest, logit);
        }

        double sum = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            logits[i] = MathF.Exp((logits[i] - largest) / temperature);
            sum += logits[i];
        }

        for (int i = 0; i < logits.Length; i++)
        {
            logits[i] = (float)(logits[i] / sum);
        }
    }
}
