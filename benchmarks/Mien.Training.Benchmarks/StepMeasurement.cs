using System.Diagnostics;
using System.Globalization;
using Mien.Data;
using Mien.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mien.Training.Benchmarks;

/// <summary>
/// Measures one network in this process: steps of the trainer, alternating with bare steps of the same network.
/// </summary>
internal sealed class StepMeasurement : IDisposable
{
    private const int WarmUp = 2;

    private readonly TrainingRecipe recipe;
    private readonly NetworkModule module;
    private readonly OptimizerHelper optimizer;
    private readonly Tensor images;
    private readonly Tensor labels;

    private StepMeasurement(TrainingRecipe recipe, NetworkGraph graph)
    {
        this.recipe = recipe;
        module = new NetworkModule(graph, 1);
        optimizer = OptimizerFactory.Create(recipe, module);
        images = rand([recipe.BatchSize, 1, graph.Input.Height, graph.Input.Width]);
        labels = randint(0, Expressions.Count, [recipe.BatchSize], dtype: ScalarType.Int64);
    }

    /// <summary>Runs the measurement on the calling thread.</summary>
    /// <param name="arguments">One network.</param>
    /// <returns>The medians.</returns>
    public static StepResult Run(StepArguments arguments)
    {
        string network = arguments.Networks[0];
        NetworkGraph graph = NetworkGraph.Build(RegisteredNetworks.Get(network));
        LibTorch.Initialize(arguments.Threads, arguments.TuneAllocator);
        int steps = arguments.StepsOf(network);
        TrainingRecipe recipe = RecipeOf(network, arguments.Overrides) with
        {
            Network = network,
            Epochs = 1,
            DecayEpochs = 1,
            WarmupEpochs = 0,
            PlainEpochs = 0,
            Teacher = null,
            TeacherShare = 0,
            Sizes = [],
            SizeEpochs = [],
            Threads = arguments.Threads,
        };
        using var bare = new StepMeasurement(recipe, graph);
        return bare.Measure(graph, steps);
    }

    public void Dispose()
    {
        optimizer.Dispose();
        module.Dispose();
        images.Dispose();
        labels.Dispose();
    }

    private StepResult Measure(NetworkGraph graph, int steps)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mien-benchmark-");
        try
        {
            var full = new List<(double Seconds, double Faults)>();
            var alone = new List<(double Seconds, double Faults)>();
            using var trainer = new Trainer(
                recipe,
                graph,
                MadeData(graph, recipe.BatchSize * (steps + WarmUp)),
                new RunFolder(folder.FullName)
            )
            {
                CheckpointInterval = TimeSpan.MaxValue,
            };
            (long Time, double Faults) start = Now();
            trainer.Run(progress =>
            {
                if (progress.Finished is not null)
                {
                    return;
                }

                (long Time, double Faults) between = Now();
                BareStep();
                (long Time, double Faults) end = Now();
                full.Add(Difference(start, between));
                alone.Add(Difference(between, end));
                start = Now();
            });
            full.RemoveRange(0, WarmUp);
            alone.RemoveRange(0, WarmUp);
            return new StepResult(
                recipe.Network,
                __version__,
                LibTorch.AllocatorTuned,
                get_num_threads(),
                steps,
                recipe.BatchSize,
                Median(full.Select(s => s.Seconds)),
                Median(full.Select(s => s.Faults)),
                Median(alone.Select(s => s.Seconds)),
                Median(alone.Select(s => s.Faults)),
                Median(full.Zip(alone, (f, b) => b.Seconds / f.Seconds))
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private void BareStep()
    {
        using DisposeScope scope = NewDisposeScope();
        module.train();
        optimizer.zero_grad();
        Tensor loss = nn.functional.cross_entropy(module.forward(images), labels);
        loss.backward();
        optimizer.step();
        if (!float.IsFinite(loss.item<float>()))
        {
            throw new TrainingException(
                ErrorKind.Internal,
                "notFinite",
                "The bare steps diverged; computing with non-finite numbers has a different speed."
            );
        }
    }

    /// <summary>The recipe of the shipped network if it exists, because its augmentation determines the cost.</summary>
    internal static TrainingRecipe RecipeOf(string network, IReadOnlyList<string> overrides)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "recipes", network + ".json");
            if (File.Exists(path))
            {
                return RecipeFile.Load(path, overrides);
            }
        }

        return RecipeFile.Load(null, ["ema=0.998", .. overrides]);
    }

    internal static FaceDataset MadeData(NetworkGraph graph, int training)
    {
        const int Validation = Expressions.Count;
        var random = new Random(1);
        byte[] pixels = new byte[(training + Validation) * graph.Input.Height * graph.Input.Width];
        random.NextBytes(pixels);
        byte[] labels = [.. Enumerable.Range(0, training + Validation).Select(i => (byte)(i % Expressions.Count))];
        DatasetSplit[] splits =
        [
            .. Enumerable
                .Range(0, training + Validation)
                .Select(i => i < training ? DatasetSplit.Training : DatasetSplit.PublicTest),
        ];
        float[] votes = new float[labels.Length * Expressions.Count];
        votes.AsSpan().Fill(1f / Expressions.Count);
        return new FaceDataset(
            "made",
            graph.Input.Width,
            graph.Input.Height,
            pixels,
            labels,
            splits,
            voteDistributions: votes
        );
    }

    private static (double Seconds, double Faults) Difference(
        (long Time, double Faults) from,
        (long Time, double Faults) to
    ) => (Stopwatch.GetElapsedTime(from.Time, to.Time).TotalSeconds, to.Faults < 0 ? -1 : to.Faults - from.Faults);

    /// <summary>
    /// The current time and the number of page faults so far that needed no disk access (minflt, the tenth field of
    /// proc_pid_stat(5)).
    /// </summary>
    private static (long Time, double Faults) Now()
    {
        if (!OperatingSystem.IsLinux())
        {
            return (Stopwatch.GetTimestamp(), -1);
        }

        string stat = File.ReadAllText("/proc/self/stat");
        // From the third field on, because the process name before it may contain blanks.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Stopwatch.GetTimestamp(), double.Parse(fields[10 - 3], CultureInfo.InvariantCulture));
    }

    internal static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
