using System.Diagnostics;
using System.Globalization;
using Mien.CommandLine;
using Mien.Data;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// Trains the trials of an experiment that a file describes, one after the other, each as <c>mien-lab train</c> would
/// in a run folder of its own.
/// </summary>
internal sealed class ExperimentRun(CommandConsole console)
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(3);

    /// <summary>The experiment file.</summary>
    public required string DefinitionPath { get; init; }

    /// <summary>The experiment's name; <c>null</c>: as the file says.</summary>
    public string? Name { get; init; }

    /// <summary>Where run folders lie; <c>null</c>: the usual place.</summary>
    public string? Runs { get; init; }

    /// <summary>Threads that compute; <c>null</c>: as the recipe says.</summary>
    public int? Threads { get; init; }

    /// <summary>Whether trials that failed before are trained once more.</summary>
    public bool RetryFailed { get; init; }

    public bool Quiet { get; init; }

    public required GivenData Data { get; init; }

    /// <summary>Does the work. On the main thread, since the trainings are; see NativeAllocator.</summary>
    /// <returns>The exit code.</returns>
    public int Execute(CancellationToken cancellationToken)
    {
        ExperimentDefinition definition = ExperimentFile.Load(DefinitionPath);
        definition = Name is null ? definition : definition with { Name = Name };
        IReadOnlyList<Configuration> configurations = ConfigurationBuilder.Build(definition);
        if (Threads is { } count)
        {
            configurations = [.. configurations.Select(s => s with { Recipe = s.Recipe! with { Threads = count } })];
        }

        var folder = new ExperimentFolder(RunFolders.New(definition.Name, Runs).Path);
        if (File.Exists(new RunFolder(folder.Path).Recipe))
        {
            throw new UsageException(
                $"A run '{folder.Name}' is there already ({folder.Path}), which is no experiment. Give "
                    + $"the experiment another --name."
            );
        }

        // What was started goes on with the data that it was started with.
        RunInfo? before = ExperimentFolder.IsExperiment(folder) ? folder.LoadPlan().Run : null;
        DataSource source = before is null ? Data.Source() : Data.Override(before.Source);
        FaceDataset images = source.Read(console, cancellationToken);
        if (
            images.VoteDistributions is null
            && configurations.FirstOrDefault(s => s.Recipe!.VoteShare > 0) is { } voted
        )
        {
            throw new UsageException(
                $"{definition.Source} ({voted.Name}): its voteShare needs FER+ votes. Give fer2013new.csv with --votes."
            );
        }

        ExperimentPlan plan = ExperimentPlan.Of(definition, configurations) with
        {
            Run = before is null ? RunInfo.Of(source, images) : before.With(source, images),
            Options = OptionsToGoOn(),
        };
        SayWhatIsLeftOut(folder, plan);
        Experiment experiment = TrainAll(plan, folder, images, cancellationToken);
        ExperimentTables.Write(console, experiment);
        console.Out.WriteLine($"Report: {folder.Html}");
        return experiment.Trials.Any(t => t.Error is not null) ? ExitCodes.SomeFailed : ExitCodes.Done;
    }

    private string OptionsToGoOn()
    {
        string name = Name is null ? "" : $" --name {ShellText.Quoted(Name)}";
        string runs = Runs is null ? "" : $" --runs {ShellText.Quoted(Path.GetFullPath(Runs))}";
        string threads = Threads is { } n ? string.Create(CultureInfo.InvariantCulture, $" --threads {n}") : "";
        return name + runs + threads;
    }

    private void SayWhatIsLeftOut(ExperimentFolder folder, ExperimentPlan plan)
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

    /// <summary>Trains what is left, and keeps the report up to date.</summary>
    /// <returns>What the experiment has come to.</returns>
    /// <exception cref="TrainingException">
    /// Another process trains this experiment, or a trial in its folder is of another recipe.
    /// </exception>
    /// <exception cref="OperationCanceledException">
    /// It was cancelled; the running trial has written a checkpoint.
    /// </exception>
    private Experiment TrainAll(
        ExperimentPlan plan,
        ExperimentFolder folder,
        FaceDataset images,
        CancellationToken cancellationToken
    )
    {
        using IDisposable alone = folder.Lock();
        var check = new TrialCheck(folder, plan.Run!);
        foreach (Trial trial in plan.Trials)
        {
            check.Check(trial, RecipeOf(trial), trial.Configuration.Graph!.Description);
            if (RetryFailed)
            {
                File.Delete(folder.Failure(trial));
            }
        }

        Experiment now = Experiment.Read(folder, plan);
        folder.SavePlan(plan);
        File.Delete(folder.Progress); // of an earlier process
        while (now.Next is { } step)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                console.Error.WriteLine($"Go on with: {plan.GoOn}"); // between two trials, of which the first has ended
                cancellationToken.ThrowIfCancellationRequested();
            }

            bool trained = Train(step, now, folder, images, cancellationToken);
            now = Experiment.Read(folder, plan);
            if (trained && !Quiet)
            {
                Say(now, now.Trials.Single(t => t.Name == step.Trial.Name));
            }

            ExperimentReport.Write(now, folder.Html, folder.Json);
        }

        File.Delete(folder.Progress);
        now = Experiment.Read(folder, plan);
        ExperimentReport.Write(now, folder.Html, folder.Json);
        return now;
    }

    /// <summary>Trains a step.</summary>
    /// <returns>Whether it could be trained.</returns>
    private bool Train(
        TrialStep step,
        Experiment now,
        ExperimentFolder folder,
        FaceDataset images,
        CancellationToken cancellationToken
    )
    {
        ExperimentPlan plan = now.Plan;
        Trial trial = step.Trial;
        RunFolder run = folder.Run(trial);
        var sinceProgress = new Stopwatch();
        var session = new TrainingSession(run, RecipeOf(trial), trial.Configuration.Graph!, images, console, Quiet)
        {
            StopAfterEpoch = step.UntilEpoch,
            GoOn = plan.GoOn,
            Title = $"[{Ended(now) + 1}/{now.Trials.Count()}] {trial.Name}",
            EpochLines = false,
            Watch = progress =>
            {
                if (
                    !sinceProgress.IsRunning
                    || progress.Finished is not null
                    || sinceProgress.Elapsed >= ProgressInterval
                )
                {
                    TrialProgress.Of(trial.Name, progress).Save(folder.Progress);
                    sinceProgress.Restart();
                }
            },
        };
        try
        {
            if (RunFolders.IsRun(run))
            {
                session.Resume(cancellationToken);
            }
            else
            {
                session.Start(RunInfo.Of(plan.Run!.Source, images), cancellationToken);
            }

            return true;
        }
        catch (Exception e) when (e is not (OperationCanceledException or TrainingException { Code: "runBusy" }))
        {
            // One trial that cannot be trained, for whatever reason, says nothing of the others.
            Directory.CreateDirectory(run.Path);
            OutputFile.WriteText(folder.Failure(trial), $"{e.Message.ReplaceLineEndings(" ")}\n\n{e}\n");
            console.Error.WriteLine($"{trial.Name} failed: {e.Message}");
            return false;
        }
    }

    private static int Ended(Experiment now) => now.Trials.Count(t => t.Error is not null || t.IsFinished);

    private static TrainingRecipe RecipeOf(Trial trial) => trial.Configuration.Recipe! with { Seed = trial.Seed };

    private void Say(Experiment now, Trial trial)
    {
        string best = trial.Best is { } b
            ? string.Create(CultureInfo.InvariantCulture, $"{b.ValidationAccuracy * 100:0.00} % in epoch {b.Epoch}")
            : "no epoch at full size yet";
        string end = trial.IsFinished
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $", compared after epoch {trial.History.Count} of {trial.Configuration.Epochs}"
            );
        console.Error.WriteLine(
            $"[{Math.Max(1, Ended(now))}/{now.Trials.Count()}] {trial.Name}: {best} "
                + $"({DurationText.Of(TimeSpan.FromSeconds(trial.Seconds))}){end}"
        );
    }
}
