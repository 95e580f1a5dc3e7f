using System.Diagnostics;
using Mien.CommandLine;
using Mien.Data;
using Mien.Training;

namespace Mien.Lab;

/// <summary>Trains trials of an experiment in this process.</summary>
internal sealed class TrialTraining(
    CommandConsole console,
    bool quiet,
    GivenDevice device,
    ExperimentFolder folder,
    ExperimentPlan plan,
    FaceDataset images
)
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(3);

    /// <summary>Trains one step of the schedule; the reason of a failure is written into the trial's folder.</summary>
    /// <param name="step">The step.</param>
    /// <param name="title">The title of the progress display.</param>
    /// <param name="progressFile">The file to which the progress is written.</param>
    /// <param name="cancellationToken">Cancels after the current batch, with a checkpoint.</param>
    /// <returns>Whether the training succeeded.</returns>
    public bool Train(TrialStep step, string title, string progressFile, CancellationToken cancellationToken)
    {
        Trial trial = step.Trial;
        RunFolder run = folder.Run(trial);
        var sinceProgress = new Stopwatch();
        var session = new TrainingSession(run, RecipeOf(trial), trial.Configuration.Graph!, images, console, quiet)
        {
            Device = device,
            StopAfterEpoch = step.UntilEpoch,
            ResumeWith = plan.ResumeWith,
            Title = title,
            EpochLines = false,
            Watch = progress =>
            {
                if (
                    !sinceProgress.IsRunning
                    || progress.Finished is not null
                    || sinceProgress.Elapsed >= ProgressInterval
                )
                {
                    TrialProgress.Of(trial.Name, progress).Save(progressFile);
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
        catch (Exception e)
            when (e is not (OperationCanceledException or MienException { Code: "runBusy" or "cannotWrite" }))
        {
            // A trial that fails does not stop the others, except on a full disk, where none could be written.
            folder.WriteFailure(trial, e.Message, e.ToString());
            console.Error.WriteLine($"{trial.Name} failed: {e.Message}");
            return false;
        }
    }

    /// <summary>The recipe of a trial.</summary>
    public static TrainingRecipe RecipeOf(Trial trial) => trial.Configuration.Recipe! with { Seed = trial.Seed };
}
