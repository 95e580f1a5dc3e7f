namespace Mien.Training;

/// <summary>
/// The learning rate as a function of the step and of the accuracies so far. It has no state, so a resumed training
/// uses the same rates. Thread-safe.
/// </summary>
internal sealed class LearningRateSchedule
{
    private const double OneCycleStart = 1.0 / 25; // Smith and Topin's implementation in fastai and PyTorch
    private readonly TrainingRecipe recipe;
    private readonly int stepsPerEpoch;

    /// <summary>Creates the schedule.</summary>
    /// <param name="recipe">The recipe; its schedule, rates and epochs are used.</param>
    /// <param name="stepsPerEpoch">Steps per epoch, at least 1.</param>
    public LearningRateSchedule(TrainingRecipe recipe, int stepsPerEpoch)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentOutOfRangeException.ThrowIfLessThan(stepsPerEpoch, 1);
        this.recipe = recipe;
        this.stepsPerEpoch = stepsPerEpoch;
    }

    /// <summary>Computes the learning rate of one step.</summary>
    /// <param name="step">The step, counted from 0 over the whole training.</param>
    /// <param name="validationAccuracies">The validation accuracy of each finished epoch; used only by plateau.</param>
    /// <returns>The rate; greater than 0 unless the schedule ends at 0.</returns>
    public double At(long step, IReadOnlyList<double> validationAccuracies)
    {
        double peak = recipe.LearningRate;
        double total = (double)recipe.Epochs * stepsPerEpoch;
        double warmup = recipe.Schedule == ScheduleKind.OneCycle ? 0 : recipe.WarmupEpochs * stepsPerEpoch;
        if (step < warmup)
        {
            return Math.Min(peak, peak * (step + 1) / warmup); // the warm-up may end within a step
        }

        double last = peak * recipe.FinalLearningRateShare;
        int epoch = (int)(step / stepsPerEpoch);
        return recipe.Schedule switch
        {
            ScheduleKind.Constant => peak,
            ScheduleKind.Step => peak * Math.Pow(recipe.StepFactor, epoch / recipe.StepEpochs),
            ScheduleKind.Cosine => Cosine(peak, last, (step - warmup) / Math.Max(1, total - warmup)),
            ScheduleKind.OneCycle => step < recipe.OneCycleRise * total
                ? Cosine(peak * OneCycleStart, peak, step / (recipe.OneCycleRise * total))
                : Cosine(
                    peak,
                    last,
                    (step - (recipe.OneCycleRise * total)) / Math.Max(1, (1 - recipe.OneCycleRise) * total)
                ),
            ScheduleKind.Trapezoid => last
                + ((peak - last) * Math.Clamp((total - step) / ((double)recipe.DecayEpochs * stepsPerEpoch), 0, 1)),
            ScheduleKind.Plateau => peak * Math.Pow(recipe.StepFactor, Reductions(validationAccuracies)),
            _ => throw new ArgumentOutOfRangeException(nameof(step), recipe.Schedule, "unknown schedule"),
        };
    }

    private static double Cosine(double from, double to, double progress) =>
        to + ((from - to) * 0.5 * (1 + Math.Cos(Math.PI * Math.Clamp(progress, 0, 1))));

    private int Reductions(IReadOnlyList<double> accuracies)
    {
        int reductions = 0,
            waiting = 0;
        double best = double.NegativeInfinity;
        foreach (double accuracy in accuracies)
        {
            waiting = accuracy > best ? 0 : waiting + 1;
            best = Math.Max(best, accuracy);
            if (waiting >= recipe.StepEpochs)
            {
                reductions++;
                waiting = 0;
            }
        }

        return reductions;
    }
}
