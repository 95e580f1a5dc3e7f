namespace Mien.Training;

/// <summary>
/// Times the steps of a training from its progress. The first steps do not count, because libraries prepare themselves
/// in them; nor does the time of evaluations.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="wait">
/// Waits until the device has finished the steps so far; called only at the first and at the last step that counts,
/// because a GPU works on several steps ahead. <c>null</c> if the device does not.
/// </param>
internal sealed class StepTimer(TimeProvider clock, Action? wait = null)
{
    /// <summary>The number of steps that do not count.</summary>
    public const int WarmUp = 5;

    /// <summary>The number of steps that are measured.</summary>
    public const int Steps = 50;

    private long seen;
    private long? last;
    private double seconds;
    private long counted;

    /// <summary>Whether enough steps were measured.</summary>
    public bool IsDone => counted >= Steps;

    /// <summary>Seconds per step; call it only if <see cref="IsDone"/>.</summary>
    public double StepSeconds => seconds / counted;

    /// <summary>Takes a report of the training, which need not come after every step.</summary>
    /// <param name="progress">The report.</param>
    public void Add(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        long step = ((long)(progress.Epoch - 1) * progress.Batches) + progress.Batch;
        if (step >= WarmUp && (last is null || counted + step - seen >= Steps))
        {
            wait?.Invoke();
        }

        long now = clock.GetTimestamp();
        if (progress.Finished is null && step > WarmUp && last is { } before)
        {
            seconds += clock.GetElapsedTime(before, now).TotalSeconds;
            counted += step - seen;
        }

        seen = step;
        last = step >= WarmUp ? now : null;
    }
}
