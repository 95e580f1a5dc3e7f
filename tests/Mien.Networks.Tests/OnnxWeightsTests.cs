namespace Mien.Networks.Tests;

public class OnnxWeightsTests
{
    private const string Source = "m.onnx";

    public static TheoryData<string, bool, bool> Registered =>
        [
            .. RegisteredNetworks.Names.SelectMany(n =>
                (TheoryDataRow<string, bool, bool>[])[new(n, true, false), new(n, true, true), new(n, false, false)]
            ),
        ];

    [Theory]
    [MemberData(nameof(Registered))]
    public void A_registered_network_is_read_back_and_exported_again_with_the_same_constants(
        string name,
        bool fold,
        bool half
    ) => AssertSameFile(NetworkGraph.Build(RegisteredNetworks.Get(name)), fold, half);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_layer_type_is_read_back(bool fold) => AssertSameFile(EveryLayer.Graph(), fold, half: false);

    [Fact]
    public void Only_a_file_without_folding_has_the_batch_norms_own_weights()
    {
        NetworkGraph graph = NetworkGraph.Build(RegisteredNetworks.Get("tiny"));
        NetworkWeights weights = OnnxModel.RandomWeights(graph, 1);
        string norm = graph.Nodes.First(n => n.Operator is BatchNormOperator).Name;

        OnnxWeights plain = Read(graph, weights, new OnnxExportOptions { FoldBatchNorm = false });
        Assert.Empty(plain.Folded);
        Assert.Equal(weights[norm + ".runningMean"], plain.Weights[norm + ".runningMean"]);

        OnnxWeights folded = Read(graph, weights, new OnnxExportOptions());
        Assert.Equal(
            graph.Nodes.Count(n => n.Operator is BatchNormOperator),
            Check.NotEmpty(folded.Folded).Select(f => f.Norm).Distinct().Count()
        );
        Check.All(folded.Weights[norm + ".runningMean"], m => Assert.Equal(0, m));
        Check.All(folded.Folded, f => Assert.True(graph.Nodes[f.Layer].Operator is ConvOperator or DenseOperator));
    }

    [Fact]
    public void A_file_of_another_network_is_an_error_that_names_the_constant()
    {
        NetworkGraph tiny = NetworkGraph.Build(RegisteredNetworks.Get("tiny")),
            deep = NetworkGraph.Build(RegisteredNetworks.Get("deep"));
        byte[] file = OnnxModel.Export(tiny, OnnxModel.RandomWeights(tiny, 1));
        var found = Assert.Throws<NetworkException>(() => OnnxWeights.Read(file, deep, Source));
        Assert.Contains("m.onnx: no constant '", found.Message, StringComparison.Ordinal);
        Assert.Contains("expected the weights of network 'deep'", found.Message, StringComparison.Ordinal);

        // The same layers with other sizes.
        NetworkGraph heads = NetworkGraph.Build(RegisteredNetworks.Get("tiny").WithHeads(["fer2013", "ferplus"]));
        found = Assert.Throws<NetworkException>(() => OnnxWeights.Read(file, heads, Source));
        Assert.Contains("They belong to another network.", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_model_is_an_error()
    {
        NetworkGraph graph = NetworkGraph.Build(RegisteredNetworks.Get("tiny"));
        var found = Assert.Throws<NetworkException>(() => OnnxWeights.Read([1, 2, 3], graph, Source));
        Assert.Contains("m.onnx: not an ONNX model: ", found.Message, StringComparison.Ordinal);
    }

    // The shifts of folded batch norms pass through one more rounding; the filters do not.
    private static void AssertSameFile(NetworkGraph graph, bool fold, bool half)
    {
        var options = new OnnxExportOptions { FoldBatchNorm = fold, HalfPrecisionWeights = half };
        NetworkWeights weights = OnnxModel.RandomWeights(graph, 5);
        byte[] file = OnnxModel.Export(graph, weights, options);
        byte[] again = OnnxModel.Export(graph, OnnxWeights.Read(file, graph, Source).Weights, options);
        GraphProto first = ModelProto.Parser.ParseFrom(file).Graph,
            second = ModelProto.Parser.ParseFrom(again).Graph;
        Assert.Equal(first.Initializer.Select(t => t.Name), second.Initializer.Select(t => t.Name));
        foreach (string name in Check.NotEmpty(first.Initializer.Select(t => t.Name)))
        {
            if (OnnxConstant.Of(first, name) is { } constant)
            {
                float largest = constant.Values.Max(Math.Abs);
                Check.All(
                    constant.Values.Zip(OnnxConstant.Of(second, name)!.Values),
                    p => Assert.Equal(p.First, p.Second, 1e-6f * Math.Max(1, largest))
                );
            }
        }
    }

    private static OnnxWeights Read(NetworkGraph graph, NetworkWeights weights, OnnxExportOptions options) =>
        OnnxWeights.Read(OnnxModel.Export(graph, weights, options), graph, Source);
}
