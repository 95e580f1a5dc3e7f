using System.Numerics.Tensors;
using Mien.Evaluation;

namespace Mien.Adaptation;

/// <summary>Fits an <see cref="AdaptationGuard"/>.</summary>
internal static class GuardFit
{
    /// <summary>The share of new faces of the same kind that the guard may flag.</summary>
    public const double FalseAlarms = 0.02;

    /// <summary>
    /// From this many distances on, their own quantile is used; of fewer, a bound for a normal logarithm.
    /// </summary>
    private const int MinForQuantile = 100;

    /// <summary>The standard normal quantile of 1 − <see cref="FalseAlarms"/>.</summary>
    private const double ZOfContent = 2.053749;

    /// <summary>The standard normal quantile of 0.9, how sure the bound is.</summary>
    private const double ZOfConfidence = 1.281552;

    /// <summary>Fits centres to all faces, and the threshold to the distances of held-out ones.</summary>
    /// <param name="samples">The faces.</param>
    /// <param name="foldOf">The fold of each face; −1 for one that is never held out.</param>
    /// <param name="minPerCentre">The minimum number of faces of which a centre is the mean.</param>
    public static AdaptationGuard Fit(AdaptationSamples samples, int[] foldOf, int minPerCentre)
    {
        int folds = foldOf.Max() + 1;
        float[] scaled = Scaled(samples);
        var distances = new List<double>();
        for (int fold = 0; fold < folds; fold++)
        {
            int[] others = [.. Enumerable.Range(0, samples.Count).Where(i => foldOf[i] != fold)];
            AdaptationGuard without = Centres(samples, scaled, others, minPerCentre);
            for (int i = 0; i < samples.Count; i++)
            {
                if (foldOf[i] == fold)
                {
                    distances.Add(without.Distance(Row(samples, i)));
                }
            }
        }

        distances.Sort();
        float threshold = (float)Threshold([.. distances]);
        return Centres(samples, scaled, [.. Enumerable.Range(0, samples.Count)], minPerCentre) with
        {
            Threshold = threshold,
            Count = distances.Count,
            FalseAlarms = distances.Count(d => d > threshold) / (double)distances.Count,
        };
    }

    /// <summary>
    /// The distance that a share of <see cref="FalseAlarms"/> of new faces exceeds. From many distances it is their
    /// quantile. From few it is the upper tolerance limit of a normal distribution of their logarithms, which holds
    /// that share with a probability of 90 % (Natrella, Experimental Statistics, 1963, section 2-5.3), because the
    /// quantile of twenty distances is hardly known.
    /// </summary>
    /// <param name="sorted">Ascending distances; at least two.</param>
    internal static double Threshold(double[] sorted)
    {
        int n = sorted.Length;
        if (n >= MinForQuantile)
        {
            return sorted[Math.Min(n - 1, (int)Math.Ceiling((1 - FalseAlarms) * n) - 1)];
        }

        double[] logs = [.. sorted.Select(d => Math.Log(Math.Max(d, 1e-6)))];
        double mean = logs.Average();
        double deviation = Math.Sqrt(logs.Sum(l => (l - mean) * (l - mean)) / (n - 1));
        double a = 1 - (ZOfConfidence * ZOfConfidence / (2.0 * (n - 1)));
        double b = (ZOfContent * ZOfContent) - (ZOfConfidence * ZOfConfidence / n);
        double k = (ZOfContent + Math.Sqrt((ZOfContent * ZOfContent) - (a * b))) / a;
        return Math.Exp(mean + (k * deviation));
    }

    /// <summary>
    /// The mean of each class with enough faces; the faces of the others have one centre together, or none. No centre
    /// is the mean of fewer faces, so that the model holds no single picture's features.
    /// </summary>
    private static AdaptationGuard Centres(AdaptationSamples samples, float[] scaled, int[] rows, int minPerCentre)
    {
        int width = samples.FeatureCount;
        FeatureStandardisation standardisation = RobustStandardisation.Of(scaled, width, rows);
        ILookup<int, int> ofClass = rows.ToLookup(i => samples.Targets[i]);
        int[] few = [.. ofClass.Where(c => c.Count() < minPerCentre).SelectMany(c => c)];
        List<int[]> sets =
        [
            .. ofClass.Where(c => c.Count() >= minPerCentre).OrderBy(c => c.Key).Select(c => c.ToArray()),
        ];
        if (few.Length >= minPerCentre || sets.Count == 0)
        {
            sets.Add(sets.Count == 0 ? rows : few);
        }

        float[] centres = new float[sets.Count * width];
        for (int s = 0; s < sets.Count; s++)
        {
            double[] sum = new double[width];
            foreach (int i in sets[s])
            {
                ReadOnlySpan<float> row = scaled.AsSpan(i * width, width);
                for (int f = 0; f < width; f++)
                {
                    sum[f] += row[f];
                }
            }

            for (int f = 0; f < width; f++)
            {
                double mean = sum[f] / sets[s].Length;
                centres[(s * width) + f] = (float)((mean - standardisation.Mean[f]) / standardisation.Deviation[f]);
            }
        }

        return new AdaptationGuard
        {
            Centres = centres,
            Mean = Array.ConvertAll(standardisation.Mean, m => (float)m),
            InverseDeviation = Array.ConvertAll(standardisation.Deviation, d => (float)(1 / d)),
            Threshold = float.MaxValue,
            Count = 0,
            FalseAlarms = 0,
        };
    }

    private static float[] Scaled(AdaptationSamples samples)
    {
        int width = samples.FeatureCount;
        float[] scaled = new float[samples.Features.Length];
        for (int i = 0; i < samples.Count; i++)
        {
            float factor = (float)AdaptationGuard.Factor(Row(samples, i));
            TensorPrimitives.Multiply(Row(samples, i), factor, scaled.AsSpan(i * width, width));
        }

        return scaled;
    }

    private static ReadOnlySpan<float> Row(AdaptationSamples samples, int face) =>
        samples.Features.AsSpan(face * samples.FeatureCount, samples.FeatureCount);
}
