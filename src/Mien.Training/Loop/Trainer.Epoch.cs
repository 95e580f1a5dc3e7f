using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

// The end of an epoch: validation and checkpoints.
internal sealed partial class Trainer
{
    private void EndEpoch(int epoch, Action<TrainingProgress>? progress)
    {
        int size = source.SizeOf(epoch);
        double rate = schedule.At(state.Step - 1, [.. state.History.Select(h => h.ValidationAccuracy)]);
        CheckWeights(rate);
        (double validationLoss, double validationAccuracy, IReadOnlyList<HeadScore>? heads) = validation.Of(
            average ?? module,
            size
        );
        if (!double.IsFinite(validationLoss))
        {
            throw NotFinite($"The validation loss became {validationLoss} in epoch {epoch + 1}", rate);
        }

        int side = size == 0 ? module.Graph.Input.Height : size;
        double images = (double)batches * recipe.BatchSize;
        var record = new EpochRecord(
            epoch + 1,
            side,
            rate,
            state.LossSum / batches,
            state.Correct / images,
            validationLoss,
            validationAccuracy,
            secondsBefore + session.Elapsed.TotalSeconds,
            images / state.EpochSeconds
        )
        {
            Heads = heads,
        };

        // With a smaller input it is another network, so only epochs at the network's own size can be the best.
        bool best =
            side == module.Graph.Input.Height && (state.BestEpoch == 0 || validationAccuracy > state.BestAccuracy);
        state = state with
        {
            History = [.. state.History, record],
            BestAccuracy = best ? validationAccuracy : state.BestAccuracy,
            BestEpoch = best ? epoch + 1 : state.BestEpoch,
            Seconds = record.Seconds,
        };
        if (best)
        {
            Checkpoint.SaveWeights(Folder.Best, average ?? module, state);
        }

        Save();
        Folder.WriteHistory(state.History);
        progress?.Invoke(Report(epoch, rate, record, best));
    }

    private void Save()
    {
        CheckWeights(schedule.At(Math.Max(0, state.Step - 1), [.. state.History.Select(h => h.ValidationAccuracy)]));
        Checkpoint.SaveTraining(Folder.Last, state, module, average, optimizer);
    }

    /// <summary>Checks that the weights are finite, because no checkpoint may contain weights that are not.</summary>
    private void CheckWeights(double rate)
    {
        using IDisposable quiet = no_grad();
        foreach ((string name, Tensor value) in module.State)
        {
            // One value that is not finite makes the sum not finite, and only the sum has to be copied out.
            using Tensor sum = value.sum();
            if (!float.IsFinite(sum.item<float>()))
            {
                throw NotFinite($"The weights '{name}' are no longer finite after step {state.Step}", rate);
            }
        }
    }

    private static TrainingException NotFinite(string what, double rate) =>
        new(
            ErrorKind.Internal,
            "notFinite",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what}. The last good checkpoint is kept. Try a lower "
                    + $"learningRate (now {rate:G3}), a longer warmupEpochs or clipNorm."
            )
        );
}
