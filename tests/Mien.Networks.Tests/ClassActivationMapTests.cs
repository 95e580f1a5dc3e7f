using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Mien.Networks.Tests;

public class ClassActivationMapTests
{
    private const string Maps = "maps";
    private const string Layers = """
        { "type": "conv", "filters": 6, "stride": 2 }, { "type": "batchNorm" }, { "type": "relu" },
        { "type": "residual", "body": [ { "type": "conv", "filters": 8, "stride": 2 }, { "type": "batchNorm" },
          { "type": "squeezeExcitation", "reduction": 4 } ] },
        { "type": "globalAveragePool" }, { "type": "dropout", "rate": 0.3 }, { "type": "dense", "units": 7 }
        """;

    private static readonly OnnxExportOptions WithMaps = new() { MapsOutputName = Maps };

    public static TheoryData<bool, bool, bool> Ways =>
        new()
        {
            { true, true, false },
            { false, false, false },
            { true, true, true },
            { false, true, true },
        };

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_mean_of_a_map_plus_the_bias_is_the_logit(bool fold, bool optimise, bool half)
    {
        NetworkGraph graph = Networks.Layers(Layers, height: 20, width: 28);
        NetworkWeights weights = OnnxModel.RandomWeights(graph, 1);
        using InferenceSession session = OnnxModel.Open(
            OnnxModel.Export(graph, weights, WithMaps with { FoldBatchNorm = fold, HalfPrecisionWeights = half }),
            optimise
        );
        float[] images = OnnxModel.RandomImages(graph, 3, 2);
        float[] logits = OnnxModel.Run(session, graph, images);
        float[] maps = RunMaps(session, graph, images);

        Assert.Equal(new TensorShape(7, 5, 7), graph.ClassMaps!.Shape);
        OnnxModel.AssertClose(MeansAndBiases(graph, weights, maps), logits, 1e-5, 1e-5);

        // Otherwise a constant would pass too.
        Assert.True(maps.Chunk(35).All(m => m.Max() - m.Min() > 0.01f), "A map is flat.");
    }

    [Fact]
    public void With_exactly_representable_numbers_the_mean_plus_the_bias_is_exactly_the_logit()
    {
        // Halves and quarters, and 4×8 locations: no sum is rounded.
        NetworkGraph graph = Networks.Layers(
            """{ "type": "maxPool" }, { "type": "globalAveragePool" }, { "type": "dense", "units": 7 }""",
            channels: 4,
            height: 8,
            width: 16
        );
        var random = new Random(3);
        var weights = new NetworkWeights { ["dense1.weight"] = Quarters(28), ["dense1.bias"] = Quarters(7) };
        using InferenceSession session = OnnxModel.Open(OnnxModel.Export(graph, weights, WithMaps));
        float[] images = Quarters(2 * (int)graph.Input.Elements);

        Assert.Equal(
            OnnxModel.Run(session, graph, images).Select(v => (double)v),
            MeansAndBiases(graph, weights, RunMaps(session, graph, images))
        );

        float[] Quarters(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(-16, 17) / 4f)];
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_logits_do_not_change_and_the_weights_are_stored_once(bool half)
    {
        NetworkGraph graph = Networks.Layers(Layers);
        NetworkWeights weights = OnnxModel.RandomWeights(graph, 1);
        var plain = new OnnxExportOptions { HalfPrecisionWeights = half };
        GraphProto without = ModelProto.Parser.ParseFrom(OnnxModel.Export(graph, weights, plain)).Graph;
        GraphProto with = ModelProto
            .Parser.ParseFrom(OnnxModel.Export(graph, weights, plain with { MapsOutputName = Maps }))
            .Graph;

        Assert.Equal(["logits", Maps], with.Output.Select(o => o.Name));
        Assert.Equal(without.Output[0], with.Output[0]);
        Assert.Equal(without.Node, with.Node.Take(without.Node.Count));
        Assert.Equal(["Unsqueeze", "Conv"], with.Node.Skip(without.Node.Count).Select(n => n.OpType));
        Assert.Equal(
            ["dense1.mapAxes"],
            with.Initializer.Select(i => i.Name).Except(without.Initializer.Select(i => i.Name))
        );
        IEnumerable<string> names = with.Node.Select(n => n.Name);
        Assert.Equal(names.Count(), names.Distinct().Count());
    }

    [Theory]
    [InlineData("""{ "type": "flatten" }, { "type": "dense", "units": 7 }""")]
    [InlineData(
        """{ "type": "globalAveragePool" }, { "type": "dense", "units": 9 }, { "type": "dense", "units": 7 }"""
    )]
    [InlineData("""{ "type": "globalAveragePool" }, { "type": "dense", "units": 7 }, { "type": "relu" }""")]
    [InlineData("""{ "type": "globalAveragePool" }, { "type": "relu" }, { "type": "dense", "units": 7 }""")]
    [InlineData("""{ "type": "conv", "filters": 7 }, { "type": "globalAveragePool" }""")]
    public void Networks_with_another_ending_get_no_maps(string layers)
    {
        NetworkGraph graph = Networks.Layers(layers);
        NetworkWeights weights = OnnxModel.RandomWeights(graph, 1);

        Assert.Null(graph.ClassMaps);
        Assert.Equal(OnnxModel.Export(graph, weights), OnnxModel.Export(graph, weights, WithMaps));
    }

    [Theory]
    // 'Same' pads half a window on each side, so the first window is centred on the first pixel for every stride.
    [InlineData(
        """{ "type": "conv", "filters": 3, "kernel": 5, "stride": 2 }, { "type": "residual","""
            + """ "body": [ { "type": "conv", "filters": 3, "stride": 2 } ] }, { "type": "relu" }""",
        0,
        0,
        4
    )]
    [InlineData("""{ "type": "maxPool" }, { "type": "maxPool" }""", 1.5, 1.5, 4)]
    [InlineData(
        """{ "type": "conv", "filters": 3, "padding": "valid" }, { "type": "maxPool" }, { "type": "conv","""
            + """ "filters": 3, "padding": "valid" }""",
        3.5,
        3.5,
        2
    )]
    [InlineData("""{ "type": "maxPool" }, { "type": "zeroPad", "top": 1, "left": 2 }""", -1.5, -3.5, 2)]
    [InlineData("""{ "type": "conv", "filters": 3, "kernel": 3, "stride": 2, "padding": "sameUpper" }""", 1, 1, 2)]
    public void The_maps_give_the_centres_of_their_windows_in_the_image(
        string layers,
        double top,
        double left,
        int step
    )
    {
        NetworkGraph graph = Networks.Layers(
            $$"""{{layers}}, { "type": "globalAveragePool" }, { "type": "dense", "units": 7 },"""
                + $$""" { "type": "dropout", "rate": 0.1 }""",
            height: 16,
            width: 16
        );
        ClassActivationMaps maps = graph.ClassMaps!;

        Assert.Equal((top, left, step), (maps.Top, maps.Left, maps.Step));
    }

    [Fact]
    public void The_maps_cost_few_MACs()
    {
        NetworkGraph graph = Networks.Layers(Layers, height: 48, width: 48);

        Assert.Equal(7 * 8 * 12 * 12, graph.ClassMaps!.Macs);
        Assert.InRange(graph.ClassMaps.Macs, 1, graph.Macs / 10);
        Assert.Equal(graph.Nodes.Sum(n => n.Macs), graph.Macs);
    }

    [Theory]
    [InlineData("a.b", "MapsOutputName is 'a.b', expected letters, digits and underscores.")]
    [InlineData("logits", "Class activation maps and output are both named 'logits', expected two names.")]
    [InlineData("image", "Class activation maps and input are both named 'image', expected two names.")]
    public void Invalid_names_are_rejected(string name, string message)
    {
        NetworkGraph graph = Networks.Layers(Layers);
        var error = Assert.Throws<ArgumentException>(() =>
            OnnxModel.Export(graph, OnnxModel.RandomWeights(graph, 1), new OnnxExportOptions { MapsOutputName = name })
        );
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    private static float[] RunMaps(InferenceSession session, NetworkGraph graph, float[] images)
    {
        TensorShape shape = graph.Input;
        int count = images.Length / (int)shape.Elements;
        var tensor = new DenseTensor<float>(images, [count, shape.Channels, shape.Height, shape.Width]);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(
            [NamedOnnxValue.CreateFromTensor("image", tensor)],
            [Maps]
        );
        Tensor<float> maps = results.Single().AsTensor<float>();
        TensorShape expected = graph.ClassMaps!.Shape;
        Assert.Equal([count, graph.Outputs, expected.Height, expected.Width], maps.Dimensions.ToArray());
        return [.. maps];
    }

    private static double[] MeansAndBiases(NetworkGraph graph, NetworkWeights weights, float[] maps)
    {
        float[] bias = weights["dense1.bias"];
        int places = graph.ClassMaps!.Shape.Height * graph.ClassMaps.Shape.Width;
        return [.. maps.Chunk(places).Select((map, i) => map.Average(v => (double)v) + bias[i % bias.Length])];
    }
}
