using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Lab;

/// <summary><c>mien-lab experiment</c>: many trainings that a file describes, compared.</summary>
internal static class ExperimentCommand
{
    public static Command Create()
    {
        var command = new Command(
            "experiment",
            "Trains what an experiment file describes (a base recipe, what varies, several seeds), each as "
                + "'mien-lab train' does, and compares. docs/experiments.md describes the file."
        )
        {
            CreateRun(),
            CreatePlan(),
            CreateStatus(),
            CreateReport(),
        };
        return command.WithExamples(
            ("mien-lab experiment plan experiments/study.json", "what it would train, and about how long"),
            (
                "mien-lab experiment run experiments/study.json --data fer2013.csv.gz",
                "trains it; after an interruption the same line goes on"
            ),
            ("mien-lab experiment status study", "what is running and the ranking so far, from another terminal too")
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
            Description = "The experiment's name; by default the file's \"name\", or its own.",
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
                "Threads that compute (0: one a core), instead of the recipe's. Only one thread gives the same "
                + "weights on every run.",
            HelpName = "N",
        }.Within(0);
        var retry = new Option<bool>("--retry-failed")
        {
            Description = "Train the trials that failed before once more.",
        };
        var data = new DataArguments();
        var command = new Command(
            "run",
            "Trains an experiment, or goes on with it: what is finished stays, what was interrupted goes on "
                + "from its checkpoint, and what the file has more is trained too. Ctrl-C ends after the batch."
        )
        {
            file,
            name,
            runs,
            threads,
            retry,
            quiet,
        };
        data.AddTo(command);

        // On the main thread, without a task of its own: see NativeAllocator.
        command.SetAction(
            (result, cancellationToken) =>
                Task.FromResult(
                    new ExperimentRun(CommandConsole.Of(result))
                    {
                        DefinitionPath = result.GetValue(file)!,
                        Name = result.GetValue(name),
                        Runs = result.GetValue(runs),
                        Threads = result.GetValue(threads),
                        RetryFailed = result.GetValue(retry),
                        Quiet = result.GetValue(quiet),
                        Data = data.Of(result),
                    }.Execute(cancellationToken)
                )
        );
        return command.WithExamples(
            (
                "mien-lab experiment run experiments/study.json --data fer2013.csv.gz --votes fer2013new.csv",
                "starts it"
            ),
            ("mien-lab experiment run experiments/study.json", "goes on with the data that it was started with"),
            (
                "mien-lab experiment run experiments/study.json --retry-failed",
                "the same, and tries once more what failed"
            )
        );
    }

    private static Command CreatePlan()
    {
        Argument<string> file = FileArgument();
        var json = new Option<bool>("--json") { Description = "Write the plan as JSON." };
        var command = new Command(
            "plan",
            "Checks an experiment file and shows what it would train: configurations, cost of the networks, and "
                + "about how long. Trains nothing and needs no data."
        )
        {
            file,
            json,
        };
        command.SetAction(result =>
            new ExperimentShowRun(CommandConsole.Of(result)).Plan(result.GetValue(file)!, result.GetValue(json))
        );
        return command.WithExamples(("mien-lab experiment plan experiments/study.json", "before hours are spent"));
    }

    private static Command CreateStatus()
    {
        Argument<string> name = NameArgument();
        Option<string?> runs = RunOptions.Runs();
        var json = new Option<bool>("--json")
        {
            Description = "Write the report as JSON, every epoch of every trial in it.",
        };
        var command = new Command(
            "status",
            "Shows what is running, what is done and the ranking so far; also while the experiment runs."
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
            ("mien-lab experiment status study", "the ranking so far"),
            ("mien-lab experiment status study --json", "the same for a program")
        );
    }

    private static Command CreateReport()
    {
        Argument<string> name = NameArgument();
        Option<string?> runs = RunOptions.Runs();
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The page; by default report.html in the experiment's folder.",
            HelpName = "FILE.html",
        };
        var json = new Option<string?>("--json")
        {
            Description = "The same as JSON; by default report.json in the experiment's folder.",
            HelpName = "FILE.json",
        };
        var command = new Command(
            "report",
            "Writes the report anew, of a finished experiment or of one that is not: tables, plots, what each "
                + "value is worth. 'run' does the same after every trial."
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
            ("mien-lab experiment report study --output study.html --json study.json", "to keep with the results")
        );
    }
}
