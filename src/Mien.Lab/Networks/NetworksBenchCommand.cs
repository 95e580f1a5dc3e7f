using System.CommandLine;
using Mien.CommandLine;
using Mien.Training;

namespace Mien.Lab;

/// <summary><c>mien-lab networks bench</c>: how fast designs are on this machine.</summary>
internal static class NetworksBenchCommand
{
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
            ("mien-lab networks bench shallow deep", "two networks side by side"),
            ("mien-lab networks bench a.json b.json --batch-size 128 --seconds 5", "designs of one's own"),
            ("mien-lab networks bench deep --precision bfloat16", "what half the bits bring on this processor")
        );
    }
}
