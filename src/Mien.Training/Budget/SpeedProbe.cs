namespace Mien.Training;

/// <summary>
/// Measures how fast a recipe trains on this machine, by training fifty steps at each of its input sizes in a folder
/// that is deleted again. The training itself then starts with untouched weights, so that it is the same as one with
/// that number of epochs from the beginning.
/// </summary>
internal static class SpeedProbe
{
    /// <summary>Runs the measurement.</summary>
    /// <param name="recipe">A checked recipe.</param>
    /// <param name="side">The network's own input side in pixels.</param>
    /// <param name="create">Creates the trainer of a recipe in a run folder.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Cancels after the current step.</param>
    /// <param name="wait">Waits until the device has finished its work; <c>null</c> on a CPU.</param>
    /// <returns>The speed at each input size of the recipe (0: the network's own), and the seconds it took.</returns>
    public static (IReadOnlyDictionary<int, SizeSpeed> Speeds, double Seconds) Measure(
        TrainingRecipe recipe,
        int side,
        Func<TrainingRecipe, RunFolder, Trainer> create,
        TimeProvider clock,
        CancellationToken cancellationToken,
        Action? wait = null
    )
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(clock);
        long started = clock.GetTimestamp();
        var speeds = new Dictionary<int, SizeSpeed>();
        foreach (int size in recipe.Sizes.Count == 0 ? [0] : recipe.Sizes)
        {
            DirectoryInfo folder = Directory.CreateTempSubdirectory("mien-hours-");
            try
            {
                using Trainer trainer = create(AtSize(recipe, size, side), new RunFolder(folder.FullName));
                double step = StepSeconds(trainer, new StepTimer(clock, wait), cancellationToken);
                long before = clock.GetTimestamp();
                trainer.Evaluate(size);
                speeds[size] = new SizeSpeed(step, clock.GetElapsedTime(before).TotalSeconds);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        return (speeds, clock.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>The recipe with one input size in all epochs but the last, which must have the network's own.</summary>
    private static TrainingRecipe AtSize(TrainingRecipe recipe, int size, int side)
    {
        // More epochs than any measurement needs, even with one batch per epoch.
        const int Epochs = StepTimer.WarmUp + (2 * StepTimer.Steps);
        TrainingRecipe plain = recipe with { Hours = 0, Sizes = [], SizeEpochs = [], EarlyStopping = 0 };
        return RecipeLength.To(plain, Epochs) with
        {
            Sizes = size == 0 || size == side ? [] : [size, side],
            SizeEpochs = size == 0 || size == side ? [] : [0, Epochs - 1],
        };
    }

    private static double StepSeconds(Trainer trainer, StepTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            trainer.Run(
                progress =>
                {
                    timer.Add(progress);
                    if (timer.IsDone)
                    {
                        // Leaves the training without a checkpoint.
                        throw new MeasuredException();
                    }
                },
                cancellationToken
            );
        }
        catch (MeasuredException)
        {
            // This is the expected end.
        }

        return timer.IsDone
            ? timer.StepSeconds
            : throw new TrainingException(
                ErrorKind.Internal,
                "notMeasured",
                "The training reported too few steps to measure its speed. Give 'epochs' instead of 'hours'."
            );
    }

    private sealed class MeasuredException : Exception;
}
