using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Lab;

/// <summary><c>mien-lab experiment</c>: runs and compares the trainings of an experiment file.</summary>
internal static class ExperimentCommand
{
    public static Command Create()
    {
        var command = new Command(
            "experiment",
            "Runs the trainings of an experiment file (a base recipe, factors with values, several seeds), each like "
                + "'mien-lab train', and compares them. docs/experiments.md describes the file."
        )
        {
            CreateRun(),
            CreatePlan(),
            CreateStatus(),
            CreateReport(),
        };
        return command.WithExamples(
            ("mien-lab experiment plan experiments/study.json", "show the trainings and an estimate of the time"),
            (
                "mien-lab experiment run experiments/study.json --data fer2013.csv.gz --votes fer2013new.csv",
                "run it; the same command resumes it"
            ),
            ("mien-lab experiment status study", "show progress and ranking, also from another terminal")
        );
    }

    private static Argument<string> FileArgument() =>
        new Argument<string>("FILE")
        {
            Description = "An experiment file (JSON with comments).",
        }.RejectUnknownOptions();

    private static Argument<string> NameArgument() =>
        new Argument<string>("NAME")
        {
            Description = "The experiment's name, or the path of its folder.",
        }.RejectUnknownOptions();

    private static Option<string?> NameOption() =>
        new("--name", "-n")
        {
            Description = "The experiment's name; by default \"name\" in the file, or the file's name.",
            HelpName = "NAME",
        };

    private static Command CreateRun()
    {
        Argument<string> file = FileArgument();
        Option<string?> name = NameOption();
        Option<string?> runs = RunOptions.Runs();
        Option<bool> quiet = SharedOptions.Quiet();
        Option<int?> threads = new Option<int?>("--threads")
        {
            Description =
                "Number of threads (0: one per core) instead of the recipe's. Only a single thread gives the same "
                + "weights on every run.",
            HelpName = "N",
        }.Within(0);
        var retry = new Option<bool>("--retry-failed") { Description = "Train the failed trials again." };
        Option<int> jobs = new Option<int>("--jobs", "-j")
        {
            Description =
                "Number of trials to train side by side on the device, each in a process of its own. Without "
                + "--threads and 'threads' in the recipe, they share the cores.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        }.Within(1, 64);
        var trial = new Option<string?>("--trial") { Hidden = true }; // these two: for the processes of --jobs
        var until = new Option<int>("--until-epoch") { Hidden = true };
        var data = new DataArguments();
        var device = new DeviceOptions();
        var command = new Command(
            "run",
            "Starts or resumes an experiment. Finished trials are kept, interrupted ones continue from their "
                + "checkpoint, and trials added to the file are trained. Ctrl-C stops after the current batch."
        )
        {
            file,
            name,
            runs,
            threads,
            jobs,
            retry,
            quiet,
            trial,
            until,
        };
        data.AddTo(command);
        device.AddTo(command);

        // Runs on the main thread, where the allocator's settings apply: see NativeAllocator.
        command.SetAction(
            (result, cancellationToken) =>
                Task.FromResult(
                    result.GetValue(trial) is { } one
                        ? new TrialRun(CommandConsole.Of(result))
                        {
                            DefinitionPath = result.GetValue(file)!,
                            Name = result.GetValue(name),
                            Runs = result.GetValue(runs),
                            Threads = result.GetValue(threads),
                            Trial = one,
                            UntilEpoch = result.GetValue(until),
                            Device = device.Of(result),
                        }.Execute(cancellationToken)
                        : new ExperimentRun(CommandConsole.Of(result))
                        {
                            DefinitionPath = result.GetValue(file)!,
                            Name = result.GetValue(name),
                            Runs = result.GetValue(runs),
                            Threads = result.GetValue(threads),
                            RetryFailed = result.GetValue(retry),
                            Quiet = result.GetValue(quiet),
                            Jobs = result.GetValue(jobs),
                            Device = device.Of(result),
                            Data = data.Of(result),
                        }.Execute(cancellationToken)
                )
        );
        return command.WithExamples(
            ("mien-lab experiment run experiments/study.json --data fer2013.csv.gz --votes fer2013new.csv", "start it"),
            ("mien-lab experiment run experiments/study.json", "resume it with the same data"),
            ("mien-lab experiment run experiments/study.json --device cuda --jobs 4", "four trainings on one GPU"),
            ("mien-lab experiment run experiments/study.json --retry-failed", "resume it and train failed trials again")
        );
    }

    private static Command CreatePlan()
    {
        Argument<string> file = FileArgument();
        var json = new Option<bool>("--json") { Description = "Write the plan as JSON." };
        var command = new Command(
            "plan",
            "Checks an experiment file and shows its configurations, the cost of the networks and an estimate of the "
                + "time. Nothing is trained, and no data is needed."
        )
        {
            file,
            json,
        };
        command.SetAction(result =>
            new ExperimentShowRun(CommandConsole.Of(result)).Plan(result.GetValue(file)!, result.GetValue(json))
        );
        return command.WithExamples(("mien-lab experiment plan experiments/study.json", "check it before a long run"));
    }

    private static Command CreateStatus()
    {
        Argument<string> name = NameArgument();
        Option<string?> runs = RunOptions.Runs();
        var json = new Option<bool>("--json")
        {
            Description = "Write the report as JSON, with every epoch of every trial.",
        };
        var command = new Command(
            "status",
            "Shows the running trial, the finished ones and the ranking so far; also while the experiment runs."
        )
        {
            name,
            runs,
            json,
        };
        command.SetAction(result =>
            new ExperimentShowRun(CommandConsole.Of(result)).Status(
                result.GetValue(name)!,
                result.GetValue(runs),
                result.GetValue(json)
            )
        );
        return command.WithExamples(
            ("mien-lab experiment status study", "show the ranking so far"),
            ("mien-lab experiment status study --json", "write it as JSON for a program")
        );
    }

    private static Command CreateReport()
    {
        Argument<string> name = NameArgument();
        Option<string?> runs = RunOptions.Runs();
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The HTML page; by default report.html in the experiment's folder.",
            HelpName = "FILE.html",
        };
        var json = new Option<string?>("--json")
        {
            Description = "The report as JSON; by default report.json in the experiment's folder.",
            HelpName = "FILE.json",
        };
        var command = new Command(
            "report",
            "Writes the report of a finished or unfinished experiment: tables, plots and the effect of each value. "
                + "'run' also writes it after every trial."
        )
        {
            name,
            runs,
            output,
            json,
        };
        command.SetAction(result =>
            new ExperimentShowRun(CommandConsole.Of(result)).Report(
                result.GetValue(name)!,
                result.GetValue(runs),
                result.GetValue(output),
                result.GetValue(json)
            )
        );
        return command.WithExamples(
            ("mien-lab experiment report study --output study.html --json study.json", "keep it with the results")
        );
    }
}
