namespace Mien.Keras;

/// <summary>The supported layers and their weights, in the order in which Keras creates them.</summary>
internal static class LayerRoles
{
    public const string Supported =
        "Supported are Activation, Add, AveragePooling2D, BatchNormalization, Concatenate, Conv2D, Dense, "
        + "DepthwiseConv2D, Dropout, ELU, Flatten, "
        + "GlobalAveragePooling2D, GlobalMaxPooling2D, InputLayer, LeakyReLU, MaxPooling2D, Multiply (of "
        + "channels by a gate), PReLU, ReLU, Rescaling (at the start), Reshape (of features), "
        + "SeparableConv2D, Softmax (at the end), ZeroPadding2D, nested models, and layers that have "
        + "no effect in prediction; see docs/keras.md";

    /// <summary>Layers that have an effect only in training.</summary>
    private static readonly HashSet<string> TrainingOnly = new(StringComparer.Ordinal)
    {
        "GaussianNoise",
        "GaussianDropout",
        "AlphaDropout",
        "ActivityRegularization",
        "RandomFlip",
        "RandomRotation",
        "RandomZoom",
        "RandomTranslation",
        "RandomContrast",
        "RandomBrightness",
    };

    /// <summary>Other names under which Keras, tf.keras and TensorFlow 1 saved the same layers.</summary>
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["BatchNormalizationV1"] = "BatchNormalization",
        ["BatchNormalizationV2"] = "BatchNormalization",
        ["SyncBatchNormalization"] = "BatchNormalization",
        ["SeparableConvolution2D"] = "SeparableConv2D",
        ["MaxPool2D"] = "MaxPooling2D",
        ["AvgPool2D"] = "AveragePooling2D",
        ["GlobalAvgPool2D"] = "GlobalAveragePooling2D",
        ["GlobalMaxPool2D"] = "GlobalMaxPooling2D",
    };

    public static string ClassOf(KerasLayer layer) => Aliases.GetValueOrDefault(layer.ClassName, layer.ClassName);

    public static bool IsTrainingOnly(KerasLayer layer) => TrainingOnly.Contains(layer.ClassName);

    /// <summary>The layer's weights by role; weights that are not trained come last.</summary>
    /// <exception cref="KerasException">The layer is not supported.</exception>
    public static IReadOnlyList<(string Role, bool Trained)> Of(KerasLayer layer, string source)
    {
        var config = new LayerConfig(layer, source);
        switch (ClassOf(layer))
        {
            case "Conv2D" or "Dense":
                return config.Flag("use_bias", true) ? [("kernel", true), ("bias", true)] : [("kernel", true)];
            case "DepthwiseConv2D":
                return config.Flag("use_bias", true)
                    ? [("depthwise_kernel", true), ("bias", true)]
                    : [("depthwise_kernel", true)];
            case "SeparableConv2D":
                return
                [
                    ("depthwise_kernel", true),
                    ("pointwise_kernel", true),
                    .. config.Flag("use_bias", true) ? ((string, bool)[])[("bias", true)] : [],
                ];
            case "BatchNormalization":
                return
                [
                    .. config.Flag("scale", true) ? ((string, bool)[])[("gamma", true)] : [],
                    .. config.Flag("center", true) ? ((string, bool)[])[("beta", true)] : [],
                    ("moving_mean", false),
                    ("moving_variance", false),
                ];
            case "PReLU":
                return [("alpha", true)];
            case "Activation"
            or "Add"
            or "AveragePooling2D"
            or "Concatenate"
            or "Dropout"
            or "SpatialDropout2D"
            or "ELU"
            or "Flatten"
            or "GlobalAveragePooling2D"
            or "GlobalMaxPooling2D"
            or "InputLayer"
            or "LeakyReLU"
            or "MaxPooling2D"
            or "Multiply"
            or "ReLU"
            or "Rescaling"
            or "Reshape"
            or "Softmax"
            or "ZeroPadding2D":
                return [];
            case var _ when IsTrainingOnly(layer):
                return [];
            case "Lambda" or "TFOpLambda" or "TensorFlowOpLayer" or "SlicingOpLambda":
                throw config.Unsupported(
                    $"contains Python code or a TensorFlow operation, which cannot be imported. {Supported}"
                );
            default:
                throw config.Unsupported($"has an unsupported type. {Supported}");
        }
    }
}
