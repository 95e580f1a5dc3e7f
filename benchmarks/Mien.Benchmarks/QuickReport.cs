using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Mien.Benchmarks;

/// <summary>
/// Measures inference and a matrix product in one process, so that their ratio is for the same machine at the same
/// time, and prints a Markdown table. Medians are given with the 10th and 90th percentiles, which show the variation.
/// </summary>
internal static class QuickReport
{
    /// <summary>The name of the MACs per image among a contract's metrics.</summary>
    private const string Macs = "macs";

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(3);

    public static int Run(IReadOnlyList<string> models, int threads, bool spinning)
    {
        if (models.Count == 0)
        {
            Console.Error.WriteLine(
                $"There is no model to measure: this build has no built-in ones. Pass ONNX files after 'quick', or "
                    + $"in {ModelFiles.Variable}."
            );
            return 2;
        }

        using var gemm = new GemmSession(threads);
        var gemmTimes = new List<double>();
        var lines = new List<(string Start, double Rate, double? Macs)>();
        gemmTimes.AddRange(Times(gemm.Run));
        foreach (string model in models)
        {
            using ExpressionClassifier classifier = ExpressionClassifier.Load(
                model,
                new ClassifierOptions { Threads = threads, Spinning = spinning }
            );
            double? macs = classifier.Contract.Metrics.TryGetValue(Macs, out double value) ? value : null;
            foreach (int batch in new[] { 1, 64 })
            {
                byte[] pixels = new byte[batch * classifier.Contract.Width * classifier.Contract.Height];
                new Random(1).NextBytes(pixels);
                float[] probabilities = new float[batch * classifier.Contract.Labels.Count];
                double[] times = Times(() => classifier.Classify(pixels, batch, probabilities));
                double rate = batch / Quantile(times, 0.5);
                lines.Add(
                    (
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"| {classifier.Contract.Name} | {batch} | {Quantile(times, 0.5) * 1000:0.00} "
                                + $"({Quantile(times, 0.1) * 1000:0.00}–{Quantile(times, 0.9) * 1000:0.00}) "
                                + $"| {rate:#,0} |"
                        ),
                        rate,
                        macs
                    )
                );
            }

            // The product is measured again after each model. Otherwise a machine that slows down meanwhile would
            // distort the ratio.
            gemmTimes.AddRange(Times(gemm.Run));
        }

        double gemmRate = GemmSession.Operations / Quantile([.. gemmTimes], 0.5);
        Write(
            $"{Processor()}, {Environment.ProcessorCount} logical "
                + $"cores, {(threads == 0 ? "default" : threads)} threads, "
                + $"spinning {(spinning ? "on" : "off")}; {RuntimeInformation.OSDescription},"
                + $" {RuntimeInformation.FrameworkDescription}, "
                + $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}"
        );
        Write(
            $"MatMul 2048×2048×2048: {gemmRate / 1e9:0.0} GFLOP/s (median of {gemmTimes.Count}; 10th to 90th "
                + $"percentile {GemmSession.Operations / Quantile([.. gemmTimes], 0.9) / 1e9:0.0} "
                + $"to {GemmSession.Operations / Quantile([.. gemmTimes], 0.1) / 1e9:0.0})"
        );
        Write($"");
        Write($"| model | batch | ms per call, median (10–90 %) | images/s | GFLOP/s | share of the MatMul |");
        Write($"| --- | ---: | ---: | ---: | ---: | ---: |");
        foreach ((string start, double rate, double? macs) in lines)
        {
            double? operations = 2 * macs * rate;
            Write(
                $"{start} {(operations is null ? "–" : operations / 1e9):0.0} "
                    + $"| {(operations is null ? "–" : operations / gemmRate):0.00} |"
            );
        }

        return 0;
    }

    private static double[] Times(Action run)
    {
        var clock = Stopwatch.StartNew();
        do
        {
            run();
        } while (clock.Elapsed < WarmUp);

        var times = new List<double>();
        clock.Restart();
        while (clock.Elapsed < Measured || times.Count < 5)
        {
            long start = Stopwatch.GetTimestamp();
            run();
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return [.. times];
    }

    private static double Quantile(double[] values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)Math.Round((sorted.Length - 1) * share)];
    }

    private static string Processor() =>
        File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo")
                .FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':', 2)[1]
                .Trim()
                ?? "unknown processor"
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
                ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static void Write(string line) => Console.WriteLine(line);
}
