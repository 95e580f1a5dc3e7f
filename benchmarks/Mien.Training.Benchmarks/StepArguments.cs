using System.Globalization;

namespace Mien.Training.Benchmarks;

/// <summary>The parsed arguments.</summary>
/// <param name="Networks">Names of registered networks.</param>
/// <param name="Steps">Measured steps of each kind; 0 uses a number that fits the network.</param>
/// <param name="Threads">Compute threads; 0 uses one per core.</param>
/// <param name="TuneAllocator">For a single measurement only: whether the allocator is tuned.</param>
internal sealed record StepArguments(IReadOnlyList<string> Networks, int Steps, int Threads, bool TuneAllocator)
{
    /// <summary>Against PyTorch: the device of both sides.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Against PyTorch: the folder of another libtorch than the one that comes with Mien.</summary>
    public string? LibTorch { get; init; }

    /// <summary>Against PyTorch: the program that runs Python.</summary>
    public string Python { get; init; } = "python3";

    /// <summary>Against PyTorch: images per step.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Against PyTorch: the precision of both sides.</summary>
    public TrainingPrecision Precision { get; init; } = TrainingPrecision.Single;

    /// <summary>Against PyTorch: how often each side is measured.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>Changes of the recipe, such as <c>sam=0.05</c>.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

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
                ("--device", { } device) => parsed with { Device = device },
                ("--libtorch", { } folder) => parsed with { LibTorch = folder },
                ("--python", { } python) => parsed with { Python = python },
                ("--batch-size", { } size) => parsed with { BatchSize = Number(args[i], size, 2) },
                ("--rounds", { } rounds) => parsed with { Rounds = Number(args[i], rounds, 1) },
                ("--precision", "single") => parsed with { Precision = TrainingPrecision.Single },
                ("--precision", "bfloat16") => parsed with { Precision = TrainingPrecision.Bfloat16 },
                ("--set", { } change) => parsed with { Overrides = [.. parsed.Overrides, change] },
                ("--untuned", _) => parsed with { TuneAllocator = false },
                _ => throw new ArgumentException($"Unknown argument '{args[i]}', or its value is missing."),
            };
            i += args[i] == "--untuned" ? 0 : 1;
        }

        return parsed;
    }

    /// <summary>The arguments of one measurement in its own process.</summary>
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
            .. Overrides.SelectMany(o => (string[])["--set", o]),
        ];
        return tuneAllocator ? common : [.. common, "--untuned"];
    }

    /// <summary>The arguments that measure the trainer of one network against PyTorch in its own process.</summary>
    public IEnumerable<string> ToMeasureTrainer(string network) =>
        [
            "--measure-trainer",
            "--networks",
            network,
            .. Steps == 0 ? (string[])[] : ["--steps", Steps.ToString(CultureInfo.InvariantCulture)],
            "--threads",
            Threads.ToString(CultureInfo.InvariantCulture),
            "--device",
            Device,
            "--batch-size",
            BatchSize.ToString(CultureInfo.InvariantCulture),
            "--precision",
            Precision.ToString().ToLowerInvariant(),
            .. LibTorch is null ? (string[])[] : ["--libtorch", LibTorch],
            .. Overrides.SelectMany(o => (string[])["--set", o]),
        ];

    /// <summary>The number of steps; fewer for networks other than shallow, whose steps take far longer.</summary>
    public int StepsOf(string network) =>
        Steps > 0 ? Steps
        : network == "shallow" ? 20
        : 6;

    private static int Number(string option, string text, int minimum) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= minimum
            ? value
            : throw new ArgumentException($"{option} is '{text}', expected a whole number of {minimum} or more.");
}
