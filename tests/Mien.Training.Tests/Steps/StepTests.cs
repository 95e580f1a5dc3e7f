using System.Runtime.InteropServices;
using Mien.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mien.Training.Tests.Steps;

/// <summary>The effect of one step on the weights.</summary>
public class StepTests
{
    [Theory]
    [InlineData(OptimizerKind.Sgd, 0, 1)]
    [InlineData(OptimizerKind.Sgd, 0.9, 1.9)] // Nesterov: the gradient plus momentum times the gradient
    [InlineData(OptimizerKind.AdamW, 0.9, 1)]
    public void Weight_decay_applies_to_filters_and_matrices_and_not_to_biases_and_norms(
        object optimizerValue,
        double momentum,
        double factor
    )
    {
        var optimizer = (OptimizerKind)optimizerValue;
        (NetworkWeights before, NetworkWeights after) = StepWithoutGradient(
            new TrainingRecipe
            {
                Optimizer = optimizer,
                LearningRate = 0.1,
                Momentum = momentum,
                WeightDecay = 0.05,
            }
        );
        foreach (string name in before.Names)
        {
            bool decays = name is "conv1.weight" or "dense1.weight" or "dense2.weight";
            double share = decays ? 1 - (0.1 * 0.05 * factor) : 1;
            Check.All(before[name].Zip(after[name]), p => Assert.Equal(share * p.First, p.Second, decays ? 1e-6 : 0));
        }
    }

    [Fact]
    public void Adam_adds_the_decay_to_the_gradient()
    {
        // The first step of Adam has the size of the learning rate against the gradient's sign, independent of the
        // gradient's size; here the sign is that of the weight.
        (NetworkWeights before, NetworkWeights after) = StepWithoutGradient(
            new TrainingRecipe
            {
                Optimizer = OptimizerKind.Adam,
                LearningRate = 0.01,
                WeightDecay = 0.05,
            }
        );
        Check.All(
            before["dense1.weight"].Zip(after["dense1.weight"]).Where(p => Math.Abs(p.First) > 0.01),
            p => Assert.Equal(p.First - (0.01 * Math.Sign(p.First)), p.Second, 1e-5)
        );
        Check.All(
            (string[])["conv1.bias", "batchNorm1.weight", "batchNorm1.bias", "batchNorm2.weight", "dense2.bias"],
            n => Assert.Equal(before[n], after[n])
        );
    }

    [Fact]
    public void Gradients_are_scaled_down_to_the_given_norm_over_all_parameters()
    {
        // With rate 1 and nothing else, the weights change by the gradient itself.
        double free = Moved(Made.Bare with { LearningRate = 1 });
        Assert.True(free > 0.1, $"The gradient's norm is {free}.");
        Assert.Equal(free / 4, Moved(Made.Bare with { LearningRate = 1, ClipNorm = free / 4 }), 1e-4 * free);
        Assert.Equal(free, Moved(Made.Bare with { LearningRate = 1, ClipNorm = free * 4 }), 1e-4 * free);

        static double Moved(TrainingRecipe recipe)
        {
            (IReadOnlyDictionary<string, StoredTensor> before, IReadOnlyDictionary<string, StoredTensor> after) =
                OneStep(recipe);
            return Math.Sqrt(
                before
                    .Keys.Where(k =>
                        k.StartsWith("model.", StringComparison.Ordinal)
                        && !k.Contains("running", StringComparison.Ordinal)
                    )
                    .Sum(k => Values(before[k]).Zip(Values(after[k])).Sum(p => Math.Pow((double)p.First - p.Second, 2)))
            );
        }
    }

    [Theory]
    [InlineData(0.998, 0.1)] // the first step's decay is (1 + 0) / (10 + 0)
    [InlineData(0.05, 0.05)]
    public void The_moving_average_follows_the_weights_by_its_decay(double ema, double decay)
    {
        (IReadOnlyDictionary<string, StoredTensor> before, IReadOnlyDictionary<string, StoredTensor> after) = OneStep(
            Made.Bare with
            {
                Ema = ema,
                LearningRate = 0.5,
            }
        );
        string[] names =
        [
            .. before
                .Keys.Where(k => k.StartsWith("model.", StringComparison.Ordinal))
                .Select(k => k["model.".Length..]),
        ];
        Assert.Contains("batchNorm1.runningVariance", names);
        foreach (string name in names)
        {
            float[] start = Values(before["model." + name]),
                end = Values(after["model." + name]),
                average = Values(after["ema." + name]);
            Assert.Equal(start, Values(before["ema." + name]));
            for (int i = 0; i < start.Length; i++)
            {
                Assert.Equal((decay * start[i]) + ((1 - decay) * end[i]), average[i], 1e-6);
            }
        }

        Assert.NotEqual(Values(before["model.dense2.weight"]), Values(after["model.dense2.weight"]));
    }

    [Fact]
    public void The_loss_is_the_cross_entropy_against_the_targets()
    {
        using var folder = new TempFolder();
        using var trainer = new Trainer(
            Made.Bare with
            {
                LabelSmoothing = 0.2,
                ClassWeights = ClassWeighting.Balanced,
            },
            Made.Graph(Made.Plain),
            Made.Data(8, 7),
            folder.Run("run")
        );
        NetworkWeights first = Begin(trainer);
        double loss = 0;
        trainer.Run(p => loss = p.Loss);

        Data.FaceDataset images = Made.Data(8, 0);
        double[] weights = [0.5, 1, 1, 1, 1, 1, 1]; // eight images of seven classes: two of anger
        double mean = images.Labels.Average(l => weights[l]),
            expected = 0;
        for (int i = 0; i < 8; i++)
        {
            double[] logits = ReferenceNetwork.Run(
                Made.Graph(Made.Plain),
                first,
                [.. images.Image(i).ToArray().Select(p => p / 255f)]
            );
            double sum = logits.Sum(Math.Exp);
            expected -=
                Enumerable
                    .Range(0, 7)
                    .Sum(c =>
                        ((c == images.Labels[i] ? 0.8 : 0) + (0.2 / 7))
                        * weights[images.Labels[i]]
                        / mean
                        * Math.Log(Math.Exp(logits[c]) / sum)
                    ) / 8;
        }

        Assert.Equal(expected, loss, 1e-5);
    }

    private static NetworkWeights Begin(Trainer trainer)
    {
        Assert.Throws<OperationCanceledException>(() =>
            trainer.Run(cancellationToken: new CancellationToken(canceled: true))
        );
        return CheckpointReader.Read(trainer.Folder.Last).Weights;
    }

    /// <summary>The checkpoints before and after a training of one step.</summary>
    private static (
        IReadOnlyDictionary<string, StoredTensor> Before,
        IReadOnlyDictionary<string, StoredTensor> After
    ) OneStep(TrainingRecipe recipe)
    {
        using var folder = new TempFolder();
        using var trainer = new Trainer(recipe, Made.Graph(), Made.Data(8, 7), folder.Run("run"));
        Begin(trainer);
        var before = SafeTensors.Read(trainer.Folder.Last).Tensors;
        Assert.Equal(1, trainer.Run().Step);
        return (before, SafeTensors.Read(trainer.Folder.Last).Tensors);
    }

    private static (NetworkWeights Before, NetworkWeights After) StepWithoutGradient(TrainingRecipe recipe)
    {
        NetworkGraph graph = Made.Graph();
        using var module = new NetworkModule(graph, 1);
        module.Load(OnnxModel.RandomWeights(graph, 1)); // initial biases are 0 and could not shrink
        NetworkWeights before = module.ToWeights();
        using FlatOptimizer optimizer = FlatOptimizer.Create(recipe, module);
        using (NewDisposeScope())
        {
            foreach (Parameter parameter in module.Trained.Values)
            {
                (parameter * 0).sum().backward();
            }

            optimizer.Step(recipe.LearningRate, 0);
        }

        return (before, module.ToWeights());
    }

    private static float[] Values(StoredTensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.Bytes).ToArray();
}
