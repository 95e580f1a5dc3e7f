using Google.Protobuf;

namespace Mien.Networks;

/// <summary>
/// Writes a network with its weights as an ONNX model: one input, float32 [N, channels, height, width], one output,
/// float32 [N, classes], with any N, and optionally further outputs with class activation maps and features. Dropout is
/// left out. The same network, weights and options give the same bytes. Thread-safe as long as the weights do not
/// change.
/// </summary>
internal static class OnnxExporter
{
    /// <summary>
    /// The version of ONNX's operator set. A lower version is supported by more runtimes. HardSwish needs 14; later
    /// versions add types and options that are not used here. ONNX Runtime supports 14 since its version 1.8
    /// (docs/Versioning.md there).
    /// </summary>
    public const int OperatorSetVersion = 14;

    /// <summary>
    /// The version of the file format that belongs to this operator set, from ONNX 1.9 (docs/Versioning.md of ONNX).
    /// </summary>
    public const int FormatVersion = 7;

    /// <summary>Writes the model.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="weights">Its weights, exactly those that the graph needs.</param>
    /// <param name="output">
    /// The destination, written from its current position and left open. Nothing is written if the weights do not
    /// match.
    /// </param>
    /// <param name="options">Names, metadata and weight format; <c>null</c> uses the defaults.</param>
    /// <exception cref="NetworkException">
    /// Weights are missing, superfluous, of another size or not finite, or too large for one file (2 GiB).
    /// </exception>
    /// <exception cref="ArgumentException">The names of input and outputs in the options are invalid.</exception>
    /// <exception cref="IOException">The stream cannot be written to.</exception>
    public static void Write(
        NetworkGraph graph,
        NetworkWeights weights,
        Stream output,
        OnnxExportOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(output);
        options ??= new OnnxExportOptions();
        CheckName(options.InputName, nameof(options.InputName));
        CheckName(options.OutputName, nameof(options.OutputName));
        if (options.InputName == options.OutputName)
        {
            throw new ArgumentException(
                $"Input and output are both named '{options.InputName}', expected two names.",
                nameof(options)
            );
        }

        CheckFurther("Class activation maps", nameof(options.MapsOutputName), options.MapsOutputName, options);
        CheckFurther("Features", nameof(options.FeaturesOutputName), options.FeaturesOutputName, options);
        if (options.FeaturesOutputName is { } features && features == options.MapsOutputName)
        {
            throw new ArgumentException(
                $"Class activation maps and features are both named '{features}', expected two names.",
                nameof(options)
            );
        }

        weights.Check(graph);
        // Sizes inside a protocol buffer are 32-bit integers. Everything except the weights needs far less than the
        // reserved megabyte.
        if (graph.Parameters * sizeof(float) > int.MaxValue - (1 << 20))
        {
            throw new NetworkException(
                $"Network '{graph.Description.Name}' has {graph.Parameters} parameters, more than fit into an ONNX "
                    + $"file of 2 GiB."
            );
        }

        var model = new ModelProto
        {
            IrVersion = FormatVersion,
            ProducerName = options.ProducerName,
            ProducerVersion = options.ProducerVersion,
            Graph = new OnnxGraphWriter(graph, weights, options).Write(),
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = OperatorSetVersion });
        model.MetadataProps.AddRange(
            options
                .Metadata.OrderBy(m => m.Key, StringComparer.Ordinal)
                .Select(m => new StringStringEntryProto { Key = m.Key, Value = m.Value })
        );
        model.WriteTo(output);
    }

    private static void CheckFurther(string what, string option, string? name, OnnxExportOptions options)
    {
        if (name is null)
        {
            return;
        }

        CheckName(name, option);
        if (name == options.InputName || name == options.OutputName)
        {
            throw new ArgumentException(
                $"{what} and {(name == options.InputName ? "input" : "output")} are both named '{name}', expected two "
                    + $"names.",
                nameof(options)
            );
        }
    }

    // Names inside the graph contain a dot ('conv1.output'), so they never collide with the names of the input and
    // output.
    private static void CheckName(string name, string option)
    {
        if (string.IsNullOrEmpty(name) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            throw new ArgumentException(
                $"{option} is '{name}', expected letters, digits and underscores.",
                nameof(name)
            );
        }
    }
}
