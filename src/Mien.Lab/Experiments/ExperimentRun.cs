using System.Globalization;
using Mien.CommandLine;
using Mien.Data;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// Trains the trials of an experiment file, one after the other or side by side, each like <c>mien-lab train</c> in its
/// own run folder.
/// </summary>
internal sealed class ExperimentRun(CommandConsole console)
{
    /// <summary>The experiment file.</summary>
    public required string DefinitionPath { get; init; }

    /// <summary>The experiment's name; <c>null</c> uses that of the file.</summary>
    public string? Name { get; init; }

    /// <summary>The folder of all runs; <c>null</c> uses the default folder.</summary>
    public string? Runs { get; init; }

    /// <summary>Number of threads; <c>null</c> uses that of the recipe.</summary>
    public int? Threads { get; init; }

    /// <summary>Whether failed trials are trained again.</summary>
    public bool RetryFailed { get; init; }

    public bool Quiet { get; init; }

    /// <summary>
    /// The number of trials that are trained side by side, each in a process of its own; 1 trains in this process.
    /// </summary>
    public int Jobs { get; init; } = 1;

    public GivenDevice Device { get; init; } = new();

    public required GivenData Data { get; init; }

    /// <summary>Runs the command. Call it on the main thread, where trainings run; see NativeAllocator.</summary>
    /// <returns>The exit code.</returns>
    public int Execute(CancellationToken cancellationToken)
    {
        Device.Check();
        (ExperimentDefinition definition, IReadOnlyList<Configuration> configurations) = Load(
            DefinitionPath,
            Name,
            Threads
        );
        var folder = new ExperimentFolder(RunFolders.New(definition.Name, Runs).Path);
        if (File.Exists(new RunFolder(folder.Path).Recipe))
        {
            throw new UsageException(
                $"'{folder.Name}' already exists ({folder.Path}) and is a single run, not an experiment. Give the "
                    + $"experiment another --name."
            );
        }

        // A resumed experiment uses the data that it was started with.
        RunInfo? before = ExperimentFolder.IsExperiment(folder) ? folder.LoadPlan().Run : null;
        DataSource source = before is null ? Data.Source() : Data.Override(before.Source);
        FaceDataset images = source.Read(console, cancellationToken);
        if (
            images.VoteDistributions is null
            && configurations.FirstOrDefault(s => s.Recipe!.VoteShare > 0 || s.Graph!.Heads.Contains(LabelSets.FerPlus))
                is { } voted
        )
        {
            throw new UsageException(
                $"{definition.Source} ({voted.Name}): "
                    + $"{(voted.Recipe!.VoteShare > 0 ? "voteShare" : $"the head '{LabelSets.FerPlus}'")} "
                    + $"needs FER+ votes. Give fer2013new.csv with --votes."
            );
        }

        ExperimentPlan plan = ExperimentPlan.Of(definition, configurations) with
        {
            Run = before is null ? RunInfo.Of(source, images) : before.With(source, images),
            Options = OptionsToResume(),
        };
        NoteUnusedTrials(folder, plan);
        Experiment experiment = TrainAll(plan, folder, images, cancellationToken);
        ExperimentTables.Write(console, experiment);
        console.Out.WriteLine($"Report: {folder.Html}");
        return experiment.Trials.Any(t => t.Error is not null) ? ExitCodes.SomeFailed : ExitCodes.Done;
    }

    /// <summary>Reads an experiment file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The experiment's name; <c>null</c> uses that of the file.</param>
    /// <param name="threads">The number of threads; <c>null</c> uses that of the recipe.</param>
    internal static (ExperimentDefinition Definition, IReadOnlyList<Configuration> Configurations) Load(
        string path,
        string? name,
        int? threads
    )
    {
        ExperimentDefinition definition = ExperimentFile.Load(path);
        definition = name is null ? definition : definition with { Name = name };
        IReadOnlyList<Configuration> configurations = ConfigurationBuilder.Build(definition);
        return (
            definition,
            threads is { } count
                ? [.. configurations.Select(s => s with { Recipe = s.Recipe! with { Threads = count } })]
                : configurations
        );
    }

    private string OptionsToResume()
    {
        string name = Name is null ? "" : $" --name {ShellText.Quoted(Name)}";
        string runs = Runs is null ? "" : $" --runs {ShellText.Quoted(Path.GetFullPath(Runs))}";
        string threads = Threads is { } n ? string.Create(CultureInfo.InvariantCulture, $" --threads {n}") : "";
        string jobs = Jobs > 1 ? string.Create(CultureInfo.InvariantCulture, $" --jobs {Jobs}") : "";
        return name + runs + threads + jobs + string.Concat(Device.Arguments.Select(a => " " + ShellText.Quoted(a)));
    }

    private void NoteUnusedTrials(ExperimentFolder folder, ExperimentPlan plan)
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
                $"note: {left.Length} trials of an earlier version of this file are kept but ignored: "
                    + $"{string.Join(' ', left.Take(3))}{(left.Length > 3 ? " …" : "")}"
            );
        }
    }

    /// <summary>Trains the remaining trials and updates the report after each.</summary>
    /// <returns>The experiment with its results.</returns>
    /// <exception cref="TrainingException">
    /// Another process trains this experiment, or a trial in its folder has another recipe, network or data.
    /// </exception>
    /// <exception cref="OperationCanceledException">
    /// It was cancelled. The running trial has written a checkpoint.
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
            check.Check(trial, TrialTraining.RecipeOf(trial), trial.Configuration.Graph!.Description);
            if (RetryFailed)
            {
                File.Delete(folder.Failure(trial));
            }
        }

        Experiment now = Experiment.Read(folder, plan);
        folder.SavePlan(plan);
        folder.DeleteProgress(plan.Trials); // left by an earlier process
        if (Jobs > 1)
        {
            TrainSideBySide(plan, folder, cancellationToken);
            return Report(folder, plan);
        }

        var training = new TrialTraining(console, Quiet, Device, folder, plan, images);
        while (now.Next is { } step)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                // Between two trials no training is running that would write this line.
                console.Error.WriteLine($"Resume with: {plan.ResumeWith}");
                cancellationToken.ThrowIfCancellationRequested();
            }

            string title = $"[{Ended(now) + 1}/{now.Trials.Count()}] {step.Trial.Name}";
            bool trained = training.Train(step, title, folder.Progress, cancellationToken);
            now = Experiment.Read(folder, plan);
            if (trained && !Quiet)
            {
                WriteTrialResult(now, now.Trials.Single(t => t.Name == step.Trial.Name));
            }

            ExperimentReport.Write(now, folder.Html, folder.Json);
        }

        File.Delete(folder.Progress);
        return Report(folder, plan);
    }

    private static Experiment Report(ExperimentFolder folder, ExperimentPlan plan)
    {
        Experiment now = Experiment.Read(folder, plan);
        ExperimentReport.Write(now, folder.Html, folder.Json);
        return now;
    }

    private void TrainSideBySide(ExperimentPlan plan, ExperimentFolder folder, CancellationToken cancellationToken)
    {
        var processes = new TrialProcesses(
            console,
            Quiet,
            Jobs,
            folder,
            step => TrialRun.Arguments(DefinitionPath, folder, step, Jobs, Device),
            (now, step) =>
            {
                Trial trial = now.Trials.Single(t => t.Name == step.Trial.Name);
                if (!Quiet && trial.Error is null)
                {
                    WriteTrialResult(now, trial);
                }

                ExperimentReport.Write(now, folder.Html, folder.Json);
            }
        );
        try
        {
            processes.Run(plan, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            console.Error.WriteLine($"Resume with: {plan.ResumeWith}");
            throw;
        }
    }

    private static int Ended(Experiment now) => now.Trials.Count(t => t.Error is not null || t.IsFinished);

    private void WriteTrialResult(Experiment now, Trial trial)
    {
        string best = trial.Best is { } b
            ? string.Create(CultureInfo.InvariantCulture, $"{b.ValidationAccuracy * 100:0.00} % in epoch {b.Epoch}")
            : "no epoch at the network's input size yet";
        string end = trial.IsFinished
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $", compared after epoch {trial.History.Count} of {trial.Epochs}"
            );
        console.Error.WriteLine(
            $"[{Math.Max(1, Ended(now))}/{now.Trials.Count()}] {trial.Name}: {best} "
                + $"({DurationText.Of(TimeSpan.FromSeconds(trial.Seconds))}){end}"
        );
    }
}
