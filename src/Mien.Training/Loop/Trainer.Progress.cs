namespace Mien.Training;

// What a training reports while it runs.
internal sealed partial class Trainer
{
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
            state.LossSum / batch,
            state.Correct / ((double)batch * recipe.BatchSize),
            rate,
            speed,
            remaining,
            finished,
            best
        );
    }

    private double Area(int epoch)
    {
        double side = source.SizeOf(epoch) is > 0 and var size ? size : module.Graph.Input.Height;
        return side * side;
    }
}
