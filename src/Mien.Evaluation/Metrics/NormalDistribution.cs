namespace Mien.Evaluation;

/// <summary>
/// The tail of the standard normal distribution, accurate to about 1e-14. Implemented here because .NET has no error
/// function.
/// </summary>
internal static class NormalDistribution
{
    /// <summary>P(|Z| ≥ z) = erfc(z/√2) for z ≥ 0.</summary>
    public static double TwoSidedTail(double z)
    {
        double x = z / Math.Sqrt(2);
        if (x < 2.5)
        {
            // Power series erf x = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!! (Abramowitz and Stegun 7.1.6). All terms
            // are positive, so nothing cancels.
            double term = x;
            double sum = x;
            for (int n = 1; term > sum * 1e-17; n++)
            {
                term *= 2 * x * x / ((2 * n) + 1);
                sum += term;
            }

            return 1 - (2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum);
        }

        // For larger x, 1 − erf x would lose precision. Continued fraction erfc x = e^(−x²)/√π · 1/(x + (1/2)/(x +
        // (2/2)/(x + (3/2)/(x + …)))) (7.1.14), evaluated from the innermost term.
        double fraction = x;
        for (int n = 120; n >= 1; n--)
        {
            fraction = x + (n / 2.0 / fraction);
        }

        return Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * fraction);
    }
}
