using System.Diagnostics;
using System.Globalization;
using Mien.CommandLine;
using Mien.Data;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// Trains the trials of an experiment, one after the other, each as <c>mien-lab train</c> would in a run folder of its
/// own. On the main thread, since the trainings are; see NativeAllocator.
/// </summary>
internal sealed class ExperimentRunner(
    ExperimentFolder folder,
    ExperimentPlan plan,
    IReadOnlyList<Setting> settings,
    FaceDataset images,
    CommandConsole console,
    bool quiet
)
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, Setting> settingOf = settings.ToDictionary(s => s.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, TrialResult> results = new(StringComparer.Ordinal);

    /// <summary>Trains what is left, and keeps the report up to date.</summary>
    /// <returns>How many trials have failed, now or before, and the report.</returns>
    /// <exception cref="TrainingException">
    /// Another process trains this experiment, or a trial in its folder is of another recipe.
    /// </exception>
    /// <exception cref="OperationCanceledException">
    /// It was cancelled; the running trial has written a checkpoint.
    /// </exception>
    public (int Failed, ExperimentReport Report) Run(bool retryFailed, CancellationToken cancellationToken)
    {
        using IDisposable alone = folder.Lock();
        var check = new TrialCheck(folder, plan.Run!);
        foreach (PlannedTrial trial in plan.Trials)
        {
            check.Check(trial, RecipeOf(trial), settingOf[trial.Setting.Name].Graph.Description);
            if (retryFailed)
            {
                File.Delete(folder.Failure(trial));
            }

            results[trial.Name] = folder.Result(trial);
        }

        folder.SavePlan(plan);
        File.Delete(folder.Progress); // of an earlier process
        while (new TrialScheduler(plan, t => results[t.Name]).Next is { } step)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                console.Error.WriteLine($"Go on with: {plan.GoOn}"); // between two trials, of which the first has ended
                cancellationToken.ThrowIfCancellationRequested();
            }

            Train(step, cancellationToken);
            ExperimentReporter.Write(folder, plan);
        }

        File.Delete(folder.Progress);
        return (results.Values.Count(r => r.Error is not null), ExperimentReporter.Write(folder, plan));
    }

    private void Train(TrialStep step, CancellationToken cancellationToken)
    {
        PlannedTrial trial = step.Trial;
        Setting setting = settingOf[trial.Setting.Name];
        RunFolder run = folder.Run(trial);
        var sinceProgress = new Stopwatch();
        var session = new TrainingSession(run, RecipeOf(trial), setting.Graph, images, console, quiet)
        {
            StopAfterEpoch = step.UntilEpoch,
            GoOn = plan.GoOn,
            Title = $"[{Ended + 1}/{results.Count}] {trial.Name}",
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
            TrainingState state = RunFolders.IsRun(run)
                ? session.Resume(cancellationToken)
                : session.Start(RunInfo.Of(plan.Run!.Source, images), cancellationToken);
            results[trial.Name] = folder.Result(trial);
            Say(trial, state);
        }
        catch (Exception e) when (e is not (OperationCanceledException or TrainingException { Code: "runBusy" }))
        {
            // One trial that cannot be trained, for whatever reason, says nothing of the others.
            Directory.CreateDirectory(run.Path);
            RunFolder.WriteText(folder.Failure(trial), $"{e.Message.ReplaceLineEndings(" ")}\n\n{e}\n");
            results[trial.Name] = folder.Result(trial);
            console.Error.WriteLine($"{trial.Name} failed: {e.Message}");
        }
    }

    private int Ended =>
        plan.Trials.Count(t => results[t.Name].Error is not null || results[t.Name].IsFinished(t.Setting));

    private TrainingRecipe RecipeOf(PlannedTrial trial) =>
        settingOf[trial.Setting.Name].Recipe with
        {
            Seed = trial.Seed,
        };

    private void Say(PlannedTrial trial, TrainingState state)
    {
        if (quiet)
        {
            return;
        }

        TrialResult result = results[trial.Name];
        string best = result.Best(trial.Setting) is { } b
            ? string.Create(CultureInfo.InvariantCulture, $"{b.DevAccuracy * 100:0.00} % in epoch {b.Epoch}")
            : "no epoch at full size yet";
        string end = result.IsFinished(trial.Setting)
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $", compared after epoch {state.History.Count} of {trial.Setting.Epochs}"
            );
        console.Error.WriteLine(
            $"[{Math.Max(1, Ended)}/{results.Count}] {trial.Name}: {best} "
                + $"({DurationText.Of(TimeSpan.FromSeconds(EpochRecord.SecondsWorked(state.History)))}){end}"
        );
    }
}
