using System.Globalization;

namespace Mien.Testing;

/// <summary>The Keras models that the tests import.</summary>
public static class MadeModels
{
    /// <summary>
    /// The predecessor's networks: each convolution with batch norm, ReLU, pooling and dropout, then dense layers.
    /// </summary>
    public static MadeModel Predecessor(bool deep, string end = "softmax")
    {
        var model = new MadeModel(48, 48, seed: deep ? 4 : 3);
        (int Filters, int Kernel)[] convolutions = deep ? [(64, 3), (128, 5), (512, 3), (512, 3)] : [(32, 3), (64, 3)];
        foreach ((int filters, int kernel) in convolutions)
        {
            model.Add(
                "Conv2D",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $$"""{ "filters": {{filters}}, "kernel_size": [{{kernel}}, {{kernel}}], "strides": [1, 1],"""
                        + $$""" "padding": "same", "data_format": "channels_last", "dilation_rate": [1, 1],"""
                        + $$""" "activation": "linear", "use_bias": true }"""
                )
            );
            model.Add(
                "BatchNormalization",
                """{ "axis": -1, "momentum": 0.99, "epsilon": 0.001, "center": true, "scale": true }"""
            );
            model.Add("Activation", """{ "activation": "relu" }""");
            model.Add(
                "MaxPooling2D",
                """{ "pool_size": [2, 2], "padding": "valid", "strides": [2, 2], "data_format": "channels_last" }"""
            );
            model.Add("Dropout", """{ "rate": 0.25, "noise_shape": null, "seed": null }""");
        }

        model.Add("Flatten");
        foreach (int units in deep ? (int[])[256, 512] : [512])
        {
            model.Add(
                "Dense",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $$"""{ "units": {{units}}, "activation": "linear", "use_bias": true }"""
                )
            );
            model.Add("BatchNormalization");
            model.Add("Activation", """{ "activation": "relu" }""");
            model.Add("Dropout", """{ "rate": 0.25 }""");
        }

        model.Add("Dense", $$"""{ "units": 7, "activation": "{{end}}" }""");
        return model;
    }

    /// <summary>
    /// A residual network with separable convolutions and stride-2 'same' padding, of the kind of mini-Xception.
    /// </summary>
    public static MadeModel Xception(int side, params ReadOnlySpan<int> modules)
    {
        var model = new MadeModel(side, side, seed: 5, name: "model_1");
        string x = MadeModel.InputName;
        for (int i = 0; i < 2; i++)
        {
            x = model.Add(
                "Conv2D",
                """{ "filters": 8, "kernel_size": [3, 3], "use_bias": false,"""
                    + """ "kernel_regularizer": { "class_name": "L1L2", "config": { "l1": 0.0, "l2": 0.01 } } }""",
                x
            );
            x = model.Add("BatchNormalization", "{}", x);
            x = model.Add("Activation", """{ "activation": "relu" }""", x);
        }

        foreach (int filters in modules)
        {
            string separable =
                $$"""{ "filters": {{filters}}, "kernel_size": [3, 3], "padding": "same", "use_bias": false,"""
                + $$""" "depth_multiplier": 1 }""";
            string residual = model.Add(
                "Conv2D",
                $$"""{ "filters": {{filters}}, "kernel_size": [1, 1], "strides": [2, 2], "padding": "same","""
                    + $$""" "use_bias": false }""",
                x
            );
            residual = model.Add("BatchNormalization", "{}", residual);
            x = model.Add("SeparableConv2D", separable, x);
            x = model.Add("BatchNormalization", "{}", x);
            x = model.Add("Activation", """{ "activation": "relu" }""", x);
            x = model.Add("SeparableConv2D", separable, x);
            x = model.Add("BatchNormalization", "{}", x);
            x = model.Add("MaxPooling2D", """{ "pool_size": [3, 3], "strides": [2, 2], "padding": "same" }""", x);
            x = model.Add("Add", "{}", x, residual);
        }

        x = model.Add("Conv2D", """{ "filters": 7, "kernel_size": [3, 3], "padding": "same" }""", x);
        x = model.Add("GlobalAveragePooling2D", "{}", x);
        model.Add("Activation", """{ "activation": "softmax", "name": "predictions" }""", x);
        return model;
    }

    /// <summary>A sequence of a few layers on 12×10 gray pixels, with seven softmax outputs.</summary>
    public static MadeModel Sequential(string layers, bool channelsFirst = false, bool theano = false, int channels = 1)
    {
        var model = new MadeModel(12, 10, channels, seed: 7) { ChannelsFirst = channelsFirst, IsTheano = theano };
        foreach (
            string layer in layers.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        )
        {
            int space = (layer + " ").IndexOf(' ', StringComparison.Ordinal);
            model.Add(layer[..space], layer.Length > space ? layer[space..] : "{}");
        }

        if (model.ShapeOf(model.Last).Length > 1)
        {
            model.Add("Flatten");
        }

        model.Add("Dense", """{ "units": 7, "activation": "softmax" }""");
        return model;
    }

    /// <summary>A small network with one convolution, for tests of commands.</summary>
    public static MadeModel Small() =>
        Sequential(
            """
            Conv2D { "filters": 18, "kernel_size": [3, 3], "padding": "same" }
            BatchNormalization
            Activation { "activation": "relu" }
            MaxPooling2D
            """
        );
}
