using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mien.CommandLine;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary><c>mien-lab networks bench</c>: how fast designs are on this machine.</summary>
internal static class NetworksBenchCommand
{
    private const int TrainingImages = 28_709; // FER2013's Training

    public static Command Create()
    {
        Argument<string[]> networks = new Argument<string[]>("NETWORK")
        {
            Description = "Registered networks' names, or description files (.json).",
            Arity = ArgumentArity.OneOrMore,
        }.RejectUnknownOptions();
        var batch = new Option<int>("--batch-size")
        {
            Description = "Images a step.",
            HelpName = "N",
            DefaultValueFactory = _ => 128,
        };
        var seconds = new Option<double>("--seconds")
        {
            Description = "Time for the training steps of each network; predicting takes a third of it more.",
            HelpName = "S",
            DefaultValueFactory = _ => 3,
        };
        var threads = new Option<int>("--threads")
        {
            Description = "Threads that compute; 0: one a core.",
            HelpName = "N",
            DefaultValueFactory = _ => 0,
        };
        var precision = new Option<TrainingPrecision>("--precision")
        {
            Description =
                "In which numbers trainings compute: single, or bfloat16, which processors with AVX512-BF16 do "
                + "twice as fast.",
            HelpName = "NAME",
            DefaultValueFactory = _ => TrainingPrecision.Single,
        };
        precision.AcceptOnlyFromAmong("single", "bfloat16");
        var json = new Option<bool>("--json") { Description = "Write the measurements as JSON." };
        var command = new Command(
            "bench",
            "Measures how many images a second designs train and predict here, on noise, before hours are "
                + "spent on their accuracy. What else runs on the machine slows them down."
        )
        {
            networks,
            batch,
            seconds,
            threads,
            precision,
            json,
        };

        // On the main thread, as trainings are: see NativeAllocator.
        command.SetAction(
            (result, cancellationToken) =>
            {
                CommandConsole console = CommandConsole.Of(result);
                if (
                    result.GetValue(batch) < 2
                    || result.GetValue(seconds) is not (>= 0 and <= 600)
                    || result.GetValue(threads) < 0
                )
                {
                    throw new UsageException(
                        "Expected --batch-size of 2 or more, --seconds from 0 to 600 and --threads of 0 or more."
                    );
                }

                NetworkGraph[] graphs =
                [
                    .. result.GetValue(networks)!.Select(n => NetworkGraph.Build(RegisteredNetworks.Resolve(n))),
                ];
                LibTorch.Initialize(result.GetValue(threads));
                (NetworkGraph Graph, StepSpeed Speed)[] measured =
                [
                    .. graphs.Select(g =>
                        (
                            g,
                            StepBenchmark.Run(
                                g,
                                result.GetValue(batch),
                                TimeSpan.FromSeconds(result.GetValue(seconds)),
                                result.GetValue(precision),
                                cancellationToken
                            )
                        )
                    ),
                ];
                if (result.GetValue(json))
                {
                    console.Out.WriteLine(
                        JsonSerializer.Serialize(
                            measured.Select(m => new
                            {
                                m.Graph.Description.Name,
                                m.Graph.Parameters,
                                m.Graph.MultiplyAdds,
                                BatchSize = result.GetValue(batch),
                                Precision = result.GetValue(precision).ToString().ToLowerInvariant(),
                                m.Speed.TrainingImagesPerSecond,
                                m.Speed.InferenceImagesPerSecond,
                                m.Speed.TrainingGigaFlops,
                                SecondsPerEpoch = TrainingImages / m.Speed.TrainingImagesPerSecond,
                                m.Speed.Steps,
                            }),
                            ReadableJson.Options
                        )
                    );
                    return Task.FromResult(ExitCodes.Done);
                }

                ConsoleTable table = new ConsoleTable()
                    .Column("network")
                    .Number("parameters")
                    .Number("multiply-adds")
                    .Number("trained/s")
                    .Number("GFLOP/s")
                    .Number("epoch")
                    .Number("predicted/s");
                foreach ((NetworkGraph graph, StepSpeed speed) in measured)
                {
                    table.Row(
                        graph.Description.Name,
                        string.Create(CultureInfo.InvariantCulture, $"{graph.Parameters:N0}"),
                        string.Create(CultureInfo.InvariantCulture, $"{graph.MultiplyAdds:N0}"),
                        string.Create(CultureInfo.InvariantCulture, $"{speed.TrainingImagesPerSecond:N0}"),
                        string.Create(CultureInfo.InvariantCulture, $"{speed.TrainingGigaFlops:0}"),
                        DurationText.Of(TimeSpan.FromSeconds(TrainingImages / speed.TrainingImagesPerSecond)),
                        string.Create(CultureInfo.InvariantCulture, $"{speed.InferenceImagesPerSecond:N0}")
                    );
                }

                table.WriteTo(console);
                console.Out.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Images a second in batches of {result.GetValue(batch)}; an epoch is "
                            + $"FER2013's {TrainingImages:N0} training images, without augmentation and evaluation."
                    )
                );
                return Task.FromResult(ExitCodes.Done);
            }
        );
        return command.WithExamples(
            ("mien-lab networks bench shallow deep", "two networks side by side"),
            ("mien-lab networks bench a.json b.json --batch-size 128 --seconds 5", "designs of one's own"),
            ("mien-lab networks bench deep --precision bfloat16", "what half the bits bring on this processor")
        );
    }
}
