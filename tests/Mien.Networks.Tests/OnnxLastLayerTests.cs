using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Mien.Networks.Tests;

public class OnnxLastLayerTests
{
    private const string Source = "m.onnx";
    private static readonly Dictionary<string, string> Nothing = [];

    public static TheoryData<string, bool> Registered =>
        [.. RegisteredNetworks.Names.SelectMany(n => (TheoryDataRow<string, bool>[])[new(n, false), new(n, true)])];

    [Theory]
    [MemberData(nameof(Registered))]
    public void Added_units_leave_the_others_as_they_are_to_the_last_digit(string name, bool half)
    {
        NetworkGraph graph = NetworkGraph.Build(RegisteredNetworks.Get(name));
        byte[] file = Export(graph, half);
        OnnxLastLayer layer = OnnxLastLayer.Find(file, "logits", Source);
        Assert.Equal((7, 7 * layer.Features), (layer.Units, layer.Weights.Length));
        (float[] weights, float[] bias) = Added(layer.Features, half);
        byte[] wide = layer.Widen(weights, bias, graph.ClassMaps is null ? null : "maps", Nothing, Source);

        OnnxLastLayer again = OnnxLastLayer.Find(wide, "logits", Source);
        Assert.Equal([.. layer.Weights, .. weights], again.Weights);
        Assert.Equal([.. layer.Bias, .. bias], again.Bias);
        foreach (int count in (int[])[1, 2, 7, 64])
        {
            float[] images = OnnxModel.RandomImages(graph, count, count);
            (float[] before, _) = Run(file, graph, images, "logits");
            (float[] after, int[] shape) = Run(wide, graph, images, "logits");
            Assert.Equal([count, 14], shape);
            Assert.Equal(before, after.Chunk(14).SelectMany(r => r[..7]));
            if (graph.ClassMaps is not null)
            {
                (before, int[] small) = Run(file, graph, images, "maps");
                (after, shape) = Run(wide, graph, images, "maps");
                Assert.Equal([count, 14, small[2], small[3]], shape);
                int map = 7 * small[2] * small[3];
                Assert.Equal(before, after.Chunk(2 * map).SelectMany(r => r[..map]));
            }
        }
    }

    [Fact]
    public void The_features_give_the_logits_of_all_units()
    {
        NetworkGraph graph = NetworkGraph.Build(RegisteredNetworks.Get("tiny"));
        byte[] file = Export(graph, half: true);
        OnnxLastLayer layer = OnnxLastLayer.Find(file, "logits", Source);
        float[] images = OnnxModel.RandomImages(graph, 3, 9);
        (float[] features, int[] shape) = Run(layer.WithFeatureOutput(Nothing), graph, images, layer.FeatureName);
        Assert.Equal([3, layer.Features], shape);
        (float[] weights, float[] bias) = Added(layer.Features, half: true);
        (float[] logits, _) = Run(layer.Widen(weights, bias, "maps", Nothing, Source), graph, images, "logits");
        float[] allWeights = [.. layer.Weights, .. weights];
        float[] allBias = [.. layer.Bias, .. bias];
        for (int i = 0; i < 3; i++)
        {
            for (int u = 0; u < 14; u++)
            {
                double sum = allBias[u];
                for (int f = 0; f < layer.Features; f++)
                {
                    sum += (double)allWeights[(u * layer.Features) + f] * features[(i * layer.Features) + f];
                }

                Assert.Equal(sum, logits[(i * 14) + u], 1e-3);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Reads_a_product_and_a_sum_and_weights_with_the_features_first(bool gemm)
    {
        // Two features, three units: logits = x · [[1, 2, 3], [4, 5, 6]] + [0.1, 0.2, 0.3].
        var builder = new OnnxBuilder().Weights("w", [2, 3], [1, 2, 3, 4, 5, 6]).Weights("b", [3], [0.1f, 0.2f, 0.3f]);
        byte[] file = Finished(
            gemm
                ? builder.Node("Gemm", ["x", "w", "b"], "logits")
                : builder.Node("MatMul", ["x", "w"], "p").Node("Add", ["b", "p"], "logits")
        );
        OnnxLastLayer layer = OnnxLastLayer.Find(file, "logits", Source);
        Assert.Equal(("x", 2, 3), (layer.FeatureName, layer.Features, layer.Units));
        Assert.Equal([1, 4, 2, 5, 3, 6], layer.Weights);
        byte[] wide = layer.Widen([7, 8], [0.4f], null, new Dictionary<string, string> { ["k"] = "v" }, Source);
        using InferenceSession session = OnnxModel.Open(wide);
        Assert.Equal("v", session.ModelMetadata.CustomMetadataMap["k"]);
        using var results = session.Run([
            NamedOnnxValue.CreateFromTensor("x", new DenseTensor<float>(new float[] { 1, 10 }, [1, 2])),
        ]);
        float[] expected = [41.1f, 52.2f, 63.3f, 87.4f];
        Check.All(results[0].AsTensor<float>().Zip(expected), p => Assert.Equal(p.Second, p.First, 1e-4));
    }

    [Fact]
    public void A_file_without_a_dense_layer_at_its_end_is_an_error()
    {
        OnnxBuilder Weights() => new OnnxBuilder().Weights("w", [2, 3], new float[6]).Weights("b", [3], new float[3]);
        Fails(
            Weights().Node("Gemm", ["x", "w", "b"], "z").Node("Softmax", ["z"], "logits"),
            "the output 'logits' comes from Softmax"
        );
        Fails(Weights().Node("Gemm", ["x", "w", "b"], "other"), "no node computes the output 'logits'");
        Fails(Weights().Node("Gemm", ["x", "w", "b"], "logits", ("alpha", 0.5f)), "Gemm '' has transA, alpha or beta");
        Fails(Weights().Node("Gemm", ["x", "v", "b"], "logits"), "'v' of the last layer is not a constant");
        Fails(Weights().Node("Gemm", ["x", "w"], "logits"), "'bias' of the last layer is not a constant");
        Fails(
            Weights().Node("Add", ["x", "b"], "logits"),
            "the output 'logits' comes from Add '', which adds to no MatMul"
        );
        NetworkException error = Assert.Throws<NetworkException>(() =>
            OnnxLastLayer.Find([1, 2, 3, 4], "logits", Source)
        );
        Assert.StartsWith("m.onnx: not an ONNX model", error.Message, StringComparison.Ordinal);

        static void Fails(OnnxBuilder model, string expected)
        {
            NetworkException error = Assert.Throws<NetworkException>(() =>
                OnnxLastLayer.Find(Finished(model), "logits", Source)
            );
            Assert.StartsWith($"{Source}: {expected}", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Maps_with_weights_of_their_own_cannot_be_widened()
    {
        NetworkGraph graph = NetworkGraph.Build(RegisteredNetworks.Get("tiny"));
        OnnxLastLayer layer = OnnxLastLayer.Find(Export(graph, half: false), "logits", Source);
        (float[] weights, float[] bias) = Added(layer.Features, half: false);
        Assert.Throws<NetworkException>(() => layer.Widen(weights, bias, "logits", Nothing, Source));
    }

    private static byte[] Export(NetworkGraph graph, bool half) =>
        OnnxModel.Export(
            graph,
            OnnxModel.RandomWeights(graph, 3),
            new OnnxExportOptions { HalfPrecisionWeights = half, MapsOutputName = "maps" }
        );

    private static (float[] Weights, float[] Bias) Added(int features, bool half)
    {
        var random = new Random(8);
        float[] weights = [.. Enumerable.Range(0, 7 * features).Select(_ => random.NextSingle() - 0.5f)];
        return (
            half ? [.. weights.Select(w => (float)(Half)w)] : weights,
            [.. Enumerable.Range(0, 7).Select(_ => random.NextSingle())]
        );
    }

    private static byte[] Finished(OnnxBuilder builder) => builder.Input("x", -1, 2).Output("logits", -1, 3).Build();

    private static (float[] Values, int[] Shape) Run(byte[] file, NetworkGraph graph, float[] images, string output)
    {
        using InferenceSession session = OnnxModel.Open(file);
        int count = images.Length / (int)graph.Input.Elements;
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(
            [
                NamedOnnxValue.CreateFromTensor(
                    "image",
                    new DenseTensor<float>(images, [count, 1, graph.Input.Height, graph.Input.Width])
                ),
            ],
            [output]
        );
        Tensor<float> values = results.Single().AsTensor<float>();
        return ([.. values], values.Dimensions.ToArray());
    }
}
