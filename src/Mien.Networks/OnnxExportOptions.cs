namespace Mien.Networks;

/// <summary>How a network becomes an ONNX file. Immutable.</summary>
internal sealed record OnnxExportOptions
{
    /// <summary>Entries of the file's metadata, written in the order of their keys; by default none.</summary>
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
    /// The name of a second output with class activation maps, float32 [N, classes, height, width] of
    /// <see cref="NetworkGraph.ClassMaps"/>; letters, digits and underscores. <c>null</c> (default) leaves it out, and
    /// it is left out where the network has no such maps. It shares the dense layer's weights.
    /// </summary>
    public string? MapsOutputName { get; init; }

    /// <summary>
    /// Whether a batch norm right after a convolution or dense layer becomes part of its weights and bias (default). It
    /// does not where the layer's output is used elsewhere too.
    /// </summary>
    public bool FoldBatchNorm { get; init; } = true;

    /// <summary>
    /// Whether the weights of convolutions and dense layers are stored as float16, which halves the file; default
    /// false. The runtime turns them into float32 when it loads the model, so it computes as before with weights that
    /// are rounded to 11 significant bits. Biases stay float32, and so does a tensor with a value over 65,504, the
    /// largest float16.
    /// </summary>
    public bool HalfPrecisionWeights { get; init; }

    /// <summary>The program that is named as the file's producer; default <c>Mien</c>.</summary>
    public string ProducerName { get; init; } = "Mien";

    /// <summary>The producer's version; by default this assembly's, such as <c>0.1.0</c>.</summary>
    public string ProducerVersion { get; init; } =
        typeof(OnnxExportOptions).Assembly.GetName().Version?.ToString(3) ?? "";
}
