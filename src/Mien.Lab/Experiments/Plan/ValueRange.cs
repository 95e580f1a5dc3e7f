using System.Globalization;

namespace Mien.Lab;

/// <summary>A range that a random search draws from.</summary>
/// <param name="From">The lower end.</param>
/// <param name="To">The upper end.</param>
/// <param name="Logarithmic">Whether equal ratios are equally likely, rather than equal differences.</param>
/// <param name="Whole">Whether only whole numbers are drawn.</param>
/// <param name="Step">Only <paramref name="From"/> and so many more at a time; 0: anything between.</param>
internal sealed record ValueRange(double From, double To, bool Logarithmic, bool Whole, double Step)
{
    /// <summary>
    /// The value at a place in the range, with three significant digits, so that a name can tell it exactly.
    /// </summary>
    /// <param name="place">0 to under 1.</param>
    /// <returns>JSON text of a number.</returns>
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
