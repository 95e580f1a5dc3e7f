using Google.Protobuf;

namespace Mien.Networks;

/// <summary>Changes the normalisation of a model file that already exists. Thread-safe.</summary>
internal static class OnnxNormalisation
{
    // The lowest version of the operator set in which the nodes have the form that is written here: TopK can
    // select the smallest values since 11, and Clip has its limits as inputs.
    private const long MinOperatorSet = 11;

    /// <summary>The operators whose attributes are graphs.</summary>
    internal static readonly string[] WithSubgraphs = ["If", "Loop", "Scan", "SequenceMap"];

    /// <summary>
    /// Gives a model another normalisation. An earlier one is removed. All else stays as it is, including fields of the
    /// format that Mien does not use.
    /// </summary>
    /// <param name="model">The bytes of an ONNX file.</param>
    /// <param name="source">The file's name, for messages.</param>
    /// <param name="image">The name of the graph's input, float32 [N, 1, height, width].</param>
    /// <param name="pixels">Pixels per image, height × width.</param>
    /// <param name="normalisation">The normalisation; <c>null</c> for none.</param>
    /// <param name="metadata">Entries of the file's metadata to add or to replace.</param>
    /// <returns>The bytes of the new file.</returns>
    /// <exception cref="NetworkException">
    /// The bytes are not an ONNX model, or the model cannot be normalised.
    /// </exception>
    public static byte[] Replace(
        ReadOnlySpan<byte> model,
        string source,
        string image,
        int pixels,
        InputNormalisation? normalisation,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        ModelProto proto = Parse(model, source);
        GraphProto graph = proto.Graph;
        if (!graph.Input.Any(i => i.Name == image))
        {
            throw Wrong(
                source,
                $"its graph has no input '{image}'; it has {string.Join(
                ", ",
                graph.Input.Select(i => $"'{i.Name}'")
            )}"
            );
        }

        Remove(graph, image);
        if (normalisation is not null)
        {
            long version = proto.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")?.Version ?? 0;
            if (version < MinOperatorSet)
            {
                throw Wrong(
                    source,
                    $"it uses version {version} of ONNX's operators, expected {MinOperatorSet} or later"
                );
            }

            if (graph.Node.FirstOrDefault(n => WithSubgraphs.Contains(n.OpType)) is { } nested)
            {
                throw Wrong(
                    source,
                    $"its node '{nested.Name}' ({nested.OpType}) contains a graph, which may use the image directly"
                );
            }

            NodeProto[] layers = [.. graph.Node];
            string output = OnnxPrefix.AddTo(graph, normalisation, image, pixels);
            Rename(layers, image, output);
        }

        foreach ((string key, string value) in metadata)
        {
            if (proto.MetadataProps.FirstOrDefault(m => m.Key == key) is { } entry)
            {
                entry.Value = value;
            }
            else
            {
                proto.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
            }
        }

        return proto.ToByteArray();
    }

    private static void Remove(GraphProto graph, string image)
    {
        NodeProto[] earlier = [.. graph.Node.Where(n => IsPrefix(n.Name))];
        foreach (NodeProto node in earlier)
        {
            graph.Node.Remove(node);
        }

        foreach (TensorProto constant in graph.Initializer.Where(t => IsPrefix(t.Name)).ToArray())
        {
            graph.Initializer.Remove(constant);
        }

        if (earlier is [.., var last])
        {
            Rename(graph.Node, last.Output[0], image);
        }
    }

    private static void Rename(IEnumerable<NodeProto> nodes, string from, string to)
    {
        foreach (NodeProto node in nodes)
        {
            for (int i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = node.Input[i] == from ? to : node.Input[i];
            }
        }
    }

    private static bool IsPrefix(string name) => name.StartsWith(OnnxPrefix.Prefix, StringComparison.Ordinal);

    private static ModelProto Parse(ReadOnlySpan<byte> model, string source)
    {
        ModelProto proto;
        try
        {
            proto = ModelProto.Parser.ParseFrom(model);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new NetworkException($"{source}: not an ONNX model: {e.Message}", innerException: e);
        }

        return proto.Graph is null
            ? throw new NetworkException($"{source}: not an ONNX model: it has no graph.")
            : proto;
    }

    private static NetworkException Wrong(string source, string what) =>
        new($"{source}: the model cannot be normalised: {what}. Expected a model that mien-lab wrote.");
}
