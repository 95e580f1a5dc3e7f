using System.Globalization;

namespace Mien.Native.Benchmarks;

/// <summary>What calls.c prints.</summary>
internal sealed record CallRun(double PerSecond, double FirstMiB, double LastMiB)
{
    public static CallRun Parse(string output)
    {
        double[] values = [.. output.Trim().Split(' ').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
        return new CallRun(values[0] / values[1], values[2] / 1024, values[3] / 1024);
    }
}
