using System.Globalization;

namespace Mien.Server.Load;

/// <summary>Latencies of requests in milliseconds, sorted.</summary>
internal sealed class Latencies(IEnumerable<double> times)
{
    private readonly double[] sorted = [.. times.Order()];

    public int Count => sorted.Length;

    /// <summary>The nearest-rank percentile; NaN without requests.</summary>
    public double Percentile(double percent) =>
        sorted.Length == 0
            ? double.NaN
            : sorted[Math.Clamp((int)Math.Ceiling(percent / 100 * sorted.Length) - 1, 0, sorted.Length - 1)];

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Percentile(50):0.0} | {Percentile(99):0.0} | {Percentile(100):0.0}"
        );
}
