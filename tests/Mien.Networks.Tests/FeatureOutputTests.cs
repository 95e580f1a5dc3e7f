using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Mien.Networks.Tests;

public class FeatureOutputTests
{
    private const string Features = "features";
    private static readonly Dictionary<string, string> Nothing = [];

    public static TheoryData<string> Registered => [.. RegisteredNetworks.Names];

    [Theory]
    [MemberData(nameof(Registered))]
    public void The_exported_features_give_the_logits_and_the_other_outputs_stay_as_they_are(string name)
    {
        NetworkGraph graph = NetworkGraph.Build(RegisteredNetworks.Get(name));
        NetworkWeights weights = OnnxModel.RandomWeights(graph, 4);
        var plain = new OnnxExportOptions { HalfPrecisionWeights = true, MapsOutputName = "maps" };
        byte[] before = OnnxModel.Export(graph, weights, plain);
        byte[] after = OnnxModel.Export(graph, weights, plain with { FeaturesOutputName = Features });
        float[] images = OnnxModel.RandomImages(graph, 3, 9);

        var layer = OnnxLastLayer.Find(after, "logits", "m");
        Assert.Equal((Features, graph.FeatureCount), (layer.FeatureName, layer.Features));
        float[] logits = Run(after, graph, images, "logits");
        Assert.Equal(Run(before, graph, images, "logits"), logits);
        if (graph.ClassMaps is not null)
        {
            Assert.Equal(Run(before, graph, images, "maps"), Run(after, graph, images, "maps"));
        }

        float[][] features = [.. Run(after, graph, images, Features).Chunk(layer.Features)];
        double[] expected =
        [
            .. features.SelectMany(x =>
                layer.Bias.Select(
                    (b, u) => b + x.Select((v, f) => (double)v * layer.Weights[(u * layer.Features) + f]).Sum()
                )
            ),
        ];
        OnnxModel.AssertClose(expected, logits, 1e-3, 1e-3);

        // Adding the output to the file without it gives the same features.
        Assert.Equal(
            Run(after, graph, images, Features),
            Run(OnnxLastLayer.Find(before, "logits", "m").WithFeatures(Features, Nothing, "m"), graph, images, Features)
        );
    }

    [Fact]
    public void A_network_that_does_not_end_in_a_dense_layer_has_none()
    {
        NetworkGraph graph = Networks.Layers(
            """{ "type": "flatten" }, { "type": "dense", "units": 7 }, { "type": "sigmoid" }"""
        );
        Assert.Equal(0, graph.FeatureCount);
        using InferenceSession session = OnnxModel.Open(
            OnnxModel.Export(
                graph,
                OnnxModel.RandomWeights(graph, 1),
                new OnnxExportOptions { FeaturesOutputName = Features }
            )
        );
        Assert.Equal(["logits"], session.OutputNames);
    }

    [Theory]
    [InlineData("logits", "Features and output are both named 'logits', expected two names.")]
    [InlineData("image", "Features and input are both named 'image', expected two names.")]
    [InlineData("maps", "Class activation maps and features are both named 'maps', expected two names.")]
    [InlineData("a.b", "FeaturesOutputName is 'a.b', expected letters, digits and underscores.")]
    public void A_name_that_is_taken_is_an_error(string name, string expected)
    {
        NetworkGraph graph = NetworkGraph.Build(RegisteredNetworks.Get("tiny"));
        var error = Assert.Throws<ArgumentException>(() =>
            OnnxModel.Export(
                graph,
                OnnxModel.RandomWeights(graph, 1),
                new OnnxExportOptions { MapsOutputName = "maps", FeaturesOutputName = name }
            )
        );
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Features_that_cannot_be_renamed_get_a_second_name()
    {
        // The input itself is what the dense layer takes.
        byte[] file = new OnnxBuilder()
            .Input("x", -1, 2)
            .Weights("w", [2, 3], [1, 2, 3, 4, 5, 6])
            .Weights("b", [3], [0, 0, 0])
            .Node("Gemm", ["x", "w", "b"], "logits")
            .Output("logits", -1, 3)
            .Build();
        byte[] with = OnnxLastLayer.Find(file, "logits", "m").WithFeatures(Features, Nothing, "m");
        using InferenceSession session = OnnxModel.Open(with);
        using var results = session.Run(
            [NamedOnnxValue.CreateFromTensor("x", new DenseTensor<float>(new float[] { 1, 10 }, [1, 2]))],
            [Features, "logits"]
        );
        Assert.Equal([1, 10], results[0].AsTensor<float>());
        Assert.Equal([41, 52, 63], results[1].AsTensor<float>());

        var error = Assert.Throws<NetworkException>(() =>
            OnnxLastLayer.Find(with, "logits", "m").WithFeatures(Features, Nothing, "m")
        );
        Assert.Contains("already has a tensor 'features'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(14)]
    [InlineData(18)]
    public void The_distance_is_that_to_the_nearest_centre_whatever_the_operator_set(int version)
    {
        byte[] file = new OnnxBuilder()
            .Input("x", -1, 2)
            .Node("Identity", ["x"], "logits")
            .Output("logits", -1, 2)
            .Build();
        var model = ModelProto.Parser.ParseFrom(file);
        model.OpsetImport[0].Version = version;
        OnnxDistance.Add(model, "x", "distance", [1, 1, -3, 0], [0.2f, 0.4f], [2, 0.5f]);
        using (InferenceSession session = OnnxModel.Open(OnnxLastLayer.Bytes(model, Nothing)))
        {
            using var results = session.Run(
                [
                    NamedOnnxValue.CreateFromTensor(
                        "x",
                        new DenseTensor<float>(new float[] { 3, 4, 30, 40, -5, 0, 0, 0 }, [4, 2])
                    ),
                ],
                ["distance"]
            );
            // With a mean square of 1 the rows are (0.6, 0.8)·√2 twice, (−√2, 0) and (0, 0).
            double root = Math.Sqrt(2);
            double[] expected =
            [
                Nearest(0.6 * root, 0.8 * root),
                Nearest(0.6 * root, 0.8 * root),
                Nearest(-root, 0),
                Nearest(0, 0),
            ];
            float[] distances = [.. results[0].AsTensor<float>()];
            Check.All(distances.Zip(expected), p => Assert.Equal(p.Second, p.First, 1e-3 * Math.Max(1, p.Second)));
        }

        OnnxDistance.Remove(model, "distance");
        using InferenceSession without = OnnxModel.Open(OnnxLastLayer.Bytes(model, Nothing));
        Assert.Equal(["logits"], without.OutputNames);
        Assert.Empty(model.Graph.Initializer);

        static double Nearest(double u, double v)
        {
            (double x, double y) = ((u - 0.2) * 2, (v - 0.4) * 0.5);
            return Math.Min(Far(x - 1, y - 1), Far(x + 3, y));
        }

        static double Far(double x, double y) => Math.Sqrt(((x * x) + (y * y)) / 2);
    }

    [Fact]
    public void Weights_that_other_nodes_use_are_not_replaced()
    {
        byte[] file = new OnnxBuilder()
            .Input("x", -1, 2)
            .Weights("w", [2, 2], [1, 2, 3, 4])
            .Weights("b", [2], [0, 0])
            .Node("MatMul", ["x", "w"], "hidden")
            .Node("Gemm", ["hidden", "w", "b"], "logits")
            .Output("logits", -1, 2)
            .Build();
        var layer = OnnxLastLayer.Find(file, "logits", "m");
        var error = Assert.Throws<NetworkException>(() => layer.Replace(new float[6], new float[3], null, "m"));
        Assert.Contains("is used by other nodes too", error.Message, StringComparison.Ordinal);
    }

    private static float[] Run(byte[] file, NetworkGraph graph, float[] images, string output)
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
        return [.. results.Single().AsTensor<float>()];
    }
}
