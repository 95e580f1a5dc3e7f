using System.Globalization;

namespace Mien.Training.Benchmarks;

/// <summary>What to measure.</summary>
/// <param name="Networks">Registered networks.</param>
/// <param name="Steps">Measured steps of each kind; 0 for as many as fit the network.</param>
/// <param name="Threads">Threads that compute; 0 for one a core.</param>
/// <param name="TuneAllocator">Only for a single measurement: whether the allocator is set.</param>
internal sealed record StepArguments(IReadOnlyList<string> Networks, int Steps, int Threads, bool TuneAllocator)
{
    public static StepArguments Parse(string[] args)
    {
        var parsed = new StepArguments(["shallow", "deep"], 0, 0, true);
        for (int i = 0; i < args.Length; i++)
        {
            parsed = (args[i], i + 1 < args.Length ? args[i + 1] : null) switch
            {
                ("--networks", { } names) => parsed with { Networks = names.Split(',') },
                ("--steps", { } count) => parsed with { Steps = Number(args[i], count, 1) },
                ("--threads", { } count) => parsed with { Threads = Number(args[i], count, 0) },
                ("--untuned", _) => parsed with { TuneAllocator = false },
                _ => throw new ArgumentException($"'{args[i]}' is not understood here, or its value is missing."),
            };
            i += args[i] == "--untuned" ? 0 : 1;
        }

        return parsed;
    }

    /// <summary>The arguments of one measurement in a process of its own.</summary>
    public IEnumerable<string> ToMeasure(string network, bool tuneAllocator)
    {
        string[] common =
        [
            "--measure",
            "--networks",
            network,
            "--steps",
            StepsOf(network).ToString(CultureInfo.InvariantCulture),
            "--threads",
            Threads.ToString(CultureInfo.InvariantCulture),
        ];
        return tuneAllocator ? common : [.. common, "--untuned"];
    }

    /// <summary>A step of the deep network takes ten times as long.</summary>
    public int StepsOf(string network) =>
        Steps > 0 ? Steps
        : network == "shallow" ? 20
        : 6;

    private static int Number(string option, string text, int least) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least
            ? value
            : throw new ArgumentException($"{option} is '{text}', expected a whole number of {least} or more.");
}
