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
internal sealed class ExperimentRun(
    ExperimentFolder folder,
    ExperimentPlan plan,
    FaceDataset images,
    CommandConsole console,
    bool quiet
)
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(3);

    /// <summary>Trains what is left, and keeps the report up to date.</summary>
    /// <returns>What the experiment has come to.</returns>
    /// <exception cref="TrainingException">
    /// Another process trains this experiment, or a trial in its folder is of another recipe.
    /// </exception>
    /// <exception cref="OperationCanceledException">
    /// It was cancelled; the running trial has written a checkpoint.
    /// </exception>
    public Experiment Run(bool retryFailed, CancellationToken cancellationToken)
    {
        using IDisposable alone = folder.Lock();
        var check = new TrialCheck(folder, plan.Run!);
        foreach (Trial trial in plan.Trials)
        {
            check.Check(trial, RecipeOf(trial), trial.Setting.Graph!.Description);
            if (retryFailed)
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

            bool trained = Train(step, now, cancellationToken);
            now = Experiment.Read(folder, plan);
            if (trained && !quiet)
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
    private bool Train(TrialStep step, Experiment now, CancellationToken cancellationToken)
    {
        Trial trial = step.Trial;
        RunFolder run = folder.Run(trial);
        var sinceProgress = new Stopwatch();
        var session = new TrainingSession(run, RecipeOf(trial), trial.Setting.Graph!, images, console, quiet)
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

    private static TrainingRecipe RecipeOf(Trial trial) => trial.Setting.Recipe! with { Seed = trial.Seed };

    private void Say(Experiment now, Trial trial)
    {
        string best = trial.Best is { } b
            ? string.Create(CultureInfo.InvariantCulture, $"{b.DevAccuracy * 100:0.00} % in epoch {b.Epoch}")
            : "no epoch at full size yet";
        string end = trial.IsFinished
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $", compared after epoch {trial.History.Count} of {trial.Setting.Epochs}"
            );
        console.Error.WriteLine(
            $"[{Math.Max(1, Ended(now))}/{now.Trials.Count()}] {trial.Name}: {best} "
                + $"({DurationText.Of(TimeSpan.FromSeconds(trial.Seconds))}){end}"
        );
    }
}
