using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Mien.Benchmarks;

/// <summary>Helpers of the reports: timing, quantiles, and the description of the machine.</summary>
internal static class Stopwatches
{
    /// <summary>
    /// Times several actions alternately, round after round, so that a machine that slows down slows all of them: their
    /// ratios stay valid even if the times do not.
    /// </summary>
    /// <param name="rounds">The number of measured rounds; a fifth as many warm-up rounds are run before.</param>
    /// <param name="runs">The actions.</param>
    /// <returns>The median seconds of each.</returns>
    public static double[] Interleaved(int rounds, params ReadOnlySpan<Action> runs)
    {
        double[][] times = new double[runs.Length][];
        for (int i = 0; i < runs.Length; i++)
        {
            times[i] = new double[rounds];
        }

        for (int round = -Math.Max(3, rounds / 5); round < rounds; round++)
        {
            for (int i = 0; i < runs.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                runs[i]();
                if (round >= 0)
                {
                    times[i][round] = Stopwatch.GetElapsedTime(start).TotalSeconds;
                }
            }
        }

        return [.. times.Select(t => Quantile(t, 0.5))];
    }

    /// <summary>The quantile of the values for a share.</summary>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)Math.Round((sorted.Length - 1) * share)];
    }

    /// <summary>Processor, system and versions.</summary>
    public static string Machine() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Processor()}, {Environment.ProcessorCount} logical "
                + $"cores; {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, ONNX "
                + $"Runtime {OrtEnv.Instance().GetVersionString()}, "
                + $"SkiaSharp {typeof(SkiaSharp.SKBitmap).Assembly.GetName().Version}"
        );

    private static string Processor() =>
        File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo")
                .FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':', 2)[1]
                .Trim()
                ?? "unknown processor"
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
                ?? RuntimeInformation.ProcessArchitecture.ToString();
}
