using System.Globalization;
using Mien.Training;

namespace Mien.Lab;

// The limits of a training: its time budget, and the memory of its device.
internal sealed partial class TrainingSession
{
    /// <summary>Turns the recipe's hours into epochs, at the measured speed.</summary>
    private void FitHours(
        Func<TrainingRecipe, RunFolder, Trainer> create,
        ChosenDevice device,
        CancellationToken cancellationToken
    )
    {
        (IReadOnlyDictionary<int, SizeSpeed> speeds, double seconds) = SpeedProbe.Measure(
            recipe,
            graph.Input.Height,
            create,
            TimeProvider.System,
            cancellationToken,
            device.Wait
        );
        recipe = TimeBudget.Fit(recipe, Batches, speeds, seconds);
        if (!quiet)
        {
            SizeSpeed last = speeds[RecipeLength.SizeAt(recipe, recipe.Epochs - 1)];
            console.Error.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{recipe.Hours} hours at {recipe.BatchSize / last.StepSeconds:N0} images/s: "
                        + $"{recipe.Epochs} {(recipe.Epochs == 1 ? "epoch" : "epochs")}."
                )
            );
        }
    }

    /// <summary>Trains; if memory runs out, says which batch size fits.</summary>
    private TrainingState WithAdvice(
        ChosenDevice device,
        Func<TrainingRecipe, RunFolder, Trainer> create,
        Func<TrainingState> train
    )
    {
        try
        {
            return train();
        }
        catch (Exception e) when (BatchSizeProbe.IsOutOfMemory(e))
        {
            int? fitting = BatchSizeProbe.Fitting(
                recipe.BatchSize,
                TryBatchSize ?? (size => BatchSizeProbe.TryStep(recipe with { BatchSize = size }, create))
            );
            throw BatchSizeProbe.Error(e, recipe.BatchSize, device.Name, fitting);
        }
    }
}
