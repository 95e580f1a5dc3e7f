namespace Mien.Tools;

/// <summary>The middle of some numbers and how far they spread.</summary>
/// <param name="Lower">A quarter is smaller.</param>
/// <param name="Median">Half is smaller.</param>
/// <param name="Upper">Three quarters are smaller.</param>
internal readonly record struct Quartiles(double Lower, double Median, double Upper)
{
    /// <summary>Of any numbers; of none: not a number.</summary>
    public static Quartiles Of(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? new(double.NaN, double.NaN, double.NaN) : new(At(0.25), At(0.5), At(0.75));

        double At(double share) => sorted[(int)Math.Round(share * (sorted.Length - 1))];
    }
}
