using System.Globalization;

namespace Mien.Lab;

/// <summary>A range that a random search draws from.</summary>
/// <param name="From">The lower end.</param>
/// <param name="To">The upper end.</param>
/// <param name="Logarithmic">Whether the logarithm of the value is uniformly distributed, not the value.</param>
/// <param name="Whole">Whether only whole numbers are drawn.</param>
/// <param name="Step">
/// The distance between the values, which start at <paramref name="From"/>; 0 allows any value.
/// </param>
internal sealed record ValueRange(double From, double To, bool Logarithmic, bool Whole, double Step)
{
    /// <summary>
    /// The value at a position in the range, rounded to three significant digits so that a name can contain it exactly.
    /// </summary>
    /// <param name="place">The position, 0 to under 1.</param>
    /// <returns>A number as JSON.</returns>
    public string At(double place)
    {
        if (Step > 0)
        {
            long steps = (long)Math.Floor(((To - From) / Step) + 1e-9);
            return Text(From + (Step * Math.Floor(place * (steps + 1))));
        }

        if (Whole && !Logarithmic)
        {
            return Text(From + Math.Floor(place * (To - From + 1)));
        }

        double value = Logarithmic ? From * Math.Pow(To / From, place) : From + (place * (To - From));
        double rounded = Whole
            ? Math.Round(value)
            : double.Parse(value.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return Text(Math.Clamp(rounded, From, To));
    }

    private static string Text(double value) =>
        ((decimal)value).ToString("0.############", CultureInfo.InvariantCulture);
}
