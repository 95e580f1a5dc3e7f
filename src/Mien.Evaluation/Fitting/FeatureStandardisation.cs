namespace Mien.Evaluation;

/// <summary>The mean and deviation of each feature, so that one penalty suits all of them. Immutable.</summary>
/// <param name="Mean">The mean of each feature.</param>
/// <param name="Deviation">The deviation of each feature, over 0; 1 for a feature that never changes.</param>
internal sealed record FeatureStandardisation(double[] Mean, double[] Deviation)
{
    /// <summary>Computes mean and deviation of each feature.</summary>
    /// <param name="features">count × width values, row by row; at least one row.</param>
    /// <param name="width">The number of features.</param>
    public static FeatureStandardisation Of(ReadOnlySpan<float> features, int width)
    {
        int count = Rows(features, width);
        double[] mean = new double[width];
        double[] deviation = new double[width];
        for (int i = 0; i < count; i++)
        {
            for (int f = 0; f < width; f++)
            {
                mean[f] += features[(i * width) + f] / (double)count;
            }
        }

        for (int i = 0; i < count; i++)
        {
            for (int f = 0; f < width; f++)
            {
                double d = features[(i * width) + f] - mean[f];
                deviation[f] += d * d / count;
            }
        }

        for (int f = 0; f < width; f++)
        {
            // A constant feature stands for itself: divided by the rounding error of its deviation it would be noise.
            deviation[f] = Math.Sqrt(deviation[f]);
            deviation[f] = deviation[f] > 1e-6 * Math.Max(1, Math.Abs(mean[f])) ? deviation[f] : 1;
        }

        return new FeatureStandardisation(mean, deviation);
    }

    /// <summary>Subtracts the mean of each feature and divides by its deviation.</summary>
    /// <param name="features">count × width values, row by row.</param>
    /// <returns>As many values.</returns>
    public double[] Apply(ReadOnlySpan<float> features)
    {
        int width = Mean.Length;
        int count = Rows(features, width);
        double[] result = new double[features.Length];
        for (int i = 0; i < count; i++)
        {
            for (int f = 0; f < width; f++)
            {
                result[(i * width) + f] = (features[(i * width) + f] - Mean[f]) / Deviation[f];
            }
        }

        return result;
    }

    private static int Rows(ReadOnlySpan<float> features, int width) =>
        width > 0 && features.Length > 0 && features.Length % width == 0
            ? features.Length / width
            : throw new ArgumentException(
                $"Found {features.Length} values, expected rows of {width} features.",
                nameof(features)
            );
}
