using Mien.Data;
using Mien.Networks;
using Mien.Training.Tests.Steps;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training.Tests;

/// <summary>
/// Training in bfloat16: the same network within its precision of eight bits; weights and logits in single precision.
/// </summary>
public class PrecisionTests
{
    [Fact]
    public void Every_layer_type_computes_nearly_the_same_in_bfloat16()
    {
        NetworkGraph graph = EveryLayer.Graph();
        NetworkWeights weights = OnnxModel.RandomWeights(graph, 3);
        float[] images = OnnxModel.RandomImages(graph, 4, 5);
        float[] single = Logits(TrainingPrecision.Single),
            half = Logits(TrainingPrecision.Bfloat16);

        // About twenty layers, each of which rounds to 2⁻⁸.
        double spread = single.Max() - single.Min();
        Assert.True(spread > 0);
        Check.All(single.Zip(half), p => Assert.InRange(p.Second, p.First - (0.1 * spread), p.First + (0.1 * spread)));
        Assert.NotEqual(single, half);

        float[] Logits(TrainingPrecision precision)
        {
            using DisposeScope scope = NewDisposeScope();
            using var module = new NetworkModule(graph, 1) { Precision = precision };
            module.Load(weights);
            module.eval();
            using IDisposable quiet = no_grad();
            Tensor logits = module.forward(
                tensor(images, [4, graph.Input.Channels, graph.Input.Height, graph.Input.Width])
            );
            Assert.Equal(ScalarType.Float32, logits.dtype);
            return logits.data<float>().ToArray();
        }
    }

    [Fact]
    public void Gradients_reach_every_parameter_in_single_precision()
    {
        NetworkGraph graph = EveryLayer.Graph();
        using DisposeScope scope = NewDisposeScope();
        using var module = new NetworkModule(graph, 1) { Precision = TrainingPrecision.Bfloat16 };
        module.train();
        Tensor logits = module.forward(
            tensor(
                OnnxModel.RandomImages(graph, 4, 2),
                [4, graph.Input.Channels, graph.Input.Height, graph.Input.Width]
            )
        );
        (logits * randn_like(logits)).sum().backward();
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in module.Trained)
        {
            Assert.Equal((name, ScalarType.Float32), (name, parameter.dtype));
            Assert.True(
                parameter.grad is { } gradient
                    && gradient.dtype == ScalarType.Float32
                    && gradient.isfinite().all().item<bool>(),
                $"{name} has no gradient in single precision."
            );
        }
    }

    [Fact]
    public void A_small_network_memorises_sixteen_images_also_at_another_size()
    {
        using var folder = new TempFolder();
        FaceDataset images = Made.Data(16, 0);
        FaceDataset data = new(
            "made",
            8,
            8,
            [.. images.Pixels, .. images.Pixels],
            [.. images.Labels, .. images.Labels],
            [.. Enumerable.Repeat(DatasetSplit.Training, 16), .. Enumerable.Repeat(DatasetSplit.PublicTest, 16)]
        );
        TrainingRecipe recipe = Made.Bare with
        {
            Precision = TrainingPrecision.Bfloat16,
            LearningRate = 0.1,
            Momentum = 0.9,
            Epochs = 50,
            Scaling = PixelScaling.Signed,
            Sizes = [12, 8],
            SizeEpochs = [0, 5],
            Ema = 0.9,
        };
        using var trainer = new Trainer(recipe, Made.Graph(Made.Plain), data, folder.Run("run"));
        TrainingState state = trainer.Run();
        Assert.True(state.History[0].TrainAccuracy < 0.9);
        Assert.Equal(1, state.History[^1].TrainAccuracy);
        Assert.Equal(1, state.History[^1].ValidationAccuracy);
    }

    [Fact]
    public void An_interrupted_training_in_bfloat16_resumes_bit_identically_and_leaves_no_tensor()
    {
        using var folder = new TempFolder();
        FaceDataset data = Made.Data(32, 14);
        TrainingRecipe recipe = Made.Bare with
        {
            Precision = TrainingPrecision.Bfloat16,
            Epochs = 2,
            Momentum = 0.9,
            Shift = 0.1,
            Ema = 0.9,
        };
        byte[] whole = Train("whole", 0),
            broken = Train("broken", 1);
        Assert.NotEqual(whole, broken);
        Assert.Equal(whole, Train("broken", 0));

        byte[] Train(string name, int stop)
        {
            _ = LiveTensors.Count(); // what other tests left is collected now, not while this one counts
            using var trainer = new Trainer(recipe, Made.Graph(), data, folder.Run(name)) { StopAfterEpoch = stop };
            var counts = new List<long>();
            trainer.Run(_ => counts.Add(Tensor.TotalCount));
            Check.All(counts, c => Assert.Equal(counts[0], c));
            IReadOnlyDictionary<string, StoredTensor> tensors = SafeTensors.Read(trainer.Folder.Last).Tensors;
            return [.. tensors.OrderBy(t => t.Key, StringComparer.Ordinal).SelectMany(t => t.Value.Bytes)];
        }
    }
}
