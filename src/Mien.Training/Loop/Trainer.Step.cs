using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

// One step: forward and backward pass, the update of the weights and of their average.
internal sealed partial class Trainer
{
    private void Step(Action<TrainingProgress>? progress)
    {
        long started = Stopwatch.GetTimestamp();
        Batch images = source.Prepare(state.Step);
        int batch = (int)(state.Step % batches);
        double rate = schedule.At(state.Step, [.. state.History.Select(h => h.ValidationAccuracy)]);
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = rate;
        }

        double loss;
        long correct = 0;
        // The scope frees the tensors of the step, including those that expressions create on the way.
        using (NewDisposeScope())
        {
            module.DropoutStep = state.Step;
            module.train();
            optimizer.zero_grad();
            Tensor logits = module.forward(tensor(images.Pixels, [images.Count, 1, images.Height, images.Width]));
            Tensor logs = HeadLogits.LogProbabilities(logits, outputs / Expressions.Count);
            Tensor error = (logs * tensor(images.Targets, [images.Count, outputs])).sum() * (-1.0 / images.Count);
            loss = error.item<float>();

            // Checked before the backward pass, so that the weights are still good.
            if (!double.IsFinite(loss))
            {
                throw NotFinite(
                    $"The loss became {loss} in epoch {images.Epoch + 1}, batch {batch + 1} of {batches}",
                    rate
                );
            }

            error.backward();
            if (recipe.ClipNorm > 0)
            {
                nn.utils.clip_grad_norm_(module.Trained.Values, recipe.ClipNorm);
            }

            optimizer.step();
            UpdateAverage();
            float[] scores = logits.detach().data<float>().ToArray();
            for (int i = 0; i < images.Leading.Length; i++)
            {
                correct +=
                    ValidationScore.IndexOfMax(scores.AsSpan((i * outputs) + labelColumn, Expressions.Count))
                    == train.Labels[images.Leading[i]]
                        ? 1
                        : 0;
            }
        }

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        state = state with
        {
            Step = state.Step + 1,
            LossSum = (batch == 0 ? 0 : state.LossSum) + loss,
            Correct = (batch == 0 ? 0 : state.Correct) + correct,
            EpochSeconds = (batch == 0 ? 0 : state.EpochSeconds) + seconds,
            Seconds = secondsBefore + session.Elapsed.TotalSeconds,
        };
        speed = speed == 0 ? images.Count / seconds : (0.9 * speed) + (0.1 * images.Count / seconds);
        progress?.Invoke(Report(images.Epoch, rate, null, false));
    }

    private void UpdateAverage()
    {
        if (average is null)
        {
            return;
        }

        // The average follows quickly at first, as in TensorFlow's ExponentialMovingAverage.
        double decay = Math.Min(recipe.Ema, (1.0 + state.Step) / (10.0 + state.Step));
        using IDisposable quiet = no_grad();
        Dictionary<string, Tensor> kept = average.State.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        foreach ((string name, Tensor value) in module.State)
        {
            kept[name].lerp_(value, 1 - decay);
        }
    }
}
