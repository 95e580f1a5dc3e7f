using Mien.Networks;

namespace Mien.Keras.Tests;

public sealed class LayerTests : IDisposable
{
    private const string SmallStart = "Conv2D { \"filters\": 4, \"kernel_size\": [3, 3], \"activation\": \"tanh\" }\n";
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    // On an input of 10×8 pixels and 4 channels, made by a convolution from 12×10 gray pixels; followed by flatten and
    // dense.
    [Theory]
    [InlineData("""Conv2D { "filters": 5, "kernel_size": [3, 3], "strides": [2, 2], "padding": "same" }""")]
    [InlineData(
        """Conv2D { "filters": 5, "kernel_size": [4, 4], "padding": "same", "use_bias": false, "activation": "elu" }"""
    )]
    [InlineData(
        """Conv2D { "filters": 6, "kernel_size": [5, 5], "strides": [3, 3], "padding": "valid", "groups": 2 }"""
    )]
    [InlineData(
        """Conv2D { "filters": 5, "kernel_size": 1, "strides": 2, "padding": "same","""
            + """ "activation": { "class_name": "LeakyReLU", "config": { "alpha": 0.2 } } }"""
    )]
    [InlineData("""Conv2D { "filters": 3, "kernel_size": [1, 5], "padding": "same" }""")]
    [InlineData("""Conv2D { "filters": 3, "kernel_size": [3, 1], "strides": [2, 2], "padding": "valid" }""")]
    [InlineData("""Conv2D { "filters": 3, "kernel_size": [3, 3], "dilation_rate": [2, 2], "padding": "same" }""")]
    [InlineData("""Conv2D { "filters": 3, "kernel_size": [3, 2], "dilation_rate": [2, 1] }""")]
    [InlineData(
        """DepthwiseConv2D { "kernel_size": [3, 3], "strides": [2, 2], "padding": "same","""
            + """ "depth_multiplier": 3, "activation": "relu" }"""
    )]
    [InlineData("""DepthwiseConv2D { "kernel_size": [2, 4], "padding": "same", "use_bias": false }""")]
    [InlineData(
        """SeparableConv2D { "filters": 6, "kernel_size": [3, 3], "padding": "same", "depth_multiplier": 2,"""
            + """ "strides": [2, 2], "activation": "swish" }"""
    )]
    [InlineData("""SeparableConv2D { "filters": 6, "kernel_size": [5, 5], "use_bias": false }""")]
    [InlineData("""MaxPooling2D { "pool_size": [3, 3], "strides": [2, 2], "padding": "same" }""")]
    [InlineData("""MaxPooling2D { "pool_size": [2, 2], "strides": null }""")]
    [InlineData("""MaxPooling2D { "pool_size": 2, "strides": [1, 1], "padding": "same" }""")]
    [InlineData("""AveragePooling2D { "pool_size": [3, 3], "strides": [2, 2], "padding": "same" }""")]
    [InlineData("""AveragePooling2D { "pool_size": [4, 4], "strides": [3, 3] }""")]
    [InlineData("GlobalAveragePooling2D")]
    [InlineData("GlobalMaxPooling2D", "takes a feature map of 10×8, expected a square one")]
    [InlineData(
        """MaxPooling2D { "pool_size": [2, 2], "strides": [2, 1] }""",
        "has strides of 2×1, expected equal strides in both directions"
    )]
    [InlineData("""ZeroPadding2D { "padding": [[1, 0], [2, 3]] }""")]
    [InlineData("""ZeroPadding2D { "padding": [1, 2] }""")]
    [InlineData("""ZeroPadding2D { "padding": 2 }""")]
    [InlineData("""LeakyReLU { "alpha": 0.1 }""")]
    [InlineData("LeakyReLU")]
    [InlineData("""ELU { "alpha": 0.5 }""")]
    [InlineData("""ReLU { "max_value": 6.0, "negative_slope": 0.0, "threshold": 0.0 }""")]
    [InlineData("""ReLU { "max_value": null, "negative_slope": 0.1, "threshold": 0.0 }""")]
    [InlineData("""ReLU { "max_value": 2.0 }""", "has a threshold, or a maximum other than 6, which are not supported")]
    [InlineData("PReLU")]
    [InlineData("""PReLU { "shared_axes": [1, 2] }""")]
    [InlineData("""PReLU { "shared_axes": [2] }""")]
    [InlineData("""PReLU { "shared_axes": [1, 2, 3] }""")]
    [InlineData("""Activation { "activation": "selu" }""")]
    [InlineData("""Activation { "activation": "relu6" }""")]
    [InlineData("""Activation { "activation": "sigmoid" }""")]
    [InlineData(
        """Activation { "activation": { "class_name": "function", "config": "tanh", "module": "builtins" } }"""
    )]
    [InlineData(
        """Activation { "activation": "softplus" }""",
        "has the activation 'softplus', supported are relu, relu6"
    )]
    [InlineData("""BatchNormalization { "epsilon": 0.1, "axis": 3 }""")]
    [InlineData("""BatchNormalization { "scale": false, "axis": [3] }""")]
    [InlineData("""BatchNormalization { "center": false, "momentum": 1.0 }""")]
    [InlineData("""BatchNormalization { "center": false, "scale": false }""")]
    [InlineData("""BatchNormalization { "axis": 1 }""", "works along the axis 1, expected the channel axis (-1 or 3)")]
    [InlineData("""Dense { "units": 3, "activation": "relu" }""")] // on a feature map: at each pixel
    [InlineData("""SpatialDropout2D { "rate": 0.3 }""")]
    [InlineData("""GaussianNoise { "stddev": 0.3 }""")]
    [InlineData("""Dropout { "rate": 1.5 }""", "has 1.5 as 'rate', expected at least 0 and less than 1")]
    [InlineData("""Reshape { "target_shape": [-1] }""")]
    public void A_layer_equals_plain_loops(string layer, string? refused = null)
    {
        MadeModel made;
        if (refused is null)
        {
            made = MadeModels.Sequential(SmallStart + layer);
            Imported.AssertSame(made, folder["m.h5"]);
            return;
        }

        made = MadeModels.Sequential(SmallStart + layer);
        KerasWriter.Save(made, folder["m.h5"]);
        var error = Assert.Throws<KerasException>(() => KerasImporter.Load(folder["m.h5"]));
        MadeLayer wrong = made.Layers[1];
        Assert.StartsWith(
            $"{folder["m.h5"]}: layer '{wrong.Name}' ({wrong.Class}) {refused}",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(wrong.Name, error.Layer);
        Assert.Contains(error.Code, (string[])["unsupportedLayer", "badStructure"]);
    }

    // The feature order after a flatten affects all layers with weights up to and including the next dense one.
    [Theory]
    [InlineData("Flatten\nBatchNormalization")]
    [InlineData(
        "Flatten\nDropout { \"rate\": 0.2 }\nPReLU\nDense { \"units\": 9, \"activation\": \"relu\" }\n"
            + "BatchNormalization\nPReLU { \"shared_axes\": [1] }"
    )]
    [InlineData(
        "MaxPooling2D { \"pool_size\": [2, 2] }\nFlatten\nActivation { \"activation\": \"sigmoid\" }\nDense { "
            + "\"units\": 9 }\nLeakyReLU"
    )]
    public void Layers_between_flatten_and_dense_get_their_features_in_the_right_order(string layers) =>
        Imported.AssertSame(MadeModels.Sequential(SmallStart + layers), folder["m.h5"]);

    [Theory]
    [InlineData(
        "Conv2D { \"filters\": 3, \"kernel_size\": [3, 3], \"strides\": [2, 2], \"padding\": \"same\" }\n"
            + "Flatten { \"data_format\": \"channels_first\" }"
    )]
    [InlineData("Conv2D { \"filters\": 3, \"kernel_size\": [3, 3] }\nFlatten")]
    [InlineData(
        "ZeroPadding2D { \"padding\": [1, 0] }\nConv2D { \"filters\": 3, \"kernel_size\": [2, 2], \"padding\": "
            + "\"same\" }\nBatchNormalization { \"axis\": 1 }\nPReLU\nMaxPooling2D { \"pool_size\": [2, 2], "
            + "\"padding\": \"same\" }"
    )]
    [InlineData(
        "Conv2D { \"filters\": 3, \"kernel_size\": [3, 3] }\nPReLU { \"shared_axes\": [2, 3] }\nGlobalAveragePooling2D"
    )]
    public void Channels_may_come_first_and_kernels_may_be_flipped_by_theano(string layers)
    {
        Imported.AssertSame(MadeModels.Sequential(layers, channelsFirst: true), folder["first.h5"]);
        KerasModel turned = Imported.AssertSame(
            MadeModels.Sequential(layers, channelsFirst: true, theano: true),
            folder["theano.h5"]
        );
        Assert.Equal("theano", turned.Backend);
        Assert.Contains("Written with Theano, which flips kernels: they were flipped back.", turned.Notes);
    }

    [Theory]
    [InlineData("Conv2D { \"filters\": 4, \"kernel_size\": [3, 3], \"padding\": \"same\" }")]
    [InlineData(
        "ZeroPadding2D { \"padding\": [1, 1] }\nConv2D { \"filters\": 4, \"kernel_size\": [3, 3], \"strides\": [2, 2] }"
    )]
    [InlineData("BatchNormalization\nDepthwiseConv2D { \"kernel_size\": [3, 3] }")]
    public void A_colour_model_gets_the_gray_value_in_all_channels(string layers)
    {
        KerasModel imported = Imported.AssertSame(MadeModels.Sequential(layers, channels: 3), folder["rgb.h5"]);
        Assert.Equal((3, 1), (imported.InputChannels, imported.Network.Input.Channels));
        Assert.Contains("The model takes colour images: all three channels get the same gray value.", imported.Notes);
        Assert.Equal(
            !layers.StartsWith("Conv2D", StringComparison.Ordinal),
            imported.Network.Layers.OfType<ConcatLayer>().Any()
        );
    }

    [Theory]
    [InlineData("GlobalMaxPooling2D", "{}")]
    [InlineData("GlobalMaxPooling2D", """{ "keepdims": true }""")]
    [InlineData("GlobalAveragePooling2D", """{ "keepdims": true }""")]
    public void A_square_feature_map_is_pooled_globally(string type, string config)
    {
        var made = new MadeModel(9, 9);
        made.Add("Conv2D", """{ "filters": 5, "kernel_size": [3, 3], "activation": "tanh" }""");
        made.Add(type, config);
        made.Add("Flatten");
        made.Add("Dense", """{ "units": 7, "activation": "softmax" }""");
        Imported.AssertSame(made, folder["m.h5"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_network_may_end_with_a_feature_map_of_one_pixel(bool flatten)
    {
        var made = new MadeModel(12, 10);
        made.Add(
            "Conv2D",
            """{ "filters": 6, "kernel_size": [5, 5], "strides": [4, 4], "padding": "same", "activation": "relu" }"""
        );
        made.Add("Conv2D", """{ "filters": 7, "kernel_size": [3, 3], "strides": [3, 3], "padding": "same" }""");
        if (flatten)
        {
            made.Add("Flatten");
        }

        made.Add("Activation", """{ "activation": "softmax", "name": "predictions" }""");
        Imported.AssertSame(made, folder["m.h5"]);
    }

    [Fact]
    public void A_network_that_ends_with_a_flattened_feature_map_is_an_error()
    {
        var made = new MadeModel(4, 7);
        made.Add("Conv2D", """{ "filters": 2, "kernel_size": [4, 1] }""");
        made.Add("Flatten");
        KerasWriter.Save(made, folder["m.h5"]);
        var error = Assert.Throws<KerasException>(() => KerasImporter.Load(folder["m.h5"]));
        Assert.EndsWith(
            "the model's output is a flattened feature map, expected a Dense layer, a global pooling or a feature map "
                + "of one pixel at the end.",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_rescaling_at_the_start_is_reported_and_left_out()
    {
        MadeModel made = MadeModels.Sequential(
            "Rescaling { \"scale\": 0.00784313725490196, \"offset\": -1.0 }\nConv2D { \"filters\": 4, "
                + "\"kernel_size\": [3, 3] }"
        );
        KerasWriter.Save(made, folder["m.h5"]);
        KerasModel imported = KerasImporter.Load(folder["m.h5"]);
        Assert.Equal((0.00784313725490196, -1.0), imported.Rescaling);
        Assert.Equal(["conv2d_1", "flatten_1", "dense_1"], imported.Network.Layers.Select(l => l.Name));

        MadeModel late = MadeModels.Sequential(
            "Conv2D { \"filters\": 4, \"kernel_size\": [3, 3] }\nRescaling { \"scale\": 2.0 }"
        );
        KerasWriter.Save(late, folder["late.h5"]);
        var error = Assert.Throws<KerasException>(() => KerasImporter.Load(folder["late.h5"]));
        Assert.Contains(
            "layer 'rescaling_1' (Rescaling) does not rescale the model's input; Rescaling is "
                + "supported only at the start.",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Omitted_and_changed_layers_are_reported()
    {
        KerasModel imported = Imported.AssertSame(
            MadeModels.Sequential(
                "GaussianNoise { \"stddev\": 0.1 }\nConv2D { \"filters\": 2, \"kernel_size\": [1, 3] }\n"
                    + "SpatialDropout2D { \"rate\": 0.1 }"
            ),
            folder["m.h5"]
        );
        Assert.Equal(
            [
                "layer 'gaussian_noise_1' (GaussianNoise) was left out: it has no effect in prediction.",
                "layer 'conv2d_1' (Conv2D): its window of 1×3 pixels was filled up with zeros to 3×3.",
                "layer 'spatial_dropout2d_1' (SpatialDropout2D) became a dropout of single values: the same "
                    + "in prediction, weaker in training.",
            ],
            imported.Notes
        );
    }

    [Fact]
    public void Symmetric_padding_is_used_where_it_is_equivalent()
    {
        MadeModel made = MadeModels.Sequential(
            "Conv2D { \"filters\": 2, \"kernel_size\": [3, 3], \"padding\": \"same\" }\nConv2D { \"filters\": "
                + "2, \"kernel_size\": [3, 3], \"padding\": \"same\", \"strides\": [2, 2] }\nMaxPooling2D { "
                + "\"pool_size\": [2, 2], \"padding\": \"same\" }"
        );
        KerasWriter.Save(made, folder["m.h5"]);
        Assert.Equal(
            [PaddingMode.Same, PaddingMode.SameUpper, PaddingMode.SameUpper],
            KerasImporter.Load(folder["m.h5"]).Network.Layers.OfType<WindowLayer>().Select(l => l.Padding)
        );
    }
}
