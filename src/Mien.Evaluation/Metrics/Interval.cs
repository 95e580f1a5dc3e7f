namespace Mien.Evaluation;

/// <summary>A confidence interval of a share.</summary>
/// <param name="Low">Lower end, 0..1.</param>
/// <param name="High">Upper end, 0..1.</param>
internal readonly record struct Interval(double Low, double High)
{
    /// <summary>The 0.975 quantile of the standard normal distribution, for two-sided 95 % intervals.</summary>
    public const double Z95 = 1.959963984540054;

    /// <summary>
    /// The 95 % score interval of a binomial share (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927): centre (p + z²/2n) /
    /// (1 + z²/n), half width z·√(p(1−p)/n + z²/4n²) / (1 + z²/n). Unlike p ± z·√(p(1−p)/n) it stays inside 0..1 and
    /// has a width above 0 at shares of 0 and 1.
    /// </summary>
    /// <param name="successes">0 to <paramref name="trials"/>.</param>
    /// <param name="trials">0 or more; 0 gives the interval 0..1.</param>
    /// <returns>An interval inside 0..1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A count is negative, or there are more successes than trials.
    /// </exception>
    public static Interval Wilson(long successes, long trials)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trials);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        if (trials == 0)
        {
            return new Interval(0, 1);
        }

        double n = trials;
        double p = successes / n;
        double z2 = Z95 * Z95;
        double centre = (p + (z2 / (2 * n))) / (1 + (z2 / n));
        double half = Z95 * Math.Sqrt((p * (1 - p) / n) + (z2 / (4 * n * n))) / (1 + (z2 / n));

        // At the ends the formula gives exactly 0 or 1; rounding must not push it past them.
        return new Interval(
            successes == 0 ? 0 : Math.Max(0, centre - half),
            successes == trials ? 1 : Math.Min(1, centre + half)
        );
    }
}
