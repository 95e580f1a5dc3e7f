using System.Diagnostics;

namespace Mien.Training;

// One step, and when its loss is read.
internal sealed partial class Trainer
{
    private void Step(BatchLoader loader, Action<TrainingProgress>? progress)
    {
        long started = Stopwatch.GetTimestamp();
        int batch = BatchOfEpoch;
        int epoch = (int)(state.Step / batches);
        double rate = RateOf(state.Step);
        if (batch == 0)
        {
            step.Totals.Set(0, 0);
            stepsRead = 0;
            state = state with { LossSum = 0, Correct = 0, EpochSeconds = 0 };
        }

        using (BatchTensors images = loader.Next())
        {
            step.Run(images, state.Step, rate, ReadInterval == TimeSpan.Zero ? Check : null);
        }

        state = state with { Step = state.Step + 1 };
        isUnread = true;
        stepsUnread++;
        if (batch == 0 || batch == batches - 1 || sinceRead.Elapsed >= ReadInterval)
        {
            ReadTotals();
        }

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        state = state with
        {
            EpochSeconds = state.EpochSeconds + seconds,
            Seconds = secondsBefore + session.Elapsed.TotalSeconds,
        };
        MeasureSpeed(seconds);
        progress?.Invoke(Report(epoch, rate, null, false));

        void Check(float loss)
        {
            if (!float.IsFinite(loss))
            {
                throw NotFinite($"The loss became {loss} in epoch {epoch + 1}, batch {batch + 1} of {batches}", rate);
            }
        }
    }

    /// <summary>Reads the sums of the epoch so far from the device.</summary>
    private void ReadTotals()
    {
        (double lossSum, long correct) = step.Totals.Read();
        long last = state.Step - 1;
        if (!double.IsFinite(lossSum))
        {
            throw NotFinite(
                $"The loss became {lossSum} in epoch {(last / batches) + 1}, by batch {(last % batches) + 1} "
                    + $"of {batches}",
                RateOf(last)
            );
        }

        state = state with { LossSum = lossSum, Correct = correct };
        stepsRead = (int)(last % batches) + 1;
        isUnread = false;
        sinceRead.Restart();
    }
}
