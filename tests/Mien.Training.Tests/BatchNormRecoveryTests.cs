using Mien.Data;
using Mien.Networks;
using Mien.Training.Tests.Steps;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training.Tests;

public class BatchNormRecoveryTests
{
    private static readonly TrainingRecipe Recipe = Made.Bare with { BatchSize = 12 };

    public static TheoryData<string> Registered => [.. RegisteredNetworks.Names];

    [Theory]
    [MemberData(nameof(Registered))]
    public void A_registered_network_computes_the_same_in_use_and_nearly_the_same_in_training(string name) =>
        AssertSame(NetworkGraph.Build(RegisteredNetworks.Get(name)));

    [Fact]
    public void Dense_layers_before_a_batch_norm_are_recovered_too() => AssertSame(Made.Graph(side: 8));

    [Fact]
    public void The_filters_get_the_length_that_they_have_before_a_training_and_no_tensor_is_left()
    {
        NetworkGraph graph = Made.Graph(side: 8);
        long before = LiveTensors.Count();
        NetworkWeights weights = Recovered(graph, Made.Data(24, 0));
        Assert.Equal(before + LiveTensors.Miscounted(1, graph), Tensor.TotalCount);
        // He et al. (2015): 4 filters of 3×3.
        double length = Math.Sqrt(weights["conv1.weight"].Average(w => (double)w * w));
        Assert.Equal(Math.Sqrt(2.0 / (4 * 9)), length, 1e-5);
    }

    [Fact]
    public void The_statistics_are_those_of_training_images_only_and_the_given_weights_stay()
    {
        using DisposeScope scope = NewDisposeScope();
        NetworkGraph graph = Made.Graph(side: 8);
        OnnxWeights read = Read(graph);
        float[] before = [.. read.Weights["conv1.weight"]];
        FaceDataset train = Folds.Trained(Recipe, Made.Data(24, 7));
        NetworkWeights weights = BatchNormRecovery.Recover(graph, read, Recipe, train, null, default);
        Assert.Equal(before, read.Weights["conv1.weight"]);

        using var module = new NetworkModule(graph, 1);
        module.Load(weights);
        Tensor input = Input(graph, train);
        var means = new List<double>();
        module.eval();
        module.BeforeBatchNorm = (node, x) => means.Add(x.mean().item<float>());
        module.forward(input);
        Assert.Equal(weights["batchNorm1.runningMean"].Average(), means[0], 1e-4);
    }

    [Fact]
    public void It_can_be_cancelled() =>
        Assert.Throws<OperationCanceledException>(() =>
            BatchNormRecovery.Recover(
                Made.Graph(side: 8),
                Read(Made.Graph(side: 8)),
                Recipe,
                Made.Data(24, 7),
                null,
                new CancellationToken(canceled: true)
            )
        );

    // In training a batch norm takes the moments of the batch. With all images in the batch on which they were measured
    // they are the recovered ones, but for Bessel's correction, which only the running variance has.
    private static void AssertSame(NetworkGraph graph)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable quiet = no_grad();
        FaceDataset train = Made.Data(24, 0, graph.Input.Height);
        OnnxWeights read = Read(graph);
        NetworkWeights weights = BatchNormRecovery.Recover(graph, read, Recipe, train, null, default);
        Tensor input = Input(graph, train);
        using var file = new NetworkModule(graph, 1);
        file.Load(read.Weights);
        file.eval();
        using var module = new NetworkModule(graph, 1);
        module.Load(weights);
        module.eval();
        Tensor expected = file.forward(input);
        double size = expected.abs().max().item<float>();
        Assert.Equal(0, expected.sub(module.forward(input)).abs().max().item<float>() / size, 1e-3);

        // Without dropout, which changes values at random.
        if (!graph.Nodes.Any(n => n.Operator is DropoutOperator { Rate: > 0 }))
        {
            module.train();
            Assert.Equal(0, expected.sub(module.forward(input)).abs().max().item<float>() / size, 1e-2);
        }
    }

    private static Tensor Input(NetworkGraph graph, FaceDataset train) =>
        tensor(train.Pixels.Select(p => p / 255f).ToArray(), [train.Count, 1, graph.Input.Height, graph.Input.Width]);

    private static NetworkWeights Recovered(NetworkGraph graph, FaceDataset data) =>
        BatchNormRecovery.Recover(graph, Read(graph), Recipe, data, null, default);

    private static OnnxWeights Read(NetworkGraph graph) =>
        OnnxWeights.Read(OnnxModel.Export(graph, OnnxModel.RandomWeights(graph, 3)), graph, "m.onnx");
}
