namespace Mien.Training;

// What a training reports while it runs.
internal sealed partial class Trainer
{
    // The steps since the last reading, and their time.
    private int stepsUnread;
    private double secondsUnread;

    private TrainingProgress Report(int epoch, double rate, EpochRecord? finished, bool best)
    {
        int batch = finished is null ? (int)((state.Step - 1) % batches) + 1 : batches;

        // The cost of a step is proportional to the area of its input.
        double now = Area(epoch),
            left = (batches - batch) * 1.0;
        for (int later = epoch + 1; later < LastEpoch; later++)
        {
            left += batches * Area(later) / now;
        }

        double evaluations = (LastEpoch - epoch) * validation.Count / 3.0; // a forward pass is about a third of a step
        var remaining = TimeSpan.FromSeconds(speed == 0 ? 0 : ((left * recipe.BatchSize) + evaluations) / speed);
        return new TrainingProgress(
            epoch + 1,
            recipe.Epochs,
            batch,
            batches,
            state.LossSum / stepsRead,
            state.Correct / ((double)stepsRead * recipe.BatchSize),
            rate,
            speed,
            remaining,
            finished,
            best
        );
    }

    /// <summary>
    /// Follows the speed. It is measured between two readings, because a GPU has finished its steps only then.
    /// </summary>
    private void MeasureSpeed(double seconds)
    {
        secondsUnread += seconds;
        if (!isUnread)
        {
            double now = stepsUnread * recipe.BatchSize / secondsUnread;
            speed = speed == 0 ? now : (0.9 * speed) + (0.1 * now);
            (stepsUnread, secondsUnread) = (0, 0);
        }
    }

    private double Area(int epoch)
    {
        double side = source.SizeOf(epoch) is > 0 and var size ? size : step.Network.Graph.Input.Height;
        return side * side;
    }
}
