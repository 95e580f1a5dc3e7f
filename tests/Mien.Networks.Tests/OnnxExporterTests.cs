using System.Text;
using Microsoft.ML.OnnxRuntime;

namespace Mien.Networks.Tests;

public class OnnxExporterTests
{
    private const string Head = """{ "type": "globalAveragePool" }, { "type": "dense", "units": 3 }""";

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Every_layer_type_equals_plain_loops(bool fold, bool optimise) =>
        OnnxModel.AssertSameAsReference(EveryLayer.Graph(), new OnnxExportOptions { FoldBatchNorm = fold }, optimise);

    public static TheoryData<string> Registered => [.. RegisteredNetworks.Names];

    [Theory]
    [MemberData(nameof(Registered))]
    public void Registered_networks_equal_plain_loops(string name) =>
        OnnxModel.AssertSameAsReference(
            NetworkGraph.Build(RegisteredNetworks.Get(name)),
            images: name == "deep" ? 1 : 2
        );

    // Cases that the network with every layer cannot cover at once. Run without the runtime's own optimisations, so
    // that each operator runs as written.
    [Theory]
    [InlineData(
        """{ "type": "conv", "filters": 4, "kernel": 2 }, { "type": "maxPool", "size": 2, "padding": "same" }"""
    )]
    [InlineData("""{ "type": "conv", "filters": 6, "kernel": 4, "stride": 3, "groups": 3 }""")]
    [InlineData(
        """{ "type": "conv", "filters": 4, "padding": "valid", "stride": 2 }, { "type": "averagePool","""
            + """ "size": 2, "stride": 1, "padding": "same" }"""
    )]
    [InlineData("""{ "type": "depthwiseConv", "kernel": 5, "stride": 3, "multiplier": 3 }""")]
    [InlineData("""{ "type": "maxPool", "size": 5, "stride": 3, "padding": "same" }""")]
    [InlineData("""{ "type": "averagePool", "size": 4, "stride": 3 }""")]
    [InlineData(
        """{ "type": "conv", "filters": 4, "kernel": 3, "stride": 2, "padding": "sameUpper" },"""
            + """ { "type": "maxPool", "size": 3, "stride": 2, "padding": "sameUpper" }"""
    )]
    [InlineData(
        """{ "type": "averagePool", "size": 4, "stride": 3, "padding": "sameUpper" },"""
            + """ { "type": "depthwiseConv", "kernel": 2, "padding": "sameUpper" }"""
    )]
    [InlineData(
        """{ "type": "zeroPad", "top": 2, "left": 1, "right": 3 }, { "type": "conv", "filters": 4,"""
            + """ "padding": "valid", "stride": 2 }, { "type": "prelu", "perValue": true }"""
    )]
    [InlineData(
        """{ "type": "globalAveragePool" }, { "type": "prelu" }, { "type": "selu" }, { "type": "concat","""
            + """ "inputs": ["prelu1", "selu1"] }, { "type": "prelu", "perValue": true }, { "type": "dense","""
            + """ "units": 3 }, { "type": "relu6" }"""
    )]
    [InlineData("""{ "type": "batchNorm", "epsilon": 0.5 }""")]
    [InlineData("""{ "type": "squeezeExcitation", "reduction": 100 }""")]
    [InlineData("""{ "type": "add", "inputs": ["input", "input", "input", "input"] }""")]
    [InlineData(
        """{ "type": "residual", "body": [ { "type": "residual", "body": [ { "type": "conv", "filters": 5,"""
            + """ "stride": 4, "kernel": 7 }, { "type": "batchNorm" } ] } ] }"""
    )]
    public void Odd_sizes_strides_and_groups_equal_plain_loops(string layers) =>
        OnnxModel.AssertSameAsReference(
            Networks.Layers(
                layers.Contains("globalAveragePool", StringComparison.Ordinal) ? layers : $"{layers}, {Head}",
                channels: 3,
                height: 13,
                width: 10
            ),
            optimise: false
        );

    [Theory]
    // Directly after a convolution or dense layer, also with a dropout between, and one norm after another.
    [InlineData("""{ "type": "conv", "filters": 4 }, { "type": "batchNorm" }""", 0)]
    [InlineData(
        """{ "type": "conv", "filters": 4, "bias": false, "groups": 2 }, { "type": "dropout", "rate": 0.5 },"""
            + """ { "type": "batchNorm" }""",
        0
    )]
    [InlineData(
        """{ "type": "depthwiseConv", "multiplier": 2 }, { "type": "batchNorm" }, { "type": "batchNorm","""
            + """ "epsilon": 0.1 }""",
        0
    )]
    // Not after other layers.
    [InlineData("""{ "type": "batchNorm" }""", 1)]
    [InlineData("""{ "type": "conv", "filters": 4 }, { "type": "relu" }, { "type": "batchNorm" }""", 1)]
    [InlineData("""{ "type": "maxPool" }, { "type": "batchNorm" }, { "type": "batchNorm" }""", 2)]
    // Not if the layer's output is also used without the norm: here by an add, through a dropout, by two norms.
    [InlineData(
        """{ "type": "conv", "name": "c", "filters": 4 }, { "type": "batchNorm" }, { "type": "add","""
            + """ "inputs": ["c", "batchNorm1"] }""",
        1
    )]
    [InlineData(
        """{ "type": "conv", "name": "c", "filters": 4 }, { "type": "dropout", "rate": 0.1 },"""
            + """ { "type": "batchNorm", "inputs": ["c"] }, { "type": "add", "inputs": ["dropout1", "batchNorm1"] }""",
        1
    )]
    [InlineData(
        """{ "type": "conv", "name": "c", "filters": 4 }, { "type": "batchNorm", "name": "x" },"""
            + """ { "type": "batchNorm", "name": "y", "inputs": ["c"] }, { "type": "add", "inputs": ["x", "y"] }""",
        2
    )]
    [InlineData(
        """{ "type": "conv", "filters": 4 }, { "type": "batchNorm", "name": "x" }, { "type": "batchNorm","""
            + """ "name": "y" }, { "type": "add", "inputs": ["x", "y"] }""",
        1
    )]
    public void Batch_norm_is_folded_if_nothing_else_takes_its_input(string layers, int left)
    {
        NetworkGraph graph = Networks.Layers($"{layers}, {Head}", channels: 2, height: 5, width: 6);
        Assert.Equal(left, Operators(graph, new OnnxExportOptions()).Count(o => o == "BatchNormalization"));
        OnnxModel.AssertSameAsReference(graph);
        OnnxModel.AssertSameAsReference(graph, new OnnxExportOptions { FoldBatchNorm = false }, optimise: false);
    }

    [Fact]
    public void Batch_norm_can_be_kept_and_dropout_never_is()
    {
        NetworkGraph graph = Networks.Layers(
            """
            { "type": "conv", "filters": 4 }, { "type": "batchNorm" }, { "type": "relu" }, { "type": "maxPool" },
              { "type": "dropout", "rate": 0.25 },
            { "type": "flatten" }, { "type": "dense", "units": 5 }, { "type": "batchNorm" }, { "type": "tanh" },
              { "type": "dropout", "rate": 0.25 },
            { "type": "dense", "units": 3 }
            """
        );
        Assert.Equal(
            ["Conv", "Relu", "MaxPool", "Flatten", "Gemm", "Tanh", "Gemm"],
            Operators(graph, new OnnxExportOptions())
        );
        Assert.Equal(
            ["Conv", "BatchNormalization", "Relu", "MaxPool", "Flatten", "Gemm", "BatchNormalization", "Tanh", "Gemm"],
            Operators(graph, new OnnxExportOptions { FoldBatchNorm = false })
        );
    }

    [Theory]
    [InlineData(
        """{ "type": "globalAveragePool" }, { "type": "dense", "units": 3 }, { "type": "dropout","""
            + """ "rate": 0.5 }, { "type": "dropout", "rate": 0.5 }"""
    )]
    [InlineData("""{ "type": "globalAveragePool" }, { "type": "dense", "units": 3 }, { "type": "batchNorm" }""")]
    [InlineData(
        """{ "type": "globalAveragePool" }, { "type": "dense", "name": "d", "units": 3 },"""
            + """ { "type": "relu" }, { "type": "add", "inputs": ["d", "relu1"] }"""
    )]
    public void The_output_has_its_name_for_every_last_layer(string layers) =>
        OnnxModel.AssertSameAsReference(Networks.Layers(layers, channels: 5));

    [Fact]
    public void The_file_contains_metadata_names_and_versions()
    {
        NetworkGraph graph = EveryLayer.Graph();
        var options = new OnnxExportOptions
        {
            Metadata = new Dictionary<string, string> { ["mien.contract"] = "{\"name\":\"größe 😀\"}", ["empty"] = "" },
            InputName = "pixels",
            OutputName = "scores",
            ProducerName = "mien-lab",
            ProducerVersion = "9.8.7",
        };
        byte[] file = OnnxModel.Export(graph, OnnxModel.RandomWeights(graph, 1), options);
        using InferenceSession session = OnnxModel.Open(file);
        Assert.Equal(options.Metadata, session.ModelMetadata.CustomMetadataMap);
        Assert.Equal("every", session.ModelMetadata.GraphName);
        Assert.Equal("One of each.", session.ModelMetadata.GraphDescription);
        Assert.Equal("mien-lab", session.ModelMetadata.ProducerName);

        NodeMetadata input = session.InputMetadata["pixels"];
        Assert.Equal([-1, 2, 17, 19], input.Dimensions);
        Assert.Equal("N", input.SymbolicDimensions[0]);
        Assert.Equal(typeof(float), input.ElementType);
        NodeMetadata output = session.OutputMetadata["scores"];
        Assert.Equal([-1, 7], output.Dimensions);
        Assert.Equal("N", output.SymbolicDimensions[0]);
        Assert.Equal(7, OnnxModel.Run(session, graph, OnnxModel.RandomImages(graph, 1, 2), "pixels", "scores").Length);

        ModelProto model = ModelProto.Parser.ParseFrom(file);
        Assert.Equal(OnnxExporter.FormatVersion, model.IrVersion);
        Assert.Equal(OnnxExporter.OperatorSetVersion, Assert.Single(model.OpsetImport).Version);
        Assert.Equal("9.8.7", model.ProducerVersion);
        IEnumerable<string> names = model
            .Graph.Node.SelectMany(n => n.Output)
            .Concat(model.Graph.Initializer.Select(i => i.Name));
        Assert.Equal(names.Count(), names.Distinct().Count());
        Assert.Equal(model.Graph.Node.Count, model.Graph.Node.Select(n => n.Name).Distinct().Count());
    }

    [Fact]
    public void A_batch_gives_the_same_rows_as_single_images()
    {
        NetworkGraph graph = EveryLayer.Graph();
        using InferenceSession session = OnnxModel.Open(OnnxModel.Export(graph, OnnxModel.RandomWeights(graph, 3)));
        float[] images = OnnxModel.RandomImages(graph, 3, 4);
        float[] together = OnnxModel.Run(session, graph, images);
        double[] alone =
        [
            .. images
                .Chunk((int)graph.Input.Elements)
                .SelectMany(i => OnnxModel.Run(session, graph, i))
                .Select(v => (double)v),
        ];
        OnnxModel.AssertClose(alone, together, 1e-5, 1e-5);
    }

    [Fact]
    public void The_same_input_gives_the_same_bytes()
    {
        NetworkGraph graph = EveryLayer.Graph();
        byte[] first = OnnxModel.Export(
            graph,
            OnnxModel.RandomWeights(graph, 1),
            new OnnxExportOptions
            {
                Metadata = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" },
            }
        );
        byte[] again = OnnxModel.Export(
            EveryLayer.Graph(),
            OnnxModel.RandomWeights(graph, 1),
            new OnnxExportOptions
            {
                Metadata = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" },
            }
        );
        Assert.Equal(first, again);
        Assert.NotEqual(
            first,
            OnnxModel.Export(
                graph,
                OnnxModel.RandomWeights(graph, 2),
                new OnnxExportOptions
                {
                    Metadata = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" },
                }
            )
        );
    }

    [Fact]
    public void Half_precision_halves_the_file_and_barely_changes_the_result()
    {
        NetworkGraph graph = NetworkGraph.Build(RegisteredNetworks.Get("shallow"));
        NetworkWeights weights = OnnxModel.RandomWeights(graph, 1);
        byte[] full = OnnxModel.Export(graph, weights);
        byte[] half = OnnxModel.Export(graph, weights, new OnnxExportOptions { HalfPrecisionWeights = true });
        Assert.InRange(half.Length, 0.49 * full.Length, 0.51 * full.Length);

        float[] images = OnnxModel.RandomImages(graph, 2, 2);
        using InferenceSession fullSession = OnnxModel.Open(full);
        using InferenceSession halfSession = OnnxModel.Open(half);
        float[] actual = OnnxModel.Run(halfSession, graph, images);
        double[] expected = [.. OnnxModel.Run(fullSession, graph, images).Select(v => (double)v)];
        OnnxModel.AssertClose(expected, actual, 0.01, 0.01);
        Assert.NotEqual(expected, actual.Select(v => (double)v));
    }

    [Fact]
    public void Half_precision_is_exact_for_float16_weights_and_skips_larger_values()
    {
        NetworkGraph graph = Networks.Layers(
            $$"""{ "type": "conv", "filters": 4 }, { "type": "relu" }, { "type": "conv", "filters": 3 }, {{Head}}"""
        );
        NetworkWeights weights = OnnxModel.RandomWeights(graph, 1);
        foreach (string name in weights.Names.ToList())
        {
            weights[name] = [.. weights[name].Select(w => (float)(Half)w)];
        }

        weights["conv2.weight"][5] = 70000;
        var options = new OnnxExportOptions { HalfPrecisionWeights = true };
        Assert.Equal(
            ["conv1.weight.half", "dense1.weight.half"],
            Model(graph, weights, options)
                .Graph.Initializer.Where(i => i.DataType == (int)TensorProto.Types.DataType.Float16)
                .Select(i => i.Name)
        );

        float[] images = OnnxModel.RandomImages(graph, 2, 2);
        using InferenceSession full = OnnxModel.Open(OnnxModel.Export(graph, weights));
        using InferenceSession half = OnnxModel.Open(OnnxModel.Export(graph, weights, options));
        Assert.Equal(OnnxModel.Run(full, graph, images), OnnxModel.Run(half, graph, images));
    }

    [Fact]
    public void Mismatched_weights_are_named_and_nothing_is_written()
    {
        NetworkGraph graph = Networks.Layers(
            $$"""{ "type": "conv", "filters": 4 }, { "type": "batchNorm" }, {{Head}}"""
        );
        void Refused(Action<NetworkWeights> change, string message, string? layer)
        {
            NetworkWeights weights = OnnxModel.RandomWeights(graph, 1);
            change(weights);
            using var stream = new MemoryStream();
            var error = Assert.Throws<NetworkException>(() => OnnxExporter.Write(graph, weights, stream));
            Assert.Equal("Network 'test'" + message, error.Message);
            Assert.Equal(layer, error.Layer);
            Assert.Equal(0, stream.Length);
        }

        Refused(
            w => w["conv1.weight"] = new float[35],
            ", layer 'conv1': 'conv1.weight' has 35 values, expected 36 values (4×1×3×3). They belong to "
                + "another network.",
            "conv1"
        );
        Refused(
            w => w["conv7.weight"] = new float[3],
            " has no layer for the weights 'conv7.weight'. They belong to another network.",
            null
        );
        Refused(
            w => w["conv1.weight"][3] = float.NaN,
            ", layer 'conv1': value 3 of 'conv1.weight' is NaN, expected a finite number. The training "
                + "diverged, or a batch norm's variance is negative.",
            "conv1"
        );
        // A negative variance makes the folded weights of its channel NaN: the second filter begins at value 9.
        Refused(
            w => w["batchNorm1.runningVariance"][1] = -1,
            ", layer 'conv1': value 9 of 'conv1.weight' is NaN, expected a finite number. The training "
                + "diverged, or a batch norm's variance is negative.",
            "conv1"
        );

        var none = Assert.Throws<NetworkException>(() => OnnxModel.Export(graph, new NetworkWeights()));
        Assert.Equal(
            "Network 'test', layer 'conv1': the weights 'conv1.weight' are missing, expected 36 values (4×1×3×3). "
                + "They belong to another network.",
            none.Message
        );
        Assert.Equal(
            "The weights 'x' are missing; these weights belong to another network.",
            Assert.Throws<NetworkException>(() => new NetworkWeights()["x"]).Message
        );
    }

    [Theory]
    [InlineData("a.b", "logits", "InputName is 'a.b', expected letters, digits and underscores.")]
    [InlineData("image", "", "OutputName is '', expected letters, digits and underscores.")]
    [InlineData("same", "same", "Input and output are both named 'same', expected two names.")]
    public void Invalid_names_are_rejected(string input, string output, string message)
    {
        NetworkGraph graph = Networks.Layers(Head);
        var error = Assert.Throws<ArgumentException>(() =>
            OnnxModel.Export(
                graph,
                OnnxModel.RandomWeights(graph, 1),
                new OnnxExportOptions { InputName = input, OutputName = output }
            )
        );
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_is_written_from_its_position_and_left_open()
    {
        NetworkGraph graph = Networks.Layers(Head);
        using var stream = new MemoryStream();
        stream.Write(Encoding.ASCII.GetBytes("abc"));
        OnnxExporter.Write(graph, OnnxModel.RandomWeights(graph, 1), stream);
        Assert.True(stream.CanWrite);
        Assert.Equal(OnnxModel.Export(graph, OnnxModel.RandomWeights(graph, 1)), stream.ToArray()[3..]);
    }

    private static ModelProto Model(NetworkGraph graph, NetworkWeights weights, OnnxExportOptions options) =>
        ModelProto.Parser.ParseFrom(OnnxModel.Export(graph, weights, options));

    private static List<string> Operators(NetworkGraph graph, OnnxExportOptions options) =>
        [.. Model(graph, OnnxModel.RandomWeights(graph, 1), options).Graph.Node.Select(n => n.OpType)];
}
