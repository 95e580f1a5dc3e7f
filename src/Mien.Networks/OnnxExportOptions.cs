namespace Mien.Networks;

/// <summary>Options for writing a network as an ONNX file. Immutable.</summary>
internal sealed record OnnxExportOptions
{
    /// <summary>Entries of the file's metadata, written in the order of their keys; none by default.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The name of the input, float32 [N, channels, height, width]; letters, digits and underscores. Default
    /// <c>image</c>.
    /// </summary>
    public string InputName { get; init; } = "image";

    /// <summary>
    /// The name of the output, float32 [N, classes]; letters, digits and underscores. Default <c>logits</c>.
    /// </summary>
    public string OutputName { get; init; } = "logits";

    /// <summary>
    /// The name of a second output with class activation maps, float32 [N, classes, height, width] as in <see
    /// cref="NetworkGraph.ClassMaps"/>; letters, digits and underscores. <c>null</c> (default) omits it, and it is
    /// omitted if the network has no such maps. It shares the dense layer's weights.
    /// </summary>
    public string? MapsOutputName { get; init; }

    /// <summary>
    /// The name of a further output with the features, float32 [N, features]: what the last dense layer takes (<see
    /// cref="NetworkGraph.FeatureCount"/>); letters, digits and underscores. <c>null</c> (default) omits it, and it is
    /// omitted if the network's last layer is not dense.
    /// </summary>
    public string? FeaturesOutputName { get; init; }

    /// <summary>
    /// Whether a batch norm directly after a convolution or dense layer is folded into its weights and bias (default).
    /// It is not folded if the layer's output is also used elsewhere.
    /// </summary>
    public bool FoldBatchNorm { get; init; } = true;

    /// <summary>
    /// Whether the weights of convolutions and dense layers are stored as float16, which halves the file; default
    /// false. ONNX Runtime converts them to float32 when it loads the model, so it computes in float32 with weights
    /// rounded to 11 significant bits. Biases stay float32, and so does a tensor with a value above 65,504, the largest
    /// float16.
    /// </summary>
    public bool HalfPrecisionWeights { get; init; }

    /// <summary>
    /// The normalisation of each image before the first layer; <c>null</c> (default) for none. Only for networks with
    /// one channel.
    /// </summary>
    public InputNormalisation? Normalisation { get; init; }

    /// <summary>The producer's name in the file; default <c>Mien</c>.</summary>
    public string ProducerName { get; init; } = "Mien";

    /// <summary>The producer's version; by default this assembly's, such as <c>0.1.0</c>.</summary>
    public string ProducerVersion { get; init; } =
        typeof(OnnxExportOptions).Assembly.GetName().Version?.ToString(3) ?? "";
}
