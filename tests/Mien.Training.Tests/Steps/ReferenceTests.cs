using System.Runtime.InteropServices;
using System.Text.Json;
using Mien.Data;
using Mien.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training.Tests.Steps;

/// <summary>The trainer against a plain loop with one tensor after the other, bit for bit on one thread.</summary>
public class ReferenceTests
{
    private const int Batches = 4;
    private static readonly NetworkGraph Graph = Made.Graph();
    private static readonly FaceDataset Data = Made.Data((Batches * 8) + 3, 14);

    [Theory]
    [InlineData(OptimizerKind.Sgd, TrainingPrecision.Single)]
    [InlineData(OptimizerKind.Sgd, TrainingPrecision.Bfloat16)]
    [InlineData(OptimizerKind.Adam, TrainingPrecision.Single)]
    [InlineData(OptimizerKind.AdamW, TrainingPrecision.Single)]
    [InlineData(OptimizerKind.AdamW, TrainingPrecision.Bfloat16)]
    public void Weights_their_average_and_the_losses_are_those_of_a_plain_loop(object optimizer, object precision)
    {
        using var folder = new TempFolder();
        TrainingRecipe recipe = Recipe((OptimizerKind)optimizer) with { Precision = (TrainingPrecision)precision };
        RunFolder run = folder.Run("run");
        TrainingState state;
        using (var trainer = new Trainer(recipe, Graph, Data, run))
        {
            state = trainer.Run();
        }

        using var reference = new ReferenceTrainer(recipe, Graph, Data);
        double[] losses = [.. Enumerable.Range(0, recipe.Epochs * Batches).Select(s => (double)reference.Step(s))];
        Assert.Equal(
            losses.Chunk(Batches).Select(c => c.Aggregate(0.0, (sum, l) => sum + l) / Batches),
            state.History.Select(h => h.TrainLoss)
        );
        AssertSame(reference, run);
    }

    [Fact]
    public void Clipped_gradients_differ_from_those_of_a_plain_loop_by_rounding_only()
    {
        // The norm is summed in one piece instead of tensor by tensor, so the factor can differ in its last digits.
        using var folder = new TempFolder();
        TrainingRecipe recipe = Recipe(OptimizerKind.Sgd) with { ClipNorm = 0.1 };
        RunFolder run = folder.Run("run");
        using (var trainer = new Trainer(recipe, Graph, Data, run))
        {
            trainer.Run();
        }

        using var reference = new ReferenceTrainer(recipe, Graph, Data);
        for (int step = 0; step < recipe.Epochs * Batches; step++)
        {
            reference.Step(step);
        }

        var found = SafeTensors.Read(run.Last).Tensors;
        Check.All(
            reference.Network.ToWeights().Names,
            name =>
                Check.All(
                    reference.Network.ToWeights()[name].Zip(Values(found["model." + name])),
                    p => Assert.Equal(p.First, p.Second, 1e-5f)
                )
        );
    }

    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.AdamW)]
    public void A_checkpoint_of_an_earlier_version_resumes_bit_identically(object optimizer)
    {
        using var folder = new TempFolder();
        TrainingRecipe recipe = Recipe((OptimizerKind)optimizer);
        using var reference = new ReferenceTrainer(recipe, Graph, Data);
        RunFolder run = folder.Run("run");
        Directory.CreateDirectory(run.Path);
        const int Done = Batches + 2;
        for (int step = 0; step < Done; step++)
        {
            reference.Step(step);
        }

        byte[] blob = reference.OptimizerState();
        SafeTensors.Write(
            run.Last,
            [
                .. reference.Network.State.Select(p => Stored("model.", p)),
                .. reference.Average.Select(p => Stored("ema.", p)),
                KeyValuePair.Create("optimizer", new StoredTensor("U8", [blob.Length], blob)),
            ],
            new Dictionary<string, string>
            {
                ["format"] = "mien-training-1",
                ["network"] = Graph.Description.ToJson(),
                ["state"] = JsonSerializer.Serialize(new TrainingState { Step = Done, LossSum = 3 }),
            }
        );
        using (var trainer = new Trainer(recipe, Graph, Data, run))
        {
            Assert.Equal(Done, trainer.State.Step);
            trainer.Run();
        }

        for (int step = Done; step < recipe.Epochs * Batches; step++)
        {
            reference.Step(step);
        }

        AssertSame(reference, run);
        Assert.Equal("mien-training-2", SafeTensors.Read(run.Last).Metadata["format"]);
    }

    private static TrainingRecipe Recipe(OptimizerKind optimizer) =>
        new()
        {
            Network = "test",
            Threads = 1,
            Epochs = 3,
            BatchSize = 8,
            PlainEpochs = 1,
            Optimizer = optimizer,
            LearningRate = optimizer == OptimizerKind.Sgd ? 0.05 : 0.01,
            WeightDecay = 1e-2,
            LabelSmoothing = 0.1,
            Mixup = 0.4,
            Ema = 0.9,
        };

    private static void AssertSame(ReferenceTrainer reference, RunFolder run)
    {
        var found = SafeTensors.Read(run.Last).Tensors;
        Check.All(
            reference
                .Network.State.Select(p => ("model." + p.Key, p.Value))
                .Concat(reference.Average.Select(p => ("ema." + p.Key, p.Value))),
            p =>
            {
                using Tensor expected = p.Value.detach();
                Assert.Equal(expected.data<float>().ToArray(), Values(found[p.Item1]));
            }
        );
    }

    private static KeyValuePair<string, StoredTensor> Stored(string prefix, KeyValuePair<string, Tensor> tensor)
    {
        using Tensor value = tensor.Value.detach();
        return KeyValuePair.Create(
            prefix + tensor.Key,
            new StoredTensor("F32", value.shape, value.contiguous().bytes.ToArray())
        );
    }

    private static float[] Values(StoredTensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.Bytes).ToArray();
}
