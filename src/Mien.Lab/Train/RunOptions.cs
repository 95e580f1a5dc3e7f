using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Lab;

/// <summary>The options that name a run. Every call creates a new instance, since each command needs its own.</summary>
internal static class RunOptions
{
    public static Argument<string> Run() =>
        new Argument<string>("RUN")
        {
            Description = "The run's name, or the path of its folder.",
        }.RejectUnknownOptions();

    public static Option<string?> Runs() =>
        new("--runs")
        {
            Description = "The folder of all runs; by default $MIEN_RUNS, or mien/runs in the user's data folder.",
            HelpName = "DIR",
        };
}
