using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

// The end of an epoch: validation and checkpoints.
internal sealed partial class Trainer
{
    /// <summary>
    /// The number of batches from which the batch statistics of averaged weights are computed. More hardly change means
    /// over thousands of images.
    /// </summary>
    private const int MaxStatisticsBatches = 100;

    private void EndEpoch(int epoch, Action<TrainingProgress>? progress)
    {
        int size = source.SizeOf(epoch);
        double rate = RateOf(state.Step - 1);
        CheckWeights(rate);
        if (epoch >= recipe.Epochs - recipe.SwaEpochs)
        {
            AverageEpoch(epoch);
        }

        (double validationLoss, double validationAccuracy, IReadOnlyList<HeadScore>? heads) = validation.Of(
            Evaluated,
            size
        );
        if (!double.IsFinite(validationLoss))
        {
            throw NotFinite($"The validation loss became {validationLoss} in epoch {epoch + 1}", rate);
        }

        int side = size == 0 ? step.Network.Graph.Input.Height : size;
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
            side == step.Network.Graph.Input.Height
            && (state.BestEpoch == 0 || validationAccuracy > state.BestAccuracy);
        state = state with
        {
            History = [.. state.History, record],
            BestAccuracy = best ? validationAccuracy : state.BestAccuracy,
            BestEpoch = best ? epoch + 1 : state.BestEpoch,
            Seconds = record.Seconds,
        };
        if (best)
        {
            Checkpoint.SaveWeights(Folder.Best, Evaluated, state);
        }

        Save();
        Folder.WriteHistory(state.History);
        progress?.Invoke(Report(epoch, rate, record, best));
    }

    /// <summary>The network that is evaluated and exported: the average of the weights if there is one.</summary>
    private NetworkModule Evaluated =>
        step.Average is not null && (recipe.Ema > 0 || state.AveragedEpochs > 0) ? step.Average.Network : step.Network;

    /// <summary>Includes the weights after an epoch in the average over the last epochs.</summary>
    private void AverageEpoch(int epoch)
    {
        step.Average!.Include(step.Network, state.AveragedEpochs);
        long first = (long)epoch * batches;
        int count = Math.Min(batches, MaxStatisticsBatches);
        using BatchLoader again = Load(first, first + count);
        step.Average.ComputeStatistics(Enumerable.Range(0, count).Select(_ => again.Next()));
        state = state with { AveragedEpochs = state.AveragedEpochs + 1 };
    }

    private void Save()
    {
        if (isUnread)
        {
            ReadTotals();
        }

        CheckWeights(RateOf(Math.Max(0, state.Step - 1)));
        Checkpoint.SaveTraining(Folder.Last, state, step, recipe);
    }

    /// <summary>Checks that the weights are finite, because no checkpoint may contain weights that are not.</summary>
    private void CheckWeights(double rate)
    {
        using IDisposable quiet = no_grad();
        using DisposeScope scope = NewDisposeScope();

        // One value that is not finite makes the sum not finite, and only the sum has to be copied out.
        if (IsFinite(step.Network.Weights) && IsFinite(step.Network.BatchStatistics))
        {
            return;
        }

        foreach ((string name, Tensor value) in step.Network.State)
        {
            if (!IsFinite(value))
            {
                throw NotFinite($"The weights '{name}' are no longer finite after step {state.Step}", rate);
            }
        }

        static bool IsFinite(Tensor value) => float.IsFinite(value.sum().item<float>());
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
