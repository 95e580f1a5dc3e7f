using MathNet.Numerics.Distributions;
using Mien.Evaluation;

namespace Mien.Adaptation;

/// <summary>95 % intervals over groups of faces.</summary>
internal static class GroupedIntervals
{
    /// <summary>
    /// The interval of a share: Wilson's score interval for the effective number of faces, with Student's t for the
    /// number of groups (after Korn and Graubard, Survey Methodology 24, 1998). The effective number is the count
    /// divided by the design effect, the variance over groups relative to that of single faces, which is never taken to
    /// be below 1.
    /// </summary>
    /// <param name="correct">Whether each face is correct.</param>
    /// <param name="groups">The group of each face.</param>
    public static Interval OfShare(ReadOnlySpan<bool> correct, ReadOnlySpan<int> groups)
    {
        double[] values = new double[correct.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = correct[i] ? 1 : 0;
        }

        GroupedMean mean = GroupedMean.Of(values, groups);
        if (mean.Groups < 2)
        {
            return new Interval(0, 1);
        }

        double n = values.Length;
        double p = mean.Mean;
        double single = p * (1 - p) / n;
        double design = single > 0 ? Math.Max(1, mean.StandardError * mean.StandardError / single) : n / mean.Groups;
        double t = Quantile(mean.Groups);
        double effective = n / design;
        double t2 = t * t;
        double centre = (p + (t2 / (2 * effective))) / (1 + (t2 / effective));
        double half =
            t * Math.Sqrt((p * (1 - p) / effective) + (t2 / (4 * effective * effective))) / (1 + (t2 / effective));
        return new Interval(p == 0 ? 0 : Math.Max(0, centre - half), p == 1 ? 1 : Math.Min(1, centre + half));
    }

    /// <summary>
    /// The interval of a gain: mean ± t · standard error over groups, with Student's t. The variance is at least that
    /// of single faces with half a face added to those that became correct and half to those that became wrong (after
    /// Agresti and Min, Stat. Med. 24, 2005), so that it has a width where nothing changed.
    /// </summary>
    /// <param name="before">Whether each face was correct before.</param>
    /// <param name="after">Whether each face is correct after.</param>
    /// <param name="groups">The group of each face.</param>
    public static Interval OfGain(ReadOnlySpan<bool> before, ReadOnlySpan<bool> after, ReadOnlySpan<int> groups)
    {
        double[] values = new double[before.Length];
        double better = 0.5;
        double worse = 0.5;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (after[i] ? 1 : 0) - (before[i] ? 1 : 0);
            better += after[i] && !before[i] ? 1 : 0;
            worse += before[i] && !after[i] ? 1 : 0;
        }

        GroupedMean mean = GroupedMean.Of(values, groups);
        if (mean.Groups < 2)
        {
            return new Interval(-1, 1);
        }

        double n = values.Length + 2;
        double single = (better + worse - ((better - worse) * (better - worse) / n)) / (n * n);
        double half = Quantile(mean.Groups) * Math.Sqrt(Math.Max(mean.StandardError * mean.StandardError, single));
        return new Interval(Math.Max(-1, mean.Mean - half), Math.Min(1, mean.Mean + half));
    }

    /// <summary>The 0.975 quantile of Student's t with one degree of freedom less than groups.</summary>
    private static double Quantile(int groups) => StudentT.InvCDF(0, 1, groups - 1, 0.975);
}
