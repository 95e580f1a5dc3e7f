using Mien.Evaluation;

namespace Mien.Adaptation;

/// <summary>
/// Mean and deviation of each feature from possibly few faces. A variance is shrunk towards the mean variance of all
/// features as if that had been seen on <see cref="PriorCount"/> more faces, so that a feature that happens to be
/// constant in twenty faces does not blow up on the next one.
/// </summary>
internal static class RobustStandardisation
{
    /// <summary>The weight of the mean variance, in faces.</summary>
    public const double PriorCount = 5;

    /// <summary>The minimum deviation, relative to the root of the mean variance.</summary>
    public const double MinRelativeDeviation = 0.1;

    /// <summary>Computes mean and deviation over some rows.</summary>
    /// <param name="features">Features, row by row.</param>
    /// <param name="width">The number of features.</param>
    /// <param name="rows">The rows; at least one.</param>
    public static FeatureStandardisation Of(ReadOnlySpan<float> features, int width, ReadOnlySpan<int> rows)
    {
        double[] mean = new double[width];
        double[] deviation = new double[width];
        foreach (int i in rows)
        {
            ReadOnlySpan<float> row = features.Slice(i * width, width);
            for (int f = 0; f < width; f++)
            {
                mean[f] += row[f];
            }
        }

        for (int f = 0; f < width; f++)
        {
            mean[f] /= rows.Length;
        }

        foreach (int i in rows)
        {
            ReadOnlySpan<float> row = features.Slice(i * width, width);
            for (int f = 0; f < width; f++)
            {
                double d = row[f] - mean[f];
                deviation[f] += d * d;
            }
        }

        double all = 0;
        foreach (double sum in deviation)
        {
            all += sum / ((double)rows.Length * width);
        }

        double minimum = MinRelativeDeviation * Math.Sqrt(all);
        for (int f = 0; f < width; f++)
        {
            double shrunk = Math.Sqrt((deviation[f] + (PriorCount * all)) / (rows.Length + PriorCount));
            deviation[f] = all > 0 ? Math.Max(minimum, shrunk) : 1;
        }

        return new FeatureStandardisation(mean, deviation);
    }

    /// <summary>The standardised features of some rows.</summary>
    public static double[] Apply(
        FeatureStandardisation standardisation,
        ReadOnlySpan<float> features,
        ReadOnlySpan<int> rows
    )
    {
        int width = standardisation.Mean.Length;
        double[] result = new double[rows.Length * width];
        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<float> row = features.Slice(rows[i] * width, width);
            Span<double> to = result.AsSpan(i * width, width);
            for (int f = 0; f < width; f++)
            {
                to[f] = (row[f] - standardisation.Mean[f]) / standardisation.Deviation[f];
            }
        }

        return result;
    }
}
