using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mien.CommandLine;
using Mien.Data;
using Mien.Training;

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
        Option<string?> runs = TrainCommand.RunsOption();
        Option<bool> quiet = TrainCommand.QuietOption();
        var threads = new Option<int?>("--threads")
        {
            Description =
                "Threads that compute (0: one a core), instead of the recipe's. Only one thread gives the same "
                + "weights on every run.",
            HelpName = "N",
        };
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
            {
                CommandConsole console = CommandConsole.Of(result);
                ExperimentDefinition definition = Load(result.GetValue(file)!, result.GetValue(name));
                IReadOnlyList<Setting> settings = SettingBuilder.Build(definition);
                if (result.GetValue(threads) is { } count)
                {
                    settings =
                        count >= 0
                            ? [.. settings.Select(s => s with { Recipe = s.Recipe! with { Threads = count } })]
                            : throw new UsageException($"--threads is {count}, expected 0 or more.");
                }

                var folder = new ExperimentFolder(RunFolders.New(definition.Name, result.GetValue(runs)).Path);
                if (File.Exists(new RunFolder(folder.Path).Recipe))
                {
                    throw new UsageException(
                        $"A run '{folder.Name}' is there already ({folder.Path}), which is no experiment. Give "
                            + $"the experiment another --name."
                    );
                }

                // What was started goes on with the data that it was started with.
                RunInfo? before = ExperimentFolder.IsExperiment(folder) ? folder.LoadPlan().Run : null;
                DataSource source = before is null ? data.Source(result) : data.Override(before.Source, result);
                FaceDataset images = source.Read(console, cancellationToken);
                if (
                    images.VoteDistributions is null
                    && settings.FirstOrDefault(s => s.Recipe!.VoteShare > 0) is { } voted
                )
                {
                    throw new UsageException(
                        $"{definition.Source} ({voted.Name}): its voteShare needs FER+ votes. Give "
                            + $"fer2013new.csv with --votes."
                    );
                }

                ExperimentPlan plan = ExperimentPlan.Of(definition, settings) with
                {
                    Run = before is null ? RunInfo.Of(source, images) : before.With(source, images),
                    Options = OptionsOf(result.GetValue(name), result.GetValue(runs), result.GetValue(threads)),
                };
                SayWhatIsLeftOut(console, folder, plan);
                Experiment experiment = new ExperimentRun(folder, plan, images, console, result.GetValue(quiet)).Run(
                    result.GetValue(retry),
                    cancellationToken
                );
                ExperimentTables.Write(console, experiment);
                console.Out.WriteLine($"Report: {folder.Html}");
                return Task.FromResult(
                    experiment.Trials.Any(t => t.Error is not null) ? ExitCodes.SomeFailed : ExitCodes.Done
                );
            }
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
            "Checks an experiment file and shows what it would train: settings, cost of the networks, and "
                + "about how long. Trains nothing and needs no data."
        )
        {
            file,
            json,
        };
        command.SetAction(result =>
        {
            CommandConsole console = CommandConsole.Of(result);
            ExperimentDefinition definition = ExperimentFile.Load(result.GetValue(file)!);
            ExperimentPlan plan = ExperimentPlan.Of(definition, SettingBuilder.Build(definition));
            if (result.GetValue(json))
            {
                console.Out.WriteLine(JsonSerializer.Serialize(plan, ReadableJson.Options));
            }
            else
            {
                ExperimentTables.WritePlan(console, plan);
            }

            return ExitCodes.Done;
        });
        return command.WithExamples(("mien-lab experiment plan experiments/study.json", "before hours are spent"));
    }

    private static Command CreateStatus()
    {
        Argument<string> name = NameArgument();
        Option<string?> runs = TrainCommand.RunsOption();
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
        {
            CommandConsole console = CommandConsole.Of(result);
            ExperimentFolder folder = ExperimentFolder.Find(result.GetValue(name)!, result.GetValue(runs));
            Experiment experiment = Experiment.Read(folder);
            if (result.GetValue(json))
            {
                console.Out.Write(ExperimentReport.ToJson(experiment));
                return ExitCodes.Done;
            }

            ExperimentTables.Write(console, experiment);
            if (!experiment.IsComplete && !folder.IsRunning)
            {
                console.Out.WriteLine($"Nothing is being trained. Go on with: {experiment.Plan.GoOn}");
            }

            return ExitCodes.Done;
        });
        return command.WithExamples(
            ("mien-lab experiment status study", "the ranking so far"),
            ("mien-lab experiment status study --json", "the same for a program")
        );
    }

    private static Command CreateReport()
    {
        Argument<string> name = NameArgument();
        Option<string?> runs = TrainCommand.RunsOption();
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
        {
            CommandConsole console = CommandConsole.Of(result);
            ExperimentFolder folder = ExperimentFolder.Find(result.GetValue(name)!, result.GetValue(runs));
            string html = result.GetValue(output) is { } page ? OutputFiles.Check(page, "--output") : folder.Html;
            string text = result.GetValue(json) is { } other ? OutputFiles.Check(other, "--json") : folder.Json;
            ExperimentReport.Write(Experiment.Read(folder), html, text);
            console.Out.WriteLine($"Written to {html} and {text}.");
            return ExitCodes.Done;
        });
        return command.WithExamples(
            ("mien-lab experiment report study --output study.html --json study.json", "to keep with the results")
        );
    }

    private static ExperimentDefinition Load(string file, string? name)
    {
        ExperimentDefinition definition = ExperimentFile.Load(file);
        return name is null ? definition : definition with { Name = name };
    }

    private static string OptionsOf(string? name, string? runs, int? threads) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(name is null ? "" : $" --name {ShellText.Quoted(name)}")}{(runs is null ? "" : $" --runs {ShellText.Quoted(Path.GetFullPath(runs))}")}{(threads is null ? "" : $" --threads {threads}")}"
        );

    private static void SayWhatIsLeftOut(CommandConsole console, ExperimentFolder folder, ExperimentPlan plan)
    {
        if (!Directory.Exists(folder.Path))
        {
            return;
        }

        HashSet<string> planned = [.. plan.Trials.Select(t => t.Name)];
        string[] left =
        [
            .. Directory
                .GetDirectories(folder.Path)
                .Where(d => RunFolders.IsRun(new RunFolder(d)))
                .Select(d => Path.GetFileName(d))
                .Where(n => !planned.Contains(n))
                .Order(StringComparer.Ordinal),
        ];
        if (left.Length > 0)
        {
            console.Error.WriteLine(
                $"note: {left.Length} trials of an earlier version of this file stay where they are and do not "
                    + $"count: {string.Join(' ', left.Take(3))}{(left.Length > 3 ? " …" : "")}"
            );
        }
    }
}
