using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Mien.Networks;

namespace Mien.Training.Benchmarks;

/// <summary>Starts one process per measurement and prints the results as Markdown.</summary>
internal static class Report
{
    public static int Run(StepArguments arguments)
    {
        foreach (string network in arguments.Networks)
        {
            RegisteredNetworks.Get(network); // a wrong name is an error now, not after minutes
        }

        var results = new List<StepResult>();
        foreach (string network in arguments.Networks)
        {
            foreach (bool tune in (bool[])[true, false])
            {
                Console.Error.WriteLine($"{network}, allocator {(tune ? "tuned" : "default")} …");
                results.Add(Measure(arguments.ToMeasure(network, tune)));
            }
        }

        Print(results);
        return 0;
    }

    private static StepResult Measure(IEnumerable<string> arguments) => StepResult.FromJson(StartAgain(arguments));

    /// <summary>Starts this program again.</summary>
    /// <returns>Its output.</returns>
    internal static string StartAgain(IEnumerable<string> arguments)
    {
        // The same program again, either through its own host or through dotnet.
        string program =
            Environment.ProcessPath
            ?? throw new TrainingException(ErrorKind.Unavailable, "noProgram", "This program's path is not known.");
        bool isHost = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(
            program,
            isHost ? arguments.Prepend(Assembly.GetExecutingAssembly().Location) : arguments
        )
        {
            RedirectStandardOutput = true,
        };
        using Process process =
            Process.Start(start)
            ?? throw new TrainingException(ErrorKind.Unavailable, "noProgram", $"{program} cannot be started.");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new TrainingException(
                ErrorKind.Internal,
                "measurementFailed",
                $"The measurement ended with exit code {process.ExitCode}."
            );
    }

    private static void Print(List<StepResult> results)
    {
        Line(
            $"{Processor()}, {Environment.ProcessorCount} cores, {results[0].Threads} "
                + $"threads; {RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}; "
                + $"TorchSharp {Version(typeof(TorchSharp.torch))}, libtorch {results[0].LibTorch}; batches "
                + $"of {results[0].BatchSize}, medians."
        );
        Line($"");
        Line(
            $"| network | allocator | steps | full step | images/s | page faults | bare step | images/s | page "
                + $"faults | full / bare |"
        );
        Line($"| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (StepResult r in results)
        {
            Line(
                $"| {r.Network} | {(r.AllocatorTuned ? "tuned" : "default")} | {r.Steps} "
                    + $"| {r.FullSeconds:F3} s | {r.FullImagesPerSecond:F0} | {Faults(r.FullFaults)} "
                    + $"| {r.BareSeconds:F3} s | {r.BareImagesPerSecond:F0} | {Faults(r.BareFaults)} "
                    + $"| {100 * r.Share:F1} % |"
            );
        }

        Line($"");
        foreach (IGrouping<string, StepResult> network in results.GroupBy(r => r.Network))
        {
            StepResult tuned = network.First(),
                untuned = network.Last();
            Line(
                $"- {network.Key}: with the tuned allocator a full step "
                    + $"is {untuned.FullSeconds / tuned.FullSeconds:F2} times as fast; it "
                    + $"reaches {100 * tuned.Share:F1} % of the bare step's speed (goal: 90 %)."
            );
        }
    }

    private static string Faults(double faults) =>
        faults < 0 ? "–" : faults.ToString("F0", CultureInfo.InvariantCulture);

    private static void Line(string text) => Console.WriteLine(text);

    private static string Version(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? "unknown";

    private static string Processor() =>
        OperatingSystem.IsLinux()
            ? File.ReadLines("/proc/cpuinfo")
                .FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':', 2)[1]
                .Trim()
                ?? "unknown processor"
            : RuntimeInformation.ProcessArchitecture.ToString();
}
