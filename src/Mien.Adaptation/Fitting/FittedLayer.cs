using System.Numerics.Tensors;

namespace Mien.Adaptation;

/// <summary>A fitted layer on raw features: logits = scale × base + weights × features + bias. Immutable.</summary>
/// <param name="Weights">classes × features, row by row; empty if all are 0.</param>
/// <param name="Bias">One value per class.</param>
/// <param name="Scale">The factor of the base logits.</param>
internal sealed record FittedLayer(double[] Weights, double[] Bias, double Scale)
{
    /// <summary>The logits of some faces, rows × classes.</summary>
    public double[] Logits(AdaptationSamples samples, ReadOnlySpan<int> rows)
    {
        int classes = Bias.Length;
        int width = samples.FeatureCount;
        double[] result = new double[rows.Length * classes];
        double[] features = new double[width];
        for (int i = 0; i < rows.Length; i++)
        {
            if (Weights.Length > 0)
            {
                TensorPrimitives.ConvertTruncating<float, double>(
                    samples.Features.AsSpan(rows[i] * width, width),
                    features
                );
            }

            for (int c = 0; c < classes; c++)
            {
                double logit = Bias[c] + (Scale * samples.Base(rows[i], c));
                result[(i * classes) + c] =
                    Weights.Length == 0
                        ? logit
                        : logit + TensorPrimitives.Dot<double>(features, Weights.AsSpan(c * width, width));
            }
        }

        return result;
    }

    /// <summary>The layer in single precision.</summary>
    public AdaptedLayer Round(int width, bool hasBase) =>
        new(
            Weights.Length == 0 ? new float[Bias.Length * width] : Array.ConvertAll(Weights, w => (float)w),
            Array.ConvertAll(Bias, b => (float)b),
            hasBase ? Scale : 0
        );
}
