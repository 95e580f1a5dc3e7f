using System.Runtime.InteropServices;
using Mien.Data;
using Mien.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training.Tests.Steps;

/// <summary>What a training on a GPU needs, tested on the CPU and on libtorch's device without values.</summary>
public class NoWaitingTests
{
    private static readonly NetworkGraph Graph = Made.Graph();

    private static readonly TrainingRecipe Recipe = new()
    {
        Network = "test",
        Threads = 1,
        Epochs = 3,
        BatchSize = 8,
        Mixup = 0.4,
        Erasing = 0.5,
        Ema = 0.9,
        Sam = 0.05,
        ClipNorm = 1,
    };

    [Theory]
    [InlineData(OptimizerKind.Sgd, TrainingPrecision.Single)]
    [InlineData(OptimizerKind.AdamW, TrainingPrecision.Bfloat16)]
    public void A_step_reads_nothing_from_the_device(object optimizer, object precision)
    {
        // Tensors on this device have a shape but no values: whatever reads one throws. It lacks convolutions and batch
        // norms.
        TrainingRecipe recipe = Recipe with
        {
            Optimizer = (OptimizerKind)optimizer,
            Precision = (TrainingPrecision)precision,
        };
        long before = LiveTensors.Count();
        NetworkGraph graph = Made.Graph(
            """
            { "type": "flatten" }, { "type": "dense", "units": 16 }, { "type": "relu" },
            { "type": "dropout", "rate": 0.25 }, { "type": "dense", "units": 7 }
            """
        );
        Batch batch = SourceOf(recipe, graph, Made.Data(24, 0)).Prepare(0);
        using (var step = new TrainingStep(recipe, graph, META))
        {
            for (int i = 0; i < 2; i++)
            {
                using BatchTensors images = BatchTensors.OnHost(batch, new byte[24], META).To(META);
                Assert.Equal(DeviceType.META, images.Pixels.device_type);
                step.Run(images, i, 0.1, check: null);
                using (BatchTensors again = BatchTensors.OnHost(batch, new byte[24], META).To(META))
                {
                    // Reading the loss, as on a CPU, would wait.
                    Assert.ThrowsAny<ExternalException>(() => step.Run(again, i, 0.1, check: _ => { }));
                }
            }
        }

        Assert.Equal(before + LiveTensors.Miscounted(2, graph), LiveTensors.Count());
    }

    [Fact]
    public void Background_workers_and_rare_readings_change_nothing()
    {
        using var folder = new TempFolder();
        FaceDataset data = Made.Data(50, 14);
        RunFolder[] runs = [folder.Run("often"), folder.Run("rarely")];
        foreach (RunFolder run in runs)
        {
            using var trainer =
                run == runs[0]
                    ? new Trainer(Recipe, Graph, data, run)
                    : new Trainer(Recipe, Graph, data, run) { Workers = 3, ReadInterval = TimeSpan.MaxValue };
            int reports = 0;
            trainer.Run(p =>
            {
                reports++;
                Assert.True(double.IsFinite(p.Loss) && p.Accuracy is >= 0 and <= 1);
            });
            Assert.Equal(3 * 7, reports);
        }

        var first = SafeTensors.Read(runs[0].Last).Tensors;
        var second = SafeTensors.Read(runs[1].Last).Tensors;
        Check.All(first, t => Assert.True(t.Value.Bytes.AsSpan().SequenceEqual(second[t.Key].Bytes), t.Key));
        Assert.Equal(Rows(runs[0]), Rows(runs[1]));

        static IEnumerable<string> Rows(RunFolder run) =>
            File.ReadAllLines(run.History).Select(l => string.Join(',', l.Split(',')[..7]));
    }

    [Fact]
    public void A_bad_loss_that_is_read_late_never_reaches_a_checkpoint()
    {
        using var folder = new TempFolder();
        RunFolder run = folder.Run("run");
        TrainingRecipe recipe = Made.Bare with { Epochs = 50, LearningRate = 1000 };
        NetworkGraph linear = Made.Graph(
            """{ "type": "flatten" }, { "type": "dense", "units": 20 }, { "type": "dense", "units": 20 },"""
                + """ { "type": "dense", "units": 7 }"""
        );
        using (
            var trainer = new Trainer(recipe, linear, Made.Data(80, 7), run)
            {
                CheckpointInterval = TimeSpan.Zero,
                ReadInterval = TimeSpan.MaxValue,
            }
        )
        {
            var error = Assert.Throws<TrainingException>(() => trainer.Run());
            Assert.Equal("notFinite", error.Code);
            Assert.Matches(
                @"^(The loss became \S+ in epoch \d+, by batch \d+ of 10|The validation loss became \S+ in epoch \d+|"
                    + @"The weights '\S+' are no longer finite after step \d+)\. The last good checkpoint is kept\. ",
                error.Message
            );
        }

        var last = SafeTensors.Read(run.Last).Tensors;
        Check.All(
            last,
            t => Assert.True(MemoryMarshal.Cast<byte, float>(t.Value.Bytes).ToArray().All(float.IsFinite), t.Key)
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Batches_come_in_order_however_many_workers_prepare_them(int workers)
    {
        FaceDataset data = Made.Data(50, 0);
        BatchSource source = SourceOf(Recipe, Graph, data);
        long before = LiveTensors.Count();
        using (var loader = new BatchLoader(source, data.Labels, CPU, workers, 2, 15))
        {
            for (long step = 2; step < 15; step++)
            {
                using BatchTensors batch = loader.Next();
                Batch expected = source.Prepare(step);
                Assert.Equal((step, (int)step / 6), (batch.Batch.Step, batch.Batch.Epoch));
                Assert.Equal(expected.Pixels, batch.Pixels.data<float>().ToArray());
                Assert.Equal(expected.Targets, batch.Targets.data<float>().ToArray());
                Assert.Equal(expected.Leading.Select(i => (long)data.Labels[i]), batch.Labels.data<long>().ToArray());
            }

            Assert.Throws<InvalidOperationException>(loader.Next);
        }

        // One that stops in the middle frees what its workers have prepared.
        using (var loader = new BatchLoader(source, data.Labels, CPU, workers, 0, 100))
        {
            loader.Next().Dispose();
        }

        Assert.Equal(before, LiveTensors.Count());
    }

    [Fact]
    public void An_error_in_a_worker_is_thrown_when_its_batch_is_needed()
    {
        // Labels for too few images: a batch with another image cannot be prepared.
        FaceDataset data = Made.Data(50, 0);
        using var loader = new BatchLoader(SourceOf(Recipe, Graph, data), new byte[1], CPU, 2, 0, 6);
        Assert.Throws<IndexOutOfRangeException>(loader.Next);
    }

    [Fact]
    public void The_number_of_workers_respects_the_recipes_threads()
    {
        Assert.Equal(0, BatchLoader.DefaultWorkers(CPU, 1));
        Assert.Equal(0, BatchLoader.DefaultWorkers(CPU, 0));
        var cuda = new Device(DeviceType.CUDA, 0);
        Assert.Equal([1, 1, 2, 4], new[] { 1, 2, 3, 9 }.Select(t => BatchLoader.DefaultWorkers(cuda, t)));
        Assert.InRange(BatchLoader.DefaultWorkers(cuda, 0), 1, 4);
    }

    private static BatchSource SourceOf(TrainingRecipe recipe, NetworkGraph graph, FaceDataset data)
    {
        var targets = new HeadTargets([new Targets(recipe, data)], [1]);
        return new BatchSource(
            recipe,
            graph.Input,
            data,
            new Augmenter(recipe, data, 1, 0),
            targets,
            targets,
            BatchTargets.Of(recipe, [], null)
        );
    }
}
