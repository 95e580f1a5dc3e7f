using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Lab;

/// <summary><c>mien-lab resume</c>: goes on with a training.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        Argument<string> run = RunOptions.Run();
        Option<string?> runs = RunOptions.Runs();
        Option<bool> quiet = SharedOptions.Quiet();
        Option<int?> threads = new Option<int?>("--threads")
        {
            Description =
                "Threads that compute from here on (0: one a core); by default as in the recipe. Another "
                + "number gives other weights.",
            HelpName = "N",
        }.Within(0);
        var data = new Option<string?>("--data", "-d")
        {
            Description = "Where the images lie now, if they were moved since the start.",
            HelpName = "PATH",
        };
        var votes = new Option<string?>("--votes")
        {
            Description = "Where the FER+ votes lie now, if they were moved since the start.",
            HelpName = "FILE",
        };
        var command = new Command(
            "resume",
            "Goes on with a training that was interrupted, from its last checkpoint, with the recipe and data "
                + "that it was started with."
        )
        {
            run,
            runs,
            quiet,
            threads,
            data,
            votes,
        };

        // On the main thread, without a task of its own: see NativeAllocator.
        command.SetAction(
            (result, cancellationToken) =>
                Task.FromResult(
                    new ResumeRun(CommandConsole.Of(result))
                    {
                        Run = result.GetValue(run)!,
                        Runs = result.GetValue(runs),
                        Threads = result.GetValue(threads),
                        Data = result.GetValue(data),
                        Votes = result.GetValue(votes),
                        Quiet = result.GetValue(quiet),
                    }.Execute(cancellationToken)
                )
        );
        return command.WithExamples(
            ("mien-lab resume deep", "goes on with the run 'deep'"),
            ("mien-lab resume deep --data /new/place/fer2013.csv.gz", "the same after the data was moved")
        );
    }
}
