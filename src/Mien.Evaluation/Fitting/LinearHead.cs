namespace Mien.Evaluation;

/// <summary>
/// A linear layer that is added to older logits: logits = scale × older logits + weights × features + bias. Immutable.
/// </summary>
/// <param name="Weights">classes × features, row by row.</param>
/// <param name="Bias">One value per class.</param>
/// <param name="Scale">The factor of the older logits; without older logits it has no effect.</param>
internal sealed record LinearHead(double[] Weights, double[] Bias, double Scale)
{
    /// <summary>The number of classes.</summary>
    public int Classes => Bias.Length;

    /// <summary>The number of features.</summary>
    public int Features => Weights.Length / Bias.Length;

    /// <summary>A head that leaves the older logits as they are.</summary>
    public static LinearHead Unchanged(int classes, int features) =>
        new(new double[classes * features], new double[classes], 1);

    /// <summary>
    /// Combines this head with the layer that computes the older logits, and with the standardisation of the features,
    /// into one layer on the features as they are.
    /// </summary>
    /// <param name="standardisation">The standardisation of the features that this head was fitted on.</param>
    /// <param name="olderWeights">The weights of the older layer, classes × features, row by row.</param>
    /// <param name="olderBias">The bias of the older layer, one value per class.</param>
    /// <returns>Weights and bias, rounded to single precision once.</returns>
    public (float[] Weights, float[] Bias) Combine(
        FeatureStandardisation standardisation,
        ReadOnlySpan<float> olderWeights,
        ReadOnlySpan<float> olderBias
    )
    {
        float[] weights = new float[Weights.Length];
        float[] bias = new float[Bias.Length];
        for (int c = 0; c < bias.Length; c++)
        {
            double sum = (Scale * olderBias[c]) + Bias[c];
            for (int f = 0; f < Features; f++)
            {
                int place = (c * Features) + f;
                double plain = Weights[place] / standardisation.Deviation[f];
                weights[place] = (float)((Scale * olderWeights[place]) + plain);
                sum -= plain * standardisation.Mean[f];
            }

            bias[c] = (float)sum;
        }

        return (weights, bias);
    }
}
