using System.CommandLine;
using Mien.CommandLine;
using Mien.Training;

namespace Mien.Lab;

/// <summary><c>mien-lab networks bench</c>: measures the speed of networks on this machine.</summary>
internal static class NetworksBenchCommand
{
    public static Command Create()
    {
        Argument<string[]> networks = new Argument<string[]>("NETWORK")
        {
            Description = "Names of registered networks, or description files (.json).",
            Arity = ArgumentArity.OneOrMore,
        }.RejectUnknownOptions();
        var batch = new Option<int>("--batch-size")
        {
            Description = "Images per step.",
            HelpName = "N",
            DefaultValueFactory = _ => 128,
        };
        var seconds = new Option<double>("--seconds")
        {
            Description =
                "Measuring time for the training steps of each network; prediction takes another third of it.",
            HelpName = "S",
            DefaultValueFactory = _ => 3,
        };
        var threads = new Option<int>("--threads")
        {
            Description = "Number of threads; 0: one per core.",
            HelpName = "N",
            DefaultValueFactory = _ => 0,
        };
        var precision = new Option<TrainingPrecision>("--precision")
        {
            Description =
                "Precision of the training steps: single, or bfloat16, which is about twice as fast on processors with "
                + "AVX512-BF16 or AMX.",
            HelpName = "NAME",
            DefaultValueFactory = _ => TrainingPrecision.Single,
        };
        precision.AcceptOnlyFromAmong("single", "bfloat16");
        var json = new Option<bool>("--json") { Description = "Write the measurements as JSON." };
        var command = new Command(
            "bench",
            "Measures the images per second of networks on this machine, in training and in prediction, on random "
                + "input. Use an otherwise idle machine."
        )
        {
            networks,
            batch,
            seconds,
            threads,
            precision,
            json,
        };

        // Runs on the main thread, like trainings: see NativeAllocator.
        command.SetAction(
            (result, cancellationToken) =>
                Task.FromResult(
                    new NetworksBenchRun(CommandConsole.Of(result))
                    {
                        Networks = result.GetValue(networks)!,
                        BatchSize = result.GetValue(batch),
                        Seconds = result.GetValue(seconds),
                        Threads = result.GetValue(threads),
                        Precision = result.GetValue(precision),
                        Json = result.GetValue(json),
                    }.Execute(cancellationToken)
                )
        );
        return command.WithExamples(
            ("mien-lab networks bench shallow deep", "compare two networks"),
            ("mien-lab networks bench a.json b.json --batch-size 128 --seconds 5", "compare your own networks"),
            ("mien-lab networks bench deep --precision bfloat16", "measure bfloat16 training on this processor")
        );
    }
}
