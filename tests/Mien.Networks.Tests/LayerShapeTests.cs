namespace Mien.Networks.Tests;

public class LayerShapeTests
{
    // One layer on an input of 6 channels, 13 rows and 11 columns.
    [Theory]
    [InlineData("""{ "type": "conv", "filters": 8 }""", "8×13×11", (8 * 6 * 9) + 8, 13 * 11 * 8 * 6 * 9)]
    // (13 + 2·2 − 5) / 2 + 1 = 7, (11 + 2·2 − 5) / 2 + 1 = 6; each filter sees 6 / 2 channels.
    [InlineData(
        """{ "type": "conv", "filters": 8, "kernel": 5, "stride": 2, "groups": 2, "bias": false }""",
        "8×7×6",
        8 * 3 * 25,
        7 * 6 * 8 * 3 * 25
    )]
    [InlineData(
        """{ "type": "conv", "filters": 4, "padding": "valid" }""",
        "4×11×9",
        (4 * 6 * 9) + 4,
        11 * 9 * 4 * 6 * 9
    )]
    // ⌊2 / 2⌋ = 1 pixel on both sides of an even window gives one pixel more.
    [InlineData("""{ "type": "conv", "filters": 4, "kernel": 2 }""", "4×14×12", (4 * 6 * 4) + 4, 14 * 12 * 4 * 6 * 4)]
    [InlineData("""{ "type": "depthwiseConv" }""", "6×13×11", (6 * 9) + 6, 13 * 11 * 6 * 9)]
    [InlineData(
        """{ "type": "depthwiseConv", "kernel": 5, "stride": 2, "multiplier": 2, "bias": false }""",
        "12×7×6",
        12 * 25,
        7 * 6 * 12 * 25
    )]
    [InlineData("""{ "type": "batchNorm" }""", "6×13×11", 4 * 6, 0)]
    [InlineData("""{ "type": "relu" }""", "6×13×11", 0, 0)]
    [InlineData("""{ "type": "relu6" }""", "6×13×11", 0, 0)]
    [InlineData("""{ "type": "selu" }""", "6×13×11", 0, 0)]
    [InlineData("""{ "type": "prelu" }""", "6×13×11", 6, 0)]
    [InlineData("""{ "type": "prelu", "perValue": true }""", "6×13×11", 6 * 13 * 11, 0)]
    [InlineData("""{ "type": "zeroPad", "top": 1, "left": 2, "bottom": 3 }""", "6×17×13", 0, 0)]
    // ⌈13 / 2⌉ and ⌈11 / 2⌉ for every window.
    [InlineData(
        """{ "type": "conv", "filters": 4, "kernel": 4, "stride": 2, "padding": "sameUpper" }""",
        "4×7×6",
        (4 * 6 * 16) + 4,
        7 * 6 * 4 * 6 * 16
    )]
    [InlineData(
        """{ "type": "depthwiseConv", "kernel": 1, "stride": 2, "padding": "sameUpper" }""",
        "6×7×6",
        6 + 6,
        7 * 6 * 6
    )]
    [InlineData("""{ "type": "maxPool", "size": 2, "padding": "sameUpper" }""", "6×7×6", 0, 0)]
    [InlineData("""{ "type": "averagePool", "size": 3, "stride": 4, "padding": "sameUpper" }""", "6×4×3", 0, 0)]
    [InlineData("""{ "type": "leakyRelu" }""", "6×13×11", 0, 0)]
    [InlineData("""{ "type": "elu" }""", "6×13×11", 0, 0)]
    [InlineData("""{ "type": "silu" }""", "6×13×11", 0, 0)]
    [InlineData("""{ "type": "hardSwish" }""", "6×13×11", 0, 0)]
    [InlineData("""{ "type": "sigmoid" }""", "6×13×11", 0, 0)]
    [InlineData("""{ "type": "tanh" }""", "6×13×11", 0, 0)]
    // ⌊(13 − 2) / 2⌋ + 1 = 6: the last row and column are dropped.
    [InlineData("""{ "type": "maxPool" }""", "6×6×5", 0, 0)]
    [InlineData("""{ "type": "maxPool", "size": 3, "stride": 2, "padding": "same" }""", "6×7×6", 0, 0)]
    [InlineData("""{ "type": "averagePool", "size": 3 }""", "6×4×3", 0, 0)]
    [InlineData("""{ "type": "averagePool", "size": 3, "stride": 1, "padding": "same" }""", "6×13×11", 0, 0)]
    [InlineData("""{ "type": "globalAveragePool" }""", "6", 0, 0)]
    [InlineData("""{ "type": "flatten" }""", "858", 0, 0)]
    [InlineData("""{ "type": "dropout", "rate": 0.5 }""", "6×13×11", 0, 0)]
    // 6 → max(1, 6 / 4) = 1 → 6, both with bias.
    [InlineData("""{ "type": "squeezeExcitation", "reduction": 4 }""", "6×13×11", (6 * 1) + 1 + (1 * 6) + 6, 6 + 6)]
    [InlineData("""{ "type": "add", "inputs": ["input", "input"] }""", "6×13×11", 0, 0)]
    [InlineData("""{ "type": "concat", "inputs": ["input", "input", "input"] }""", "18×13×11", 0, 0)]
    [InlineData(
        """{ "type": "globalAveragePool" }, { "type": "channelScale", "inputs": ["input", "globalAveragePool1"] }""",
        "6×13×11",
        0,
        0
    )]
    // The body halves the size and adds channels: a 1×1 convolution without bias and a batch norm adapt the input.
    [InlineData(
        """{ "type": "residual", "body": [ { "type": "conv", "filters": 8, "stride": 2 } ] }""",
        "8×7×6",
        (8 * 6 * 9) + 8 + (8 * 6) + (4 * 8),
        (7 * 6 * 8 * 6 * 9) + (7 * 6 * 8 * 6)
    )]
    [InlineData(
        """{ "type": "residual", "body": [ { "type": "conv", "filters": 6 } ] }""",
        "6×13×11",
        (6 * 6 * 9) + 6,
        13 * 11 * 6 * 6 * 9
    )]
    // ⌈13 / 4⌉ = 4, ⌈11 / 4⌉ = 3.
    [InlineData(
        """{ "type": "residual", "body": [ { "type": "maxPool", "size": 3, "stride": 4,"""
            + """ "padding": "same" } ], "shortcut": [ { "type": "conv", "filters": 6, "kernel": 1,"""
            + """ "stride": 4 } ] }""",
        "6×4×3",
        (6 * 6) + 6,
        4 * 3 * 6 * 6
    )]
    public void A_layer_has_the_documented_shape_and_cost(string layer, string shape, long parameters, long macs)
    {
        string tail = shape.Contains('×', StringComparison.Ordinal) ? """, { "type": "globalAveragePool" }""" : "";
        NetworkGraph graph = Networks.Layers(layer + tail, channels: 6, height: 13, width: 11);
        GraphNode last = graph.Nodes[tail.Length == 0 ? ^1 : ^2];
        Assert.Equal(shape, last.Output.ToString());
        Assert.Equal(parameters, graph.Parameters);
        Assert.Equal(macs, graph.Macs);
    }

    [Fact]
    public void Dense_and_batch_norm_work_on_features()
    {
        NetworkGraph graph = Networks.Layers(
            """{ "type": "globalAveragePool" }, { "type": "dense", "units": 5 }, { "type": "batchNorm" },"""
                + """ { "type": "dense", "units": 4, "bias": false }""",
            channels: 6
        );
        Assert.Equal(["6", "5", "5", "4"], graph.Nodes.Select(n => n.Output.ToString()));
        Assert.Equal(
            [0, (6 * 5) + 5, 4 * 5, 5 * 4],
            graph.Nodes.Select(n => n.TrainableParameters + n.FixedParameters)
        );
        Assert.Equal([0, 6 * 5, 0, 5 * 4], graph.Nodes.Select(n => n.Macs));
        Assert.Equal(2 * 5, graph.Parameters - graph.TrainableParameters);
    }

    [Fact]
    public void The_network_of_every_layer_uses_every_layer()
    {
        static IEnumerable<LayerDescription> Flat(IEnumerable<LayerDescription> layers) =>
            layers.SelectMany(l =>
                l is ResidualLayer r
                    ? [l, .. Flat(r.Body), .. Flat(r.Shortcut ?? [])]
                    : (IEnumerable<LayerDescription>)[l]
            );

        IEnumerable<string> used = Flat(NetworkDescription.FromJson(EveryLayer.Json, "every").Layers)
            .Select(LayerTypes.NameOf)
            .Distinct();
        Assert.Equal(
            LayerTypes.All.Select(t => t.Key).Order(StringComparer.Ordinal),
            used.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Unnamed_layers_are_numbered_by_type_and_prefixed_by_their_block()
    {
        NetworkGraph graph = Networks.Layers(
            """
            { "type": "conv", "filters": 2 }, { "type": "conv", "name": "conv2", "filters": 2 },
              { "type": "conv", "filters": 2 },
            { "type": "residual", "body": [ { "type": "conv", "filters": 4 },
              { "type": "residual", "name": "inner", "relu": false, "body": [ { "type": "relu" } ] } ] },
            { "type": "squeezeExcitation", "name": "se" }, { "type": "globalAveragePool" }
            """
        );
        Assert.Equal(
            [
                "conv1",
                "conv2",
                "conv3",
                "residual1_conv1",
                "residual1_inner_relu1",
                "residual1_inner_add",
                "residual1_shortcut_conv",
                "residual1_shortcut_batchNorm",
                "residual1_add",
                "residual1_relu",
                "se_squeeze",
                "se_reduce",
                "se_relu",
                "se_expand",
                "se_sigmoid",
                "se_scale",
                "globalAveragePool1",
            ],
            graph.Nodes.Select(n => n.Name)
        );
    }

    [Fact]
    public void Inputs_are_found_in_the_block_first_then_outside_and_by_full_name()
    {
        NetworkGraph graph = Networks.Layers(
            """
            { "type": "conv", "name": "a", "filters": 3 },
            { "type": "residual", "name": "block", "body": [
              { "type": "conv", "name": "a", "filters": 3 },
              { "type": "relu", "name": "b" },
              { "type": "residual", "name": "inner", "body": [ { "type": "add", "inputs": ["b", "a"] } ] } ] },
            { "type": "add", "inputs": ["block", "block_b", "a", "block_inner"] },
            { "type": "globalAveragePool" }
            """
        );
        GraphNode Node(string name) => graph.Nodes.Single(n => n.Name == name);
        string[] Inputs(string name) => [.. Node(name).Inputs.Select(i => graph.Nodes[i].Name)];
        Assert.Equal(["block_b", "block_a"], Inputs("block_inner_add1"));
        Assert.Equal(["block_relu", "block_b", "a", "block_inner_relu"], Inputs("add1"));
        Check.All(graph.Nodes.Index(), n => Check.All(n.Item.Inputs, i => Assert.InRange(i, -1, n.Index - 1)));
    }
}
