namespace Mien.Evaluation;

/// <summary>
/// The standard normal distribution's tail, to about 1e-14 (the class library has no error function).
/// </summary>
internal static class NormalDistribution
{
    /// <summary>P(|Z| ≥ z) = erfc(z/√2) for z ≥ 0.</summary>
    public static double TwoSidedTail(double z)
    {
        double x = z / Math.Sqrt(2);
        if (x < 2.5)
        {
            // erf x = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!! (Abramowitz and Stegun 7.1.6): all terms positive.
            double term = x;
            double sum = x;
            for (int n = 1; term > sum * 1e-17; n++)
            {
                term *= 2 * x * x / ((2 * n) + 1);
                sum += term;
            }

            return 1 - (2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum);
        }

        // erfc x = e^(−x²)/√π · 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …)))) (7.1.14), from the far end.
        double fraction = x;
        for (int n = 120; n >= 1; n--)
        {
            fraction = x + (n / 2.0 / fraction);
        }

        return Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * fraction);
    }
}
