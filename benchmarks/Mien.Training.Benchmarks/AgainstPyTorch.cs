using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mien.Networks;

namespace Mien.Training.Benchmarks;

/// <summary>
/// Measures the trainer and PyTorch in eager mode in turn, on the same device with the same network, batch size,
/// precision, optimizer and moving average.
/// </summary>
internal static class AgainstPyTorch
{
    private const int WarmUp = 5;

    /// <summary>Runs both sides.</summary>
    /// <returns>0 if the trainer is at least as fast with every network, otherwise 1.</returns>
    public static int Run(StepArguments arguments)
    {
        Console.WriteLine("| network | device | precision | batch | Mien, images/s | PyTorch | Mien / PyTorch | |");
        Console.WriteLine("| --- | --- | --- | ---: | ---: | ---: | ---: | --- |");
        bool passed = true;
        PyTorchResult? other = null;
        foreach (string network in arguments.Networks)
        {
            NetworkGraph graph = NetworkGraph.Build(RegisteredNetworks.Get(network));
            var own = new List<double>();
            var others = new List<double>();
            for (int round = 0; round < arguments.Rounds; round++)
            {
                Console.Error.WriteLine($"{network}, round {round + 1} of {arguments.Rounds}: Mien …");
                own.Add(
                    double.Parse(Report.StartAgain(arguments.ToMeasureTrainer(network)), CultureInfo.InvariantCulture)
                );
                Console.Error.WriteLine($"{network}, round {round + 1} of {arguments.Rounds}: PyTorch …");
                string output = Start(arguments.Python, [Script()], Job(arguments, graph, network));
                other = PyTorchResult.Read(output, graph.TrainableParameters, graph.Macs);
                others.Add(other.ImagesPerSecond);
            }

            double mien = StepMeasurement.Median(own),
                pytorch = StepMeasurement.Median(others);
            passed &= mien >= pytorch;
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {network} | {other!.Device} | {arguments.Precision.ToString().ToLowerInvariant()} "
                        + $"| {arguments.BatchSize} | {mien:N0} | {pytorch:N0} | {mien / pytorch:0.00} "
                        + $"| {(mien >= pytorch ? "pass" : "FAIL")} |"
                )
            );
        }

        Console.WriteLine();
        Console.WriteLine(
            $"PyTorch {other?.Version}, eager, random images without augmentation; Mien with the augmentation of the "
                + $"network's recipe. Medians of {arguments.Rounds} rounds in turn. "
                + (passed ? "PASSED: the trainer is at least as fast." : "FAILED: PyTorch is faster.")
        );
        return passed ? 0 : 1;
    }

    /// <summary>Measures the trainer in this process, and writes its images per second.</summary>
    public static void Measure(StepArguments arguments)
    {
        LibTorch.Initialize(arguments.Threads, folder: arguments.LibTorch);
        ChosenDevice device = DeviceRequest.Parse(arguments.Device).Choose();
        string network = arguments.Networks[0];
        NetworkGraph graph = NetworkGraph.Build(RegisteredNetworks.Get(network));
        int steps = StepsOf(arguments, network);
        TrainingRecipe recipe = RecipeLength.To(
            StepMeasurement.RecipeOf(network, arguments.Overrides) with
            {
                Sizes = [],
                SizeEpochs = [],
                Teacher = null,
                TeacherShare = 0,
                VoteShare = 0,
                PlainEpochs = 0,
                WarmupEpochs = 0,
                Optimizer = OptimizerKind.Sgd,
                Ema = 0.999,
                Network = network,
                BatchSize = arguments.BatchSize,
                Precision = arguments.Precision,
                Threads = arguments.Threads,
                LearningRate = 0.01,
            },
            1
        );
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mien-benchmark-");
        try
        {
            using var trainer = new Trainer(
                recipe,
                graph,
                StepMeasurement.MadeData(graph, recipe.BatchSize * (steps + WarmUp)),
                new RunFolder(folder.FullName),
                device: device.ToTorch()
            )
            {
                CheckpointInterval = TimeSpan.MaxValue,
            };
            (int Batch, long Time) first = default,
                last = default;
            trainer.Run(progress =>
            {
                if (progress.Finished is null && progress.Batch >= WarmUp)
                {
                    if (first.Batch == 0 || progress.Batch == progress.Batches)
                    {
                        device.Wait();
                    }

                    last = (progress.Batch, Stopwatch.GetTimestamp());
                    first = first.Batch == 0 ? last : first;
                }
            });
            double seconds = Stopwatch.GetElapsedTime(first.Time, last.Time).TotalSeconds;
            double speed = (last.Batch - first.Batch) * recipe.BatchSize / seconds;
            Console.WriteLine(speed.ToString("R", CultureInfo.InvariantCulture));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int StepsOf(StepArguments arguments, string network) =>
        arguments.Steps > 0 ? arguments.Steps
        : arguments.Device.StartsWith("cuda", StringComparison.Ordinal) ? 300
        : arguments.StepsOf(network);

    /// <summary>The job as the script reads it: the network with all layers resolved into operators.</summary>
    private static string Job(StepArguments arguments, NetworkGraph graph, string network)
    {
        var nodes = new JsonArray();
        foreach (GraphNode node in graph.Nodes)
        {
            JsonObject op = JsonSerializer
                .SerializeToNode(node.Operator, node.Operator.GetType(), EnumNames)!
                .AsObject();
            op["Is2D"] = !node.Output.IsFlat;
            nodes.Add(
                new JsonObject
                {
                    ["kind"] = node.Operator.GetType().Name.Replace("Operator", "", StringComparison.Ordinal),
                    ["inputs"] = new JsonArray([.. node.Inputs.Select(i => JsonValue.Create(i))]),
                    ["operator"] = op,
                }
            );
        }

        return new JsonObject
        {
            ["device"] = arguments.Device == "auto" ? "cpu" : arguments.Device,
            ["precision"] = arguments.Precision.ToString().ToLowerInvariant(),
            ["threads"] = arguments.Threads > 0 ? arguments.Threads : Environment.ProcessorCount,
            ["batchSize"] = arguments.BatchSize,
            ["steps"] = StepsOf(arguments, network),
            ["warmUp"] = WarmUp,
            ["height"] = graph.Input.Height,
            ["width"] = graph.Input.Width,
            ["nodes"] = nodes,
        }.ToJsonString();
    }

    private static readonly JsonSerializerOptions EnumNames = new()
    {
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() },
    };

    private static string Script()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "benchmarks", "pytorch", "train_speed.py");
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new ArgumentException("benchmarks/pytorch/train_speed.py was not found; run this in the repository.");
    }

    private static string Start(string program, string[] first, string input)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, first) { RedirectStandardInput = true, RedirectStandardOutput = true }
        )!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new ArgumentException(
                $"{program} ended with exit code {process.ExitCode}. It needs a Python with the package 'torch'; name "
                    + $"it with --python."
            );
    }
}
