using System.Diagnostics;
using Mien.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>
/// Measures how many images per second a network trains and predicts, before hours are spent on its accuracy. The
/// images are noise, because the speed does not depend on them. Call <see cref="LibTorch.Initialize"/> first.
/// </summary>
internal static class StepBenchmark
{
    private const int WarmUpSteps = 2;

    /// <summary>
    /// Trains and predicts batches of noise for about the given time. The result is the median over the batches, so
    /// that a short load on the machine does not distort it.
    /// </summary>
    /// <param name="graph">The network.</param>
    /// <param name="batchSize">Images per step, 2 or more.</param>
    /// <param name="duration">
    /// The time for the training steps; the forward passes take a third of it in addition. At least three of each are
    /// timed.
    /// </param>
    /// <param name="precision">The precision of training and forward passes.</param>
    /// <param name="cancellationToken">Cancels after the current batch.</param>
    /// <returns>The speeds.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static StepSpeed Run(
        NetworkGraph graph,
        int batchSize,
        TimeSpan duration,
        TrainingPrecision precision = TrainingPrecision.Single,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 2);
        var recipe = new TrainingRecipe();
        using var module = new NetworkModule(graph, 1) { Precision = precision };
        using FlatOptimizer optimizer = FlatOptimizer.Create(recipe, module);
        using Tensor images = rand([batchSize, graph.Input.Channels, graph.Input.Height, graph.Input.Width]);
        using Tensor targets = full([batchSize, graph.Outputs], 1.0 / graph.Outputs);

        module.train();
        List<double> steps = Time(
            duration,
            () =>
            {
                optimizer.ClearGradients();
                Tensor loss =
                    (nn.functional.log_softmax(module.forward(images), 1) * targets).sum() * (-1.0 / batchSize);
                loss.backward();
                optimizer.Step(recipe.LearningRate, 0);

                // Reading the loss is part of a training step, too.
                _ = loss.item<float>();
            },
            cancellationToken
        );

        module.eval();
        using IDisposable quiet = no_grad();
        List<double> passes = Time(
            duration / 3,
            () => _ = module.forward(images).sum().item<float>(),
            cancellationToken
        );

        double training = batchSize / Median(steps);
        return new StepSpeed(training, batchSize / Median(passes), training * graph.Macs * 6 / 1e9, steps.Count);
    }

    private static List<double> Time(TimeSpan duration, Action action, CancellationToken cancellationToken)
    {
        var seconds = new List<double>();
        var all = new Stopwatch();
        for (int i = 0; i < WarmUpSteps || seconds.Count < 3 || all.Elapsed < duration; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            long started = Stopwatch.GetTimestamp();
            action();
            if (i >= WarmUpSteps)
            {
                seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
                all.Start();
            }
        }

        return seconds;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return (values[values.Count / 2] + values[(values.Count - 1) / 2]) / 2;
    }
}
