using System.Text;
using Microsoft.ML.OnnxRuntime;

namespace Mien.Networks.Tests;

public class OnnxExporterTests
{
    private const string Small = """
        { "name": "small", "input": { "width": 9, "height": 7 }, "layers": [
          { "type": "conv", "filters": 6, "kernel": 3 }, { "type": "batchNorm", "epsilon": 1e-3 }, { "type": "relu" },
          { "type": "maxPool" }, { "type": "dropout", "rate": 0.25 }, { "type": "flatten" },
          { "type": "dense", "units": 10 }, { "type": "batchNorm" }, { "type": "relu" }, { "type": "dense", "units": 7 } ] }
        """;

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Every_layer_type_gives_what_plain_loops_give(bool fold, bool optimise) =>
        OnnxModel.AssertSameAsReference(EveryLayer.Graph(), new OnnxExportOptions { FoldBatchNorm = fold }, optimise);

    [Theory]
    [InlineData("shallow", true)]
    [InlineData("shallow", false)]
    [InlineData("deep", true)]
    public void Registered_networks_give_what_plain_loops_give(string name, bool fold) =>
        OnnxModel.AssertSameAsReference(NetworkGraph.Build(RegisteredNetworks.Get(name)), new OnnxExportOptions { FoldBatchNorm = fold }, images: name == "deep" ? 1 : 2);

    [Fact]
    public void Batch_norm_disappears_into_convolutions_and_dense_layers()
    {
        NetworkGraph graph = Graph(Small);
        Assert.DoesNotContain("BatchNormalization", Operators(graph, fold: true));
        Assert.Equal(2, Operators(graph, fold: false).Count(o => o == "BatchNormalization"));
        Assert.DoesNotContain("Dropout", Operators(graph, fold: false));
    }

    private static NetworkGraph Graph(string json) => NetworkGraph.Build(NetworkDescription.FromJson(json, "test"));

    private static List<string> Operators(NetworkGraph graph, bool fold) =>
        [.. Onnx.ModelProto.Parser.ParseFrom(OnnxModel.Export(graph, OnnxModel.RandomWeights(graph, 1), new OnnxExportOptions { FoldBatchNorm = fold })).Graph.Node.Select(n => n.OpType)];
}
