namespace Mien.Networks.Tests;

public class GraphErrorTests
{
    private const string End = """{ "type": "flatten" }, { "type": "dense", "units": 2 }""";

    // On an input of 6×8×8.
    [Theory]
    [InlineData("""{ "type": "conv", "filters": 0 }""", "conv1", "has filters 0, expected 1 or more")]
    [InlineData("""{ "type": "conv", "filters": 4, "kernel": 0 }""", "conv1", "has kernel 0, expected 1 or more")]
    [InlineData("""{ "type": "conv", "filters": 4, "stride": -1 }""", "conv1", "has stride -1, expected 1 or more")]
    [InlineData(
        """{ "type": "conv", "filters": 4, "groups": 4 }""",
        "conv1",
        "has 4 groups, expected a number that divides its 6 input channels and its 4 filters"
    )]
    [InlineData(
        """{ "type": "conv", "filters": 4, "kernel": 9, "padding": "valid" }""",
        "conv1",
        "has a window of 9 pixels, larger than its input of 8 pixels with 0 pixels of padding"
    )]
    [InlineData(
        """{ "type": "conv", "filters": 2000000000 }""",
        "conv1",
        "has 108,000,000,000 weights, expected at most 268,435,456"
    )]
    [InlineData(
        """{ "type": "conv", "filters": 20000000, "kernel": 1 }""",
        "conv1",
        "gives 20000000×8×8, more than 268,435,456 values per image"
    )]
    [InlineData(
        """{ "type": "conv", "filters": 1, "kernel": 2147483647 }""",
        "conv1",
        "has a window of 2147483647 pixels and a stride of 1, expected at most 16,384 each"
    )]
    [InlineData(
        """{ "type": "depthwiseConv", "multiplier": 0 }""",
        "depthwiseConv1",
        "has multiplier 0, expected 1 or more"
    )]
    [InlineData(
        """{ "type": "depthwiseConv", "multiplier": 2147483647 }""",
        "depthwiseConv1",
        "has multiplier 2147483647, which makes 12,884,901,882 channels of 6, expected at most 268,435,456"
    )]
    [InlineData(
        """{ "type": "batchNorm", "epsilon": 0 }""",
        "batchNorm1",
        "has epsilon 0 and momentum 0.1, expected an epsilon greater than 0 and a momentum greater than 0 and at most 1"
    )]
    [InlineData(
        """{ "type": "batchNorm", "momentum": 1.5 }""",
        "batchNorm1",
        "has epsilon 1E-05 and momentum 1.5, expected an epsilon greater than 0 and a momentum greater than 0 and "
            + "at most 1"
    )]
    [InlineData(
        """{ "type": "maxPool", "size": 9 }""",
        "maxPool1",
        "has a window of 9 pixels, larger than its input of 8 pixels with 0 pixels of padding"
    )]
    [InlineData("""{ "type": "averagePool", "stride": 0 }""", "averagePool1", "has stride 0, expected 1 or more")]
    [InlineData(
        """{ "type": "dense", "units": 4 }""",
        "dense1",
        "takes 6×8×8, expected a flat tensor; put flatten or globalAveragePool before it"
    )]
    [InlineData(
        """{ "type": "flatten" }, { "type": "dense", "units": 0 }""",
        "dense1",
        "has units 0, expected 1 or more"
    )]
    [InlineData(
        """{ "type": "flatten" }, { "type": "dense", "units": 2147483647 }""",
        "dense1",
        "has 824,633,720,448 weights, expected at most 268,435,456"
    )]
    [InlineData(
        """{ "type": "flatten" }, { "type": "conv", "filters": 4 }""",
        "conv1",
        "takes 384 flat features, expected channels × height × width; put it before flatten or global pooling"
    )]
    [InlineData("""{ "type": "dropout", "rate": 1 }""", "dropout1", "has rate 1, expected at least 0 and less than 1")]
    [InlineData("""{ "type": "zeroPad", "left": -1 }""", "zeroPad1", "has left -1, expected 0 to 16,384")]
    [InlineData("""{ "type": "zeroPad", "bottom": 20000 }""", "zeroPad1", "has bottom 20000, expected 0 to 16,384")]
    [InlineData(
        """{ "type": "flatten" }, { "type": "zeroPad" }""",
        "zeroPad1",
        "takes 384 flat features, expected channels × height × width; put it before flatten or global pooling"
    )]
    [InlineData(
        """{ "type": "squeezeExcitation", "reduction": 0 }""",
        "squeezeExcitation1",
        "has reduction 0, expected 1 or more"
    )]
    [InlineData(
        """{ "type": "conv", "filters": 4 }, { "type": "add", "inputs": ["input", "conv1"] }""",
        "add1",
        "adds 6×8×8 and 4×8×8, expected two or more \"inputs\" of equal shape"
    )]
    [InlineData("""{ "type": "add" }""", "add1", "adds 6×8×8, expected two or more \"inputs\" of equal shape")]
    [InlineData(
        """{ "type": "maxPool" }, { "type": "concat", "inputs": ["input", "maxPool1"] }""",
        "concat1",
        "joins 6×8×8 and 6×4×4, expected two or more \"inputs\" that differ only in channels"
    )]
    [InlineData(
        """{ "type": "globalAveragePool" }, { "type": "concat", "inputs": ["input", "globalAveragePool1"] }""",
        "concat1",
        "joins 6×8×8 and 6, expected two or more \"inputs\" that differ only in channels"
    )]
    [InlineData(
        """{ "type": "residual", "body": [] }""",
        "residual1",
        "has an empty body, expected at least one layer"
    )]
    [InlineData(
        """{ "type": "residual", "body": null }""",
        "residual1",
        "has an empty body, expected at least one layer"
    )]
    [InlineData(
        """{ "type": "residual", "shortcut": [], "body": [ { "type": "maxPool" } ] }""",
        "residual1",
        "has a body that outputs 6×4×4 and a shortcut that outputs 6×8×8; the shapes must agree; set \"shortcut\" "
            + "to layers that convert 6×8×8 to 6×4×4"
    )]
    [InlineData(
        """{ "type": "residual", "body": [ { "type": "conv", "filters": 6, "padding": "valid" } ] }""",
        "residual1",
        "has a body that outputs 6×6×6 and a shortcut that outputs 6×4×4; the shapes must agree; set \"shortcut\" "
            + "to layers that convert 6×8×8 to 6×6×6"
    )]
    [InlineData(
        """{ "type": "residual", "body": [ { "type": "relu" }, { "type": "conv", "filters": 0 } ] }""",
        "residual1_conv1",
        "has filters 0, expected 1 or more"
    )]
    [InlineData(
        """{ "type": "relu", "name": "a b" }""",
        "a b",
        "has a name with characters other than A–Z, a–z, digits and underscores"
    )]
    [InlineData(
        """{ "type": "relu", "name": "größe" }""",
        "größe",
        "has a name with characters other than A–Z, a–z, digits and underscores"
    )]
    [InlineData(
        """{ "type": "relu", "name": "" }""",
        "",
        "has a name with characters other than A–Z, a–z, digits and underscores"
    )]
    [InlineData("""{ "type": "relu", "name": "input" }""", "input", "has the name of the image; choose another")]
    [InlineData(
        """{ "type": "relu", "name": "a" }, { "type": "tanh", "name": "a" }""",
        "a",
        "has the same name (given, or by default) as an earlier layer; rename one of them"
    )]
    [InlineData(
        """{ "type": "relu" }, { "type": "tanh", "name": "relu1" }""",
        "relu1",
        "has the same name (given, or by default) as an earlier layer; rename one of them"
    )]
    [InlineData(
        """{ "type": "relu", "name": "residual1_add" }, { "type": "residual", "body": [ { "type": "tanh" } ] }""",
        "residual1_add",
        "has the same name as an earlier layer; rename one of them"
    )]
    [InlineData(
        """{ "type": "relu", "inputs": ["later"] }, { "type": "tanh", "name": "later" }""",
        "relu1",
        "takes 'later', which comes after it; a layer can take only earlier layers"
    )]
    [InlineData(
        """{ "type": "relu", "name": "me", "inputs": ["me"] }""",
        "me",
        "takes 'me', which comes after it; a layer can take only earlier layers"
    )]
    [InlineData(
        """{ "type": "relu" }, { "type": "tanh", "inputs": ["nobody"] }""",
        "tanh1",
        "takes 'nobody', but no earlier layer has that name; the nearest are input, relu1"
    )]
    [InlineData(
        """{ "type": "relu", "inputs": [null] }""",
        "relu1",
        "takes '', but no earlier layer has that name; the nearest are input"
    )]
    [InlineData(
        """{ "type": "relu", "inputs": [] }""",
        "relu1",
        "has an empty list of inputs; omit it to take the layer before"
    )]
    [InlineData(
        """{ "type": "relu", "inputs": ["input", "input"] }""",
        "relu1",
        "has 2 inputs; only add, concat and channelScale take more than one"
    )]
    [InlineData(
        """{ "type": "globalAveragePool" }, { "type": "dense", "units": 5 }, { "type": "channelScale","""
            + """ "inputs": ["input", "dense1"] }""",
        "channelScale1",
        "scales 6×8×8 by 5, expected two \"inputs\": a feature map and one flat feature per channel"
    )]
    [InlineData(
        """{ "type": "channelScale" }""",
        "channelScale1",
        "scales 6×8×8, expected two \"inputs\": a feature map and one flat feature per channel"
    )]
    [InlineData(
        """{ "type": "conv", "filters": 2 }, { "type": "relu", "inputs": ["input"] }""",
        "conv1",
        "has an output that no layer takes; add it to another layer's inputs, or remove the layer"
    )]
    public void An_invalid_layer_is_named_with_network_and_reason(string layers, string layer, string message)
    {
        var error = Assert.Throws<NetworkException>(() => Networks.Layers($"{layers}, {End}", channels: 6));
        Assert.Equal($"Network 'test', layer '{layer}': it {message}.", error.Message);
        Assert.Equal(layer, error.Layer);
    }

    [Fact]
    public void Many_inputs_cannot_overflow_the_channels()
    {
        // Nine times 2²⁸ features exceed the range of an int.
        string inputs = string.Join(", ", Enumerable.Repeat("\"flatten1\"", 9));
        var error = Assert.Throws<NetworkException>(() =>
            Networks.Layers(
                $$"""{ "type": "flatten" }, { "type": "concat", "inputs": [{{inputs}}] }""",
                channels: 1,
                height: 16384,
                width: 16384
            )
        );
        Assert.Equal(
            "Network 'test', layer 'concat1': it joins 2,415,919,104 channels, expected at most 268,435,456.",
            error.Message
        );
    }

    [Fact]
    public void The_last_layer_must_be_flat()
    {
        var error = Assert.Throws<NetworkException>(() => Networks.Layers("""{ "type": "conv", "filters": 7 }"""));
        Assert.Equal(
            "Network 'test', layer 'conv1': it is the last layer and outputs 7×8×8, expected a flat tensor of "
                + "logits; end with globalAveragePool or flatten, and dense.",
            error.Message
        );
    }

    [Theory]
    [InlineData(
        """{ "name": "test", "input": { "width": 0, "height": 8 }, "layers": [] }""",
        "Network 'test' has an input of 1×8×0 (channels × height × width), expected 1 to 16,384 each."
    )]
    [InlineData(
        """{ "name": "test", "input": { "width": 8, "height": 2147483647, "channels": 2147483647 }, "layers": [] }""",
        "Network 'test' has an input of 2147483647×2147483647×8 (channels × height × width), expected 1 to 16,384 each."
    )]
    [InlineData(
        """{ "name": "test", "input": null, "layers": [] }""",
        "Network 'test' has no input. Add \"input\": { \"width\": 48, \"height\": 48 }."
    )]
    [InlineData(
        """{ "name": "test", "input": { "width": 8, "height": 8 }, "layers": [] }""",
        "Network 'test' has no layers. Add at least flatten and dense."
    )]
    [InlineData(
        """{ "name": "test", "input": { "width": 8, "height": 8 }, "layers": null }""",
        "Network 'test' has no layers. Add at least flatten and dense."
    )]
    [InlineData(
        """{ "name": "test", "input": { "width": 8, "height": 8 }, "layers": [ null ] }""",
        "Network 'test' has null as layer 0, expected a layer."
    )]
    [InlineData(
        """{ "name": "test", "input": { "width": 8, "height": 8 }, "layers": [ { "type": "residual","""
            + """ "body": [ { "type": "relu" }, null ] } ] }""",
        "Network 'test' has null as layer 1 of 'residual1', expected a layer."
    )]
    [InlineData(
        """{ "name": " ", "input": { "width": 8, "height": 8 }, "layers": [] }""",
        "A network has no name. Add \"name\"."
    )]
    [InlineData(
        """{ "name": null, "input": { "width": 8, "height": 8 }, "layers": [] }""",
        "A network has no name. Add \"name\"."
    )]
    public void An_error_without_a_layer_says_what_is_missing(string json, string message)
    {
        var error = Assert.Throws<NetworkException>(() => Networks.Build(json));
        Assert.Equal(message, error.Message);
        Assert.Null(error.Layer);
    }

    [Fact]
    public void Values_that_json_cannot_represent_are_rejected_too()
    {
        static string Message(LayerDescription layer) =>
            Assert
                .Throws<NetworkException>(() =>
                    NetworkGraph.Build(
                        new NetworkDescription
                        {
                            Name = "test",
                            Input = new InputDescription(8, 8),
                            Layers = [layer, new FlattenLayer()],
                        }
                    )
                )
                .Message;

        Assert.Equal(
            "Network 'test', layer 'leakyRelu1': it has slope NaN, expected a finite number.",
            Message(new LeakyReluLayer { Slope = double.NaN })
        );
        Assert.Equal(
            "Network 'test', layer 'elu1': it has alpha Infinity, expected a finite number.",
            Message(new EluLayer { Alpha = double.PositiveInfinity })
        );
        Assert.Contains(
            "has epsilon NaN",
            Message(new BatchNormLayer { Epsilon = double.NaN }),
            StringComparison.Ordinal
        );
        Assert.Contains("has rate NaN", Message(new DropoutLayer { Rate = double.NaN }), StringComparison.Ordinal);
    }
}
