using System.Globalization;

namespace Mien.CommandLine;

/// <summary>The range of an axis and its ticks.</summary>
internal readonly record struct ChartScale(double From, double To, IReadOnlyList<(double Value, string Text)> Ticks)
{
    // The margin on either side of the values, as a fraction of their range.
    private const double Room = 0.04;

    /// <summary>The position of a value: 0 at the start of the axis, 1 at its end.</summary>
    public double Place(double value) => (value - From) / (To - From);

    /// <summary>Computes the range and the ticks of an axis.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="values">The finite values to show; may be empty.</param>
    /// <param name="ticks">The approximate number of ticks.</param>
    /// <exception cref="ArgumentException">The end of the axis is not after its start.</exception>
    public static ChartScale Of(ChartAxis axis, IReadOnlyCollection<double> values, int ticks)
    {
        (double from, double to) = Range(axis, values);
        if (!(from < to) || !double.IsFinite(to - from))
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"The axis goes from {from} to {to}, expected a range."),
                nameof(axis)
            );
        }

        return new ChartScale(
            from,
            to,
            axis.Ticks is null
                ? RoundNumbers(from, to, Math.Max(2, ticks), axis.WholeNumbers)
                : [.. axis.Ticks.Where(t => t.Value >= from && t.Value <= to)]
        );
    }

    private static (double From, double To) Range(ChartAxis axis, IReadOnlyCollection<double> values)
    {
        if (values.Count == 0)
        {
            double start = axis.From ?? (axis.To - 1) ?? 0;
            return (start, axis.To ?? (start + 1));
        }

        double low = values.Min();
        double high = values.Max();
        double room =
            high - low > 1e-9 * Math.Max(Math.Abs(low), Math.Abs(high)) ? (high - low) * Room
            : high == 0 ? 0.5
            : Math.Abs(high) * 0.1;

        // If no value is negative, the axis does not extend below zero.
        double from = axis.From ?? (low >= 0 ? Math.Max(0, low - room) : low - room);
        double to = axis.To ?? (high + room);
        return (axis.From is null && from >= to ? to - 1 : from, axis.To is null && to <= from ? from + 1 : to);
    }

    /// <summary>Ticks at multiples of 1, 2 or 5 times a power of ten.</summary>
    private static List<(double, string)> RoundNumbers(double from, double to, int count, bool whole)
    {
        double rough = (to - from) / count;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double factor = rough / power;
        double step =
            power
            * (
                factor <= 1 ? 1
                : factor <= 2 ? 2
                : factor <= 5 ? 5
                : 10
            );
        step = whole ? Math.Max(1, step) : step;
        string format = Format(step, Math.Max(Math.Abs(from), Math.Abs(to)));
        var ticks = new List<(double, string)>();

        // A small tolerance, so that a range that ends at a round number gets a tick there despite rounding errors.
        for (double n = Math.Ceiling((from / step) - 1e-9); n * step <= to + (1e-9 * step); n++)
        {
            double value = n == 0 ? 0 : n * step;
            ticks.Add((value, value.ToString(format, CultureInfo.InvariantCulture)));
            if (n + 1 == n)
            {
                break; // n + 1 is not representable: the step is below the precision of such large numbers
            }
        }

        return ticks;
    }

    private static string Format(double step, double largest)
    {
        int decimals = Math.Max(0, -(int)Math.Floor(Math.Log10(step) + 1e-9));
        return decimals > 6 || largest >= 1e9 ? "0.###e0"
            : largest >= 10_000 ? "N" + decimals.ToString(CultureInfo.InvariantCulture)
            : "F" + decimals.ToString(CultureInfo.InvariantCulture);
    }
}
