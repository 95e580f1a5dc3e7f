namespace Mien.Adaptation;

/// <summary>
/// A mean over faces with its standard error over groups: a ratio estimator whose variance is linearised, G / (G − 1) ·
/// Σ over groups (Σ over its faces (x − mean))² / N² (W. G. Cochran, Sampling Techniques, 1977, section 6.4). With one
/// face per group it is the ordinary standard error.
/// </summary>
/// <param name="Mean">The mean.</param>
/// <param name="StandardError">Its standard error; infinite with one group.</param>
/// <param name="Groups">The number of groups.</param>
internal readonly record struct GroupedMean(double Mean, double StandardError, int Groups)
{
    /// <summary>Computes the mean.</summary>
    /// <param name="values">One value per face; at least one.</param>
    /// <param name="groups">The group of each face.</param>
    public static GroupedMean Of(ReadOnlySpan<double> values, ReadOnlySpan<int> groups)
    {
        double mean = 0;
        foreach (double value in values)
        {
            mean += value / values.Length;
        }

        var sums = new SortedDictionary<int, double>();
        for (int i = 0; i < values.Length; i++)
        {
            sums[groups[i]] = sums.GetValueOrDefault(groups[i]) + values[i] - mean;
        }

        double squares = sums.Values.Sum(s => s * s);
        double variance = sums.Count < 2 ? double.PositiveInfinity : squares * sums.Count / (sums.Count - 1);
        return new GroupedMean(mean, Math.Sqrt(variance) / values.Length, sums.Count);
    }
}
