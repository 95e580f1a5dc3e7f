using Mien.Data;
using Mien.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>
/// One step of a training on the device: forward and backward pass, the update of the weights and of their moving
/// average. Nothing here waits for the device. Not thread-safe; owns all tensors of the training.
/// </summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly TrainingRecipe recipe;
    private readonly SharpnessAware? sharpness;

    /// <summary>Creates the network with its initial weights, and what the recipe needs beside it.</summary>
    /// <param name="recipe">A checked recipe.</param>
    /// <param name="graph">The network.</param>
    /// <param name="device">Where the training computes.</param>
    public TrainingStep(TrainingRecipe recipe, NetworkGraph graph, Device device)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(graph);
        this.recipe = recipe;
        Network = new NetworkModule(graph, (long)SeededRandom.For(recipe.Seed, RandomPurpose.Weights, 0).Next(), device)
        {
            Precision = recipe.Precision,
            DropoutSeed = recipe.Seed,
        };
        Average = recipe.Ema > 0 || recipe.SwaEpochs > 0 ? new WeightAverage(Network, recipe) : null;
        Optimizer = FlatOptimizer.Create(recipe, Network);
        sharpness = recipe.Sam > 0 ? new SharpnessAware(Network, recipe.Sam) : null;
        LabelColumn = Expressions.Count * Math.Max(0, graph.Heads.ToList().IndexOf(LabelSets.Fer2013));
        Totals = new StepTotals(device, LabelColumn);
    }

    /// <summary>The trained network.</summary>
    public NetworkModule Network { get; }

    /// <summary>The average of its weights; <c>null</c> if the recipe has none.</summary>
    public WeightAverage? Average { get; }

    /// <summary>The optimizer.</summary>
    public FlatOptimizer Optimizer { get; }

    /// <summary>The loss and the correct answers of the steps so far.</summary>
    public StepTotals Totals { get; }

    /// <summary>The column of the logits at which the head for FER2013's labels begins.</summary>
    public int LabelColumn { get; }

    /// <summary>Takes one step.</summary>
    /// <param name="images">The batch, on the device.</param>
    /// <param name="step">The step of the whole training, counted from 0.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="check">
    /// Called with the loss before the backward pass, so that the weights are still good; reading the loss waits for
    /// the device. <c>null</c> does not read it.
    /// </param>
    public void Run(BatchTensors images, long step, double rate, Action<float>? check)
    {
        // The scope frees the tensors of the step, including those that expressions create on the way.
        using DisposeScope scope = NewDisposeScope();
        Network.DropoutStep = step;
        Network.train();
        Optimizer.ClearGradients();
        (Tensor error, Tensor logits) = Loss(images);
        check?.Invoke(error.item<float>());
        Totals.Add(error, logits, images.Labels);
        error.backward();
        if (sharpness is not null)
        {
            sharpness.Ascend();

            // The batch statistics are those at the weights themselves, and the dropout masks are the same.
            Network.StatisticsMomentum = 0;
            Loss(images).Error.backward();
            Network.StatisticsMomentum = null;
            sharpness.Return();
        }

        if (recipe.ClipNorm > 0)
        {
            Optimizer.ClipGradients(recipe.ClipNorm);
        }

        Optimizer.Step(rate, step);
        if (recipe.Ema > 0)
        {
            // The average follows quickly at first, as in TensorFlow's ExponentialMovingAverage.
            Average!.Follow(Network, Math.Min(recipe.Ema, (1.0 + step) / (10.0 + step)));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Totals.Dispose();
        sharpness?.Dispose();
        Optimizer.Dispose();
        Average?.Dispose();
        Network.Dispose();
    }

    private (Tensor Error, Tensor Logits) Loss(BatchTensors images)
    {
        Tensor logits = Network.forward(images.Pixels);
        Tensor logs = HeadLogits.LogProbabilities(logits, Network.Graph.Outputs / Expressions.Count);
        return ((logs * images.Targets).sum() * (-1.0 / images.Batch.Count), logits);
    }
}
