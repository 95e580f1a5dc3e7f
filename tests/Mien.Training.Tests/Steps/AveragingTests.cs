using System.Runtime.InteropServices;
using Mien.Data;
using Mien.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training.Tests.Steps;

/// <summary>Sharpness-aware minimisation and stochastic weight averaging against their formulas.</summary>
public class AveragingTests
{
    [Theory]
    [InlineData(0.05, 0)]
    [InlineData(2, 0.5)]
    public void Sam_takes_the_gradient_at_the_ascended_weights_and_keeps_the_first_batch_statistics(
        double radius,
        double clip
    )
    {
        using var folder = new TempFolder();
        NetworkGraph graph = Made.Graph();
        FaceDataset data = Made.Data(8, 7);
        TrainingRecipe recipe = Made.Bare with { Sam = radius, LearningRate = 0.2, ClipNorm = clip };
        RunFolder run = folder.Run("run");
        using (var trainer = new Trainer(recipe, graph, data, run))
        {
            trainer.Run();
        }

        // The same with one tensor after the other.
        int[] order = SeededRandom.For(recipe.Seed, RandomPurpose.Order, 0).Permutation(8);
        using DisposeScope scope = NewDisposeScope();
        Tensor images = tensor(order.SelectMany(i => data.Image(i).ToArray().Select(p => p * (1f / 255))).ToArray())
            .view(8, 1, 8, 8);
        Tensor labels = tensor(order.Select(i => (long)data.Labels[i]).ToArray());
        using NetworkModule first = Initial(recipe, graph),
            second = Initial(recipe, graph);
        Backward(first);
        double norm = Math.Sqrt(first.Trained.Values.Sum(p => p.grad!.square().sum().item<float>()));
        using (no_grad())
        {
            foreach ((string name, var parameter) in second.Trained)
            {
                parameter.add_(first.Trained[name].grad! * (radius / norm));
            }
        }

        Backward(second);
        double last = Math.Sqrt(second.Trained.Values.Sum(p => p.grad!.square().sum().item<float>()));
        double factor = clip > 0 ? Math.Min(1, clip / last) : 1;
        Assert.True(clip == 0 || factor < 1);
        var found = SafeTensors.Read(run.Last).Tensors;
        using NetworkModule start = Initial(recipe, graph);
        foreach ((string name, var parameter) in start.Trained)
        {
            float[] before = parameter.detach().data<float>().ToArray(),
                gradient = second.Trained[name].grad!.data<float>().ToArray(),
                after = Values(found["model." + name]);
            Check.All(
                before.Zip(gradient, after),
                v => Assert.Equal(v.First - (0.2 * factor * v.Second), v.Third, 2e-6)
            );
            Assert.NotEqual(before, after);
        }

        Check.All(
            first.Statistics,
            p => Assert.Equal(p.Value.data<float>().ToArray(), Values(found["model." + p.Key]))
        );

        void Backward(NetworkModule module)
        {
            module.train();
            nn.functional.cross_entropy(module.forward(images), labels).backward();
        }
    }

    [Fact]
    public void Swa_averages_the_last_epochs_weights_and_computes_the_batch_statistics_anew()
    {
        using var folder = new TempFolder();
        NetworkGraph graph = Made.Graph(
            """{ "type": "batchNorm" }, { "type": "flatten" }, { "type": "dense", "units": 7 }"""
        );
        FaceDataset data = Made.Data(27, 14);
        TrainingRecipe recipe = Made.Bare with { Epochs = 5, SwaEpochs = 3, LearningRate = 0.5 };
        RunFolder run = folder.Run("run");
        var ends = new List<Dictionary<string, float[]>>();
        using (var trainer = new Trainer(recipe, graph, data, run))
        {
            trainer.Run(p =>
            {
                if (p.Finished is not null)
                {
                    ends.Add(SafeTensors.Read(run.Last).Tensors.ToDictionary(t => t.Key, t => Values(t.Value)));
                    Assert.Equal(Math.Max(0, p.Epoch - 2), trainer.State.AveragedEpochs);
                }
            });
        }

        Check.All(
            ends.Take(2),
            e => Assert.DoesNotContain(e.Keys, k => k.StartsWith("swa.", StringComparison.Ordinal))
        );
        for (int epoch = 2; epoch < 5; epoch++)
        {
            foreach (string name in (string[])["dense1.weight", "dense1.bias", "batchNorm1.weight"])
            {
                float[][] averaged = [.. ends[2..(epoch + 1)].Select(e => e["model." + name])];
                float[] found = ends[epoch]["swa." + name];
                for (int i = 0; i < found.Length; i++)
                {
                    Assert.Equal(averaged.Average(a => a[i]), found[i], 1e-6);
                }
            }

            // The batch norm is the first layer, so its statistics are those of the epoch's three batches of pixels.
            int[] order = SeededRandom.For(recipe.Seed, RandomPurpose.Order, epoch).Permutation(27);
            double[][] pixels =
            [
                .. order
                    .Take(24)
                    .Chunk(8)
                    .Select(c => c.SelectMany(i => data.Image(i).ToArray().Select(p => p / 255.0)).ToArray()),
            ];
            Assert.Equal(pixels.Average(p => p.Average()), ends[epoch]["swa.batchNorm1.runningMean"][0], 1e-5);
            Assert.Equal(
                pixels.Average(p => p.Sum(v => Math.Pow(v - p.Average(), 2)) / (p.Length - 1)),
                ends[epoch]["swa.batchNorm1.runningVariance"][0],
                1e-5
            );
        }

        // What is evaluated, exported and read from a checkpoint is the average.
        Assert.Equal(ends[4]["swa.dense1.weight"], CheckpointReader.Read(run.Last).Weights["dense1.weight"]);
        Assert.NotEqual(ends[4]["swa.dense1.weight"], ends[4]["model.dense1.weight"]);
        int best = CheckpointReader.Read(run.Best).State.BestEpoch;
        Assert.Equal(
            ends[best - 1][(best > 2 ? "swa." : "model.") + "dense1.weight"],
            CheckpointReader.Read(run.Best).Weights["dense1.weight"]
        );
    }

    [Fact]
    public void Swa_begins_anew_when_the_number_of_epochs_is_raised()
    {
        using var folder = new TempFolder();
        FaceDataset data = Made.Data(24, 14);
        TrainingRecipe longer = Made.Bare with { Epochs = 5, SwaEpochs = 2, LearningRate = 0.1 };
        RunFolder[] runs = [folder.Run("raised"), folder.Run("unbroken")];
        foreach (TrainingRecipe recipe in (TrainingRecipe[])[longer with { Epochs = 2 }, longer])
        {
            using var trainer = new Trainer(recipe, Made.Graph(), data, runs[0]);
            trainer.Run();
        }

        using (var trainer = new Trainer(longer, Made.Graph(), data, runs[1]))
        {
            trainer.Run();
        }

        var raised = SafeTensors.Read(runs[0].Last).Tensors;
        var unbroken = SafeTensors.Read(runs[1].Last).Tensors;
        Assert.Contains("swa.conv1.weight", unbroken.Keys);
        Check.All(unbroken, t => Assert.True(t.Value.Bytes.AsSpan().SequenceEqual(raised[t.Key].Bytes), t.Key));
    }

    [Fact]
    public void The_validation_measures_the_average()
    {
        using var folder = new TempFolder();
        NetworkGraph graph = Made.Graph(Made.Plain);
        FaceDataset data = Made.Data(24, 14);
        TrainingRecipe recipe = Made.Bare with { Epochs = 3, SwaEpochs = 2, LearningRate = 0.2 };
        RunFolder run = folder.Run("run");
        using var trainer = new Trainer(recipe, graph, data, run);
        TrainingState state = trainer.Run();
        NetworkWeights average = CheckpointReader.Read(run.Last).Weights;
        double loss = Enumerable
            .Range(24, 14)
            .Average(i =>
            {
                double[] logits = ReferenceNetwork.Run(
                    graph,
                    average,
                    [.. data.Image(i).ToArray().Select(p => p / 255f)]
                );
                return Math.Log(logits.Sum(Math.Exp)) - logits[data.Labels[i]];
            });
        Assert.Equal(loss, state.History[^1].ValidationLoss, 1e-5);
    }

    private static NetworkModule Initial(TrainingRecipe recipe, NetworkGraph graph) =>
        new(graph, (long)SeededRandom.For(recipe.Seed, RandomPurpose.Weights, 0).Next()) { DropoutSeed = recipe.Seed };

    private static float[] Values(StoredTensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.Bytes).ToArray();
}
