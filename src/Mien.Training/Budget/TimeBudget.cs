using System.Globalization;

namespace Mien.Training;

/// <summary>Turns the recipe key <c>hours</c> into a number of epochs.</summary>
internal static class TimeBudget
{
    private const int MaxEpochs = 1_000_000;

    /// <summary>Gives a recipe as many epochs as its hours allow.</summary>
    /// <param name="recipe">A checked recipe with <see cref="TrainingRecipe.Hours"/> over 0.</param>
    /// <param name="batches">Steps per epoch.</param>
    /// <param name="speeds">The speed at each input size that the recipe uses; 0: the network's own size.</param>
    /// <param name="spent">Seconds of the budget that are used up already, by the measurement.</param>
    /// <returns>
    /// The longest recipe whose time does not exceed the budget; keys in epochs keep their share of the training, see
    /// <see cref="RecipeLength"/>.
    /// </returns>
    /// <exception cref="TrainingException"><c>hoursTooFew</c>: not even one epoch fits.</exception>
    public static TrainingRecipe Fit(
        TrainingRecipe recipe,
        int batches,
        IReadOnlyDictionary<int, SizeSpeed> speeds,
        double spent = 0
    )
    {
        ArgumentNullException.ThrowIfNull(recipe);
        double budget = (recipe.Hours * 3600) - spent;
        if (SecondsWith(1) > budget)
        {
            throw new TrainingException(
                ErrorKind.BadUsage,
                "hoursTooFew",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'hours' is {recipe.Hours}, but one epoch takes {SecondsWith(1) / 3600:0.####} h at the measured "
                        + $"speed, and measuring took {spent / 3600:0.####} h. Raise 'hours', or choose a faster "
                        + $"network or device."
                )
            );
        }

        // The time grows with the number of epochs, since the phases keep their shares.
        int low = 1,
            high = 2;
        while (high < MaxEpochs && SecondsWith(high) <= budget)
        {
            (low, high) = (high, 2 * high);
        }

        while (high - low > 1)
        {
            int middle = low + ((high - low) / 2);
            (low, high) = SecondsWith(middle) <= budget ? (middle, high) : (low, middle);
        }

        return RecipeLength.To(recipe, low);

        double SecondsWith(int epochs) => Seconds(RecipeLength.To(recipe, epochs), batches, speeds);
    }

    /// <summary>Computes how long a training takes.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="batches">Steps per epoch.</param>
    /// <param name="speeds">The speed at each input size that it uses.</param>
    /// <returns>Seconds, with the evaluations after the epochs.</returns>
    public static double Seconds(TrainingRecipe recipe, int batches, IReadOnlyDictionary<int, SizeSpeed> speeds)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(speeds);
        int[] starts = [0, .. recipe.SizeEpochs.Where(e => e > 0), recipe.Epochs];
        return starts
            .Zip(starts.Skip(1))
            .Sum(phase =>
            {
                SizeSpeed speed = speeds[RecipeLength.SizeAt(recipe, phase.First)];
                return (phase.Second - phase.First) * ((batches * speed.StepSeconds) + speed.EvaluationSeconds);
            });
    }
}
