namespace Mien.Tools;

/// <summary>The quartiles of a list of values.</summary>
/// <param name="Lower">The first quartile.</param>
/// <param name="Median">The median.</param>
/// <param name="Upper">The third quartile.</param>
internal readonly record struct Quartiles(double Lower, double Median, double Upper)
{
    /// <summary>Computes the quartiles by the nearest rank; NaN if the list is empty.</summary>
    public static Quartiles Of(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? new(double.NaN, double.NaN, double.NaN) : new(At(0.25), At(0.5), At(0.75));

        double At(double share) => sorted[(int)Math.Round(share * (sorted.Length - 1))];
    }
}
