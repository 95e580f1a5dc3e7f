using System.Globalization;
using System.Text.Json;
using Mien.CommandLine;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary>Measures the speed of networks on this machine.</summary>
internal sealed class NetworksBenchRun(CommandConsole console)
{
    private const int TrainingImages = 28_709; // the training split of FER2013

    /// <summary>Names of registered networks, or description files.</summary>
    public required IReadOnlyList<string> Networks { get; init; }

    public required int BatchSize { get; init; }

    /// <summary>Seconds for the training steps of each network.</summary>
    public required double Seconds { get; init; }

    /// <summary>Number of threads; 0: one per core.</summary>
    public int Threads { get; init; }

    public TrainingPrecision Precision { get; init; }

    public bool Json { get; init; }

    /// <summary>Runs the command. Call it on the main thread, see NativeAllocator.</summary>
    /// <returns>The exit code.</returns>
    public int Execute(CancellationToken cancellationToken)
    {
        if (BatchSize < 2 || Seconds is not (>= 0 and <= 600) || Threads < 0)
        {
            throw new UsageException(
                "Expected --batch-size of 2 or more, --seconds from 0 to 600 and --threads of 0 or more."
            );
        }

        NetworkGraph[] graphs = [.. Networks.Select(n => NetworkGraph.Build(RegisteredNetworks.Resolve(n)))];
        LibTorch.Initialize(Threads);
        (NetworkGraph Graph, StepSpeed Speed)[] measured =
        [
            .. graphs.Select(g =>
                (g, StepBenchmark.Run(g, BatchSize, TimeSpan.FromSeconds(Seconds), Precision, cancellationToken))
            ),
        ];
        if (Json)
        {
            WriteJson(measured);
        }
        else
        {
            WriteTable(measured);
        }

        return ExitCodes.Done;
    }

    private void WriteJson((NetworkGraph Graph, StepSpeed Speed)[] measured) =>
        console.Out.WriteLine(
            JsonSerializer.Serialize(
                measured.Select(m => new
                {
                    m.Graph.Description.Name,
                    m.Graph.Parameters,
                    m.Graph.Macs,
                    BatchSize,
                    Precision = Precision.ToString().ToLowerInvariant(),
                    m.Speed.TrainingImagesPerSecond,
                    m.Speed.InferenceImagesPerSecond,
                    m.Speed.TrainingGigaFlops,
                    SecondsPerEpoch = TrainingImages / m.Speed.TrainingImagesPerSecond,
                    m.Speed.Steps,
                }),
                ReadableJson.Options
            )
        );

    private void WriteTable((NetworkGraph Graph, StepSpeed Speed)[] measured)
    {
        ConsoleTable table = new ConsoleTable()
            .Column("network")
            .Number("parameters")
            .Number("MACs")
            .Number("trained/s")
            .Number("GFLOP/s")
            .Number("epoch")
            .Number("predicted/s");
        foreach ((NetworkGraph graph, StepSpeed speed) in measured)
        {
            table.Row(
                graph.Description.Name,
                string.Create(CultureInfo.InvariantCulture, $"{graph.Parameters:N0}"),
                string.Create(CultureInfo.InvariantCulture, $"{graph.Macs:N0}"),
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
                $"Images per second in batches of {BatchSize}. An epoch has the {TrainingImages:N0} training images of "
                    + $"FER2013; augmentation and evaluation are not included."
            )
        );
    }
}
