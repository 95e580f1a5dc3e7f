using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Lab;

/// <summary><c>mien-lab resume</c>: resumes a training.</summary>
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
                "Number of threads from now on (0: one per core); by default that of the recipe. Another number "
                + "gives different weights.",
            HelpName = "N",
        }.Within(0);
        var data = new Option<string?>("--data", "-d")
        {
            Description = "New path of the images, if they were moved since the start.",
            HelpName = "PATH",
        };
        var votes = new Option<string?>("--votes")
        {
            Description = "New path of the FER+ votes, if they were moved since the start.",
            HelpName = "FILE",
        };
        var command = new Command(
            "resume",
            "Resumes an interrupted training from its last checkpoint, with the recipe and data that it was started "
                + "with."
        )
        {
            run,
            runs,
            quiet,
            threads,
            data,
            votes,
        };
        var device = new DeviceOptions();
        device.AddTo(command);

        // Runs on the main thread, where the allocator's settings apply: see NativeAllocator.
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
                        Device = device.Of(result),
                    }.Execute(cancellationToken)
                )
        );
        return command.WithExamples(
            ("mien-lab resume deep", "resume the run 'deep'"),
            ("mien-lab resume deep --data /new/place/fer2013.csv.gz", "resume after the data was moved"),
            ("mien-lab resume deep --device cpu", "resume on the CPU, whatever device it was started on")
        );
    }
}
