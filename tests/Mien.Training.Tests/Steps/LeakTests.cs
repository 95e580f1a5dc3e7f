using Mien.Data;
using Mien.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training.Tests.Steps;

/// <summary>TorchSharp tensors must be disposed of; these tests count those that remain.</summary>
public class LeakTests
{
    private static readonly NetworkGraph Graph = Made.Graph();
    private static readonly FaceDataset Data = Made.Data(32, 14);

    private static readonly TrainingRecipe Recipe = new()
    {
        Network = "test",
        Threads = 1,
        Epochs = 3,
        BatchSize = 8,
        Mixup = 0.3,
        Erasing = 0.5,
        Ema = 0.9,
        ClipNorm = 1,
        Sizes = [10, 8],
        SizeEpochs = [0, 1],
    };

    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.AdamW)]
    public void The_number_of_live_tensors_is_constant_after_the_first_step_and_drops_with_the_trainer(
        object optimizerValue
    )
    {
        var optimizer = (OptimizerKind)optimizerValue;
        using var folder = new TempFolder();
        long before = LiveTensors.Count();
        using (
            var trainer = new Trainer(Recipe with { Optimizer = optimizer }, Graph, Data, folder.Run("run"))
            {
                CheckpointInterval = TimeSpan.Zero,
            }
        )
        {
            var counts = new List<long>();
            trainer.Run(_ => counts.Add(Tensor.TotalCount));
            Assert.Equal(3 * (4 + 1), counts.Count);
            Assert.True(counts[0] > before);
            Check.All(counts, c => Assert.Equal(counts[0], c));
        }

        // Two networks: the network itself and its average.
        Assert.Equal(before + Miscounted(2), Tensor.TotalCount);

        // The same for a trainer that resumes from a checkpoint.
        using (new Trainer(Recipe with { Optimizer = optimizer }, Graph, Data, folder.Run("run")))
        {
            Assert.True(Tensor.TotalCount > before + Miscounted(4));
        }

        Assert.Equal(before + Miscounted(4), Tensor.TotalCount);
    }

    [Fact]
    public void A_trainer_that_fails_leaves_no_tensor()
    {
        using var folder = new TempFolder();
        long before = LiveTensors.Count();
        Directory.CreateDirectory(folder["run"]);
        File.WriteAllText(folder.Run("run").Last, "not a checkpoint at all");
        Assert.Throws<TrainingException>(() => new Trainer(Recipe, Graph, Data, folder.Run("run")));
        Assert.Equal(before + Miscounted(2), Tensor.TotalCount);

        using (
            var trainer = new Trainer(
                Recipe with
                {
                    LearningRate = 1e30,
                    WeightDecay = 1e30,
                    WarmupEpochs = 0,
                    ClipNorm = 0,
                },
                Graph,
                Data,
                folder.Run("other")
            )
        )
        {
            Assert.Throws<TrainingException>(() => trainer.Run());
        }

        Assert.Equal(before + Miscounted(4), Tensor.TotalCount);
    }

    [Fact]
    public void Copying_weights_out_and_in_leaves_no_tensor()
    {
        long before = LiveTensors.Count();
        using (var module = new NetworkModule(Graph, 1))
        {
            long own = Tensor.TotalCount;
            Assert.Equal(2 + module.State.Count() + Miscounted(1), own - before); // two flat buffers and their views
            module.Load(module.ToWeights());
            Assert.Equal(own, Tensor.TotalCount);
        }

        Assert.Equal(before + Miscounted(1), Tensor.TotalCount);
    }

    [Fact]
    public void Measuring_the_speed_of_a_network_leaves_no_tensor()
    {
        long before = LiveTensors.Count();
        StepSpeed speed = StepBenchmark.Run(Graph, 4, TimeSpan.Zero);

        Assert.Equal(before + Miscounted(1), Tensor.TotalCount);
        Assert.Equal(3, speed.Steps);
        Assert.True(speed.TrainingImagesPerSecond > 0 && speed.InferenceImagesPerSecond > 0);
    }

    private static long Miscounted(int networks) => LiveTensors.Miscounted(networks, Graph);
}
