using Google.Protobuf;
using static Mien.Networks.TensorProto.Types;

namespace Mien.Networks;

/// <summary>
/// The last dense layer of an ONNX file: what it takes, its weights, and copies of the file in which it has more units.
/// It is a Gemm, or a MatMul and an Add, as exporters write dense layers. Immutable.
/// </summary>
internal sealed class OnnxLastLayer
{
    private readonly ModelProto model;
    private readonly string output;
    private readonly OnnxConstant weight;
    private readonly OnnxConstant bias;

    private OnnxLastLayer(ModelProto model, string output, string features, OnnxConstant weight, OnnxConstant bias)
    {
        this.model = model;
        this.output = output;
        this.weight = weight;
        this.bias = bias;
        FeatureName = features;
        Units = bias.Values.Length;
        Features = weight.Values.Length / Units;
        Weights = weight.IsTransposed ? weight.Values : Transpose(weight.Values, Features, Units);
    }

    /// <summary>The name of the tensor that the layer takes, float32 [N, features].</summary>
    public string FeatureName { get; }

    /// <summary>The number of features.</summary>
    public int Features { get; }

    /// <summary>The number of units: classes, or classes of all heads together.</summary>
    public int Units { get; }

    /// <summary>units × features, row by row; do not write to it.</summary>
    public float[] Weights { get; }

    /// <summary>One value per unit; do not write to it.</summary>
    public float[] Bias => bias.Values;

    /// <summary>Finds the layer that computes an output of a file.</summary>
    /// <param name="file">The bytes of the ONNX file.</param>
    /// <param name="output">The name of the output, such as <c>logits</c>.</param>
    /// <param name="source">The file, for messages.</param>
    /// <exception cref="NetworkException">
    /// The bytes are not an ONNX model, or the output does not come from a dense layer with constant weights.
    /// </exception>
    public static OnnxLastLayer Find(byte[] file, string output, string source)
    {
        ArgumentNullException.ThrowIfNull(file);
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(file);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new NetworkException($"{source}: not an ONNX model: {e.Message}", innerException: e);
        }

        GraphProto graph = model.Graph ?? new GraphProto();
        NodeProto? last = graph.Node.FirstOrDefault(n => n.Output.Contains(output));
        return last switch
        {
            { OpType: "Gemm" } => OfGemm(model, last, output, source),
            { OpType: "Add" } => OfAdd(model, last, output, source),
            _ => throw Wrong(
                source,
                last is null
                    ? $"no node computes the output '{output}'"
                    : $"the output '{output}' comes from {last.OpType} '{last.Name}'"
            ),
        };
    }

    /// <summary>Writes a copy in which the features are an output too.</summary>
    /// <param name="metadata">Metadata entries to replace or add.</param>
    /// <returns>The bytes of an ONNX file.</returns>
    public byte[] WithFeatureOutput(IReadOnlyDictionary<string, string> metadata)
    {
        ModelProto copy = model.Clone();
        if (!copy.Graph.Output.Any(o => o.Name == FeatureName))
        {
            copy.Graph.Output.Add(OnnxValue.Floats(FeatureName, Features));
        }

        return Bytes(copy, metadata);
    }

    /// <summary>
    /// Writes a copy in which the features are an output of a given name, as <see cref="OnnxExporter"/> writes it. All
    /// else stays as it is.
    /// </summary>
    /// <param name="name">The name, which nothing in the graph may have.</param>
    /// <param name="metadata">Metadata entries to replace or add.</param>
    /// <param name="source">The file, for messages.</param>
    /// <returns>The bytes of an ONNX file.</returns>
    /// <exception cref="NetworkException">Something else has the name.</exception>
    public byte[] WithFeatures(string name, IReadOnlyDictionary<string, string> metadata, string source)
    {
        ModelProto copy = model.Clone();
        GraphProto graph = copy.Graph;
        if (
            graph.Node.Any(n => n.Output.Contains(name))
            || graph.Initializer.Any(t => t.Name == name)
            || graph.Input.Any(i => i.Name == name)
        )
        {
            throw new NetworkException(
                $"{source}: its graph already has a tensor '{name}', expected none of that name, which the output with "
                    + $"the features gets. Rename it, or export the model again with mien-lab export."
            );
        }

        if (CanRename(graph))
        {
            foreach (NodeProto node in graph.Node)
            {
                Rename(node.Input);
                Rename(node.Output);
            }
        }
        else
        {
            var node = new NodeProto { OpType = "Identity", Name = name };
            node.Input.Add(FeatureName);
            node.Output.Add(name);
            graph.Node.Add(node);
        }

        graph.Output.Add(OnnxValue.Floats(name, Features));
        return Bytes(copy, metadata);

        void Rename(IList<string> names)
        {
            for (int i = 0; i < names.Count; i++)
            {
                names[i] = names[i] == FeatureName ? name : names[i];
            }
        }
    }

    /// <summary>
    /// Makes a copy in which the layer has other weights and biases, of any number of units, in float32. Class
    /// activation maps share them.
    /// </summary>
    /// <param name="weights">units × features, row by row.</param>
    /// <param name="biases">One value per unit.</param>
    /// <param name="maps">The name of the output with class activation maps; <c>null</c> if there is none.</param>
    /// <param name="source">The file, for messages.</param>
    /// <returns>A model that the caller may change.</returns>
    /// <exception cref="NetworkException">
    /// The maps do not share the layer's weights, or other parts of the graph use them too.
    /// </exception>
    public ModelProto Replace(float[] weights, float[] biases, string? maps, string source)
    {
        ModelProto copy = model.Clone();
        GraphProto graph = copy.Graph;
        if (maps is not null && !SharesWeights(graph, maps))
        {
            throw MapsApart(source, maps);
        }

        NodeProto last = graph.Node.First(n => n.Output.Contains(output));
        foreach (OnnxConstant stored in (OnnxConstant[])[weight, bias])
        {
            int uses = graph.Node.Sum(n => n.OpType == "Cast" ? 0 : n.Input.Count(i => i == stored.Name));
            if (uses > (stored == weight && maps is not null ? 2 : 1))
            {
                throw Wrong(source, $"'{stored.Name}' of the last layer, '{last.Name}', is used by other nodes too");
            }

            // In float32 whatever it was: it replaces a constant that may have been stored in half precision.
            NodeProto? cast = graph.Node.FirstOrDefault(n => n.OpType == "Cast" && n.Output.Contains(stored.Name));
            if (cast is not null)
            {
                graph.Node.Remove(cast);
            }

            graph.Initializer.Remove(graph.Initializer.First(t => t.Name == stored.Initializer));
            bool isBias = stored == bias;
            graph.Initializer.Add(
                OnnxTensor.Floats(
                    stored.Name,
                    isBias ? [biases.Length]
                        : weight.IsTransposed ? [biases.Length, Features]
                        : [Features, biases.Length],
                    isBias ? biases
                        : weight.IsTransposed ? weights
                        : Transpose(weights, biases.Length, Features)
                )
            );
        }

        SetUnits(graph, biases.Length, maps);
        return copy;
    }

    /// <summary>
    /// Writes a copy with other metadata, in which units are added after those that are there. Class activation maps
    /// that share the layer's weights get as many channels.
    /// </summary>
    /// <param name="weights">added units × features, row by row; none writes only other metadata.</param>
    /// <param name="biases">One value per added unit.</param>
    /// <param name="maps">The name of the output with class activation maps; <c>null</c> if there is none.</param>
    /// <param name="metadata">Metadata entries to replace or add.</param>
    /// <param name="source">The file, for messages.</param>
    /// <returns>The bytes of an ONNX file.</returns>
    /// <exception cref="NetworkException">The maps do not share the layer's weights.</exception>
    public byte[] Widen(
        float[] weights,
        float[] biases,
        string? maps,
        IReadOnlyDictionary<string, string> metadata,
        string source
    )
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(biases);
        if (weights.Length != biases.Length * Features)
        {
            throw new ArgumentException(
                $"Found {weights.Length} weights for {biases.Length} units of {Features} features.",
                nameof(weights)
            );
        }

        ModelProto copy = model.Clone();
        int units = Units + biases.Length;
        float[] all = [.. Weights, .. weights];
        Replace(copy.Graph, weight, weight.IsTransposed ? [units, Features] : [Features, units], all, units);
        Replace(copy.Graph, bias, [units], [.. Bias, .. biases], units);
        SetUnits(copy.Graph, units, maps);
        return maps is null || biases.Length == 0 || SharesWeights(copy.Graph, maps)
            ? Bytes(copy, metadata)
            : throw MapsApart(source, maps);
    }

    /// <summary>Replaces or adds metadata entries, and gives the bytes of the file.</summary>
    public static byte[] Bytes(ModelProto model, IReadOnlyDictionary<string, string> metadata)
    {
        foreach ((string key, string value) in metadata)
        {
            StringStringEntryProto? entry = model.MetadataProps.FirstOrDefault(m => m.Key == key);
            if (entry is null)
            {
                entry = new StringStringEntryProto { Key = key };
                model.MetadataProps.Add(entry);
            }

            entry.Value = value;
        }

        return model.ToByteArray();
    }

    private static NetworkException MapsApart(string source, string maps) =>
        new(
            $"{source}: its class activation maps '{maps}' are not computed with the weights of the last dense layer, "
                + $"so they cannot get other channels. Export the model again with mien-lab export."
        );

    private void SetUnits(GraphProto graph, int units, string? maps)
    {
        foreach (ValueInfoProto value in graph.Output.Where(v => v.Name == output || v.Name == maps))
        {
            value.Type.TensorType.Shape.Dim[1] = new TensorShapeProto.Types.Dimension { DimValue = units };
        }
    }

    /// <summary>
    /// Whether the features can be renamed: not if they are an input or output of the graph, or a graph inside a node
    /// might use them.
    /// </summary>
    private bool CanRename(GraphProto graph) =>
        !graph.Input.Any(i => i.Name == FeatureName)
        && !graph.Output.Any(o => o.Name == FeatureName)
        && !graph.Initializer.Any(t => t.Name == FeatureName)
        && !graph.Node.Any(n => OnnxNormalisation.WithSubgraphs.Contains(n.OpType));

    private static OnnxLastLayer OfGemm(ModelProto model, NodeProto node, string output, string source)
    {
        if (Integer(node, "transA") != 0 || Number(node, "alpha") != 1 || Number(node, "beta") != 1)
        {
            throw Wrong(source, $"Gemm '{node.Name}' has transA, alpha or beta");
        }

        return Of(
            model,
            output,
            node.Input[0],
            node.Input[1],
            node.Input.ElementAtOrDefault(2),
            source,
            Integer(node, "transB") == 1
        );
    }

    private static OnnxLastLayer OfAdd(ModelProto model, NodeProto node, string output, string source)
    {
        foreach (
            (string product, string added) in ((string, string)[])
                [(node.Input[0], node.Input[1]), (node.Input[1], node.Input[0])]
        )
        {
            if (model.Graph.Node.FirstOrDefault(n => n.OpType == "MatMul" && n.Output[0] == product) is { } matMul)
            {
                return Of(model, output, matMul.Input[0], matMul.Input[1], added, source, false);
            }
        }

        throw Wrong(source, $"the output '{output}' comes from Add '{node.Name}', which adds to no MatMul");
    }

    private static OnnxLastLayer Of(
        ModelProto model,
        string output,
        string features,
        string weight,
        string? bias,
        string source,
        bool isTransposed
    )
    {
        OnnxConstant weights = OnnxConstant.Of(model.Graph, weight) is { } w
            ? w with
            {
                IsTransposed = isTransposed,
            }
            : throw Constant(weight);
        OnnxConstant biases = OnnxConstant.Of(model.Graph, bias ?? "") ?? throw Constant(bias ?? "bias");
        return weights.Dimensions == 2 && biases.Values.Length > 0 && weights.Values.Length % biases.Values.Length == 0
            ? new OnnxLastLayer(model, output, features, weights, biases)
            : throw Wrong(source, $"'{weight}' has {weights.Values.Length} values and '{bias}' {biases.Values.Length}");

        NetworkException Constant(string name) =>
            Wrong(source, $"'{name}' of the last layer is not a constant of the file in float32 or float16");
    }

    private void Replace(GraphProto graph, OnnxConstant stored, IReadOnlyList<int> shape, float[] rows, int units)
    {
        TensorProto old = graph.Initializer.First(t => t.Name == stored.Initializer);
        float[] values = stored.IsTransposed || shape.Count == 1 ? rows : Transpose(rows, units, Features);
        // The values that are there are float16 already, so they keep every digit.
        TensorProto replaced =
            old.DataType == (int)DataType.Float16
                ? OnnxTensor.Halves(old.Name, shape, values)
                : OnnxTensor.Floats(old.Name, shape, values);
        graph.Initializer[graph.Initializer.IndexOf(old)] = replaced;
    }

    private bool SharesWeights(GraphProto graph, string maps)
    {
        NodeProto? conv = graph.Node.FirstOrDefault(n => n.OpType == "Conv" && n.Output.Contains(maps));
        NodeProto? filters = graph.Node.FirstOrDefault(n =>
            n.OpType is "Unsqueeze" or "Reshape" && conv?.Input.ElementAtOrDefault(1) == n.Output[0]
        );
        return conv?.Input.Count == 2 && filters?.Input[0] == weight.Name;
    }

    private static float[] Transpose(float[] values, int rows, int columns)
    {
        float[] result = new float[values.Length];
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
            {
                result[(c * rows) + r] = values[(r * columns) + c];
            }
        }

        return result;
    }

    private static long Integer(NodeProto node, string name) =>
        node.Attribute.FirstOrDefault(a => a.Name == name)?.I ?? 0;

    private static float Number(NodeProto node, string name) =>
        node.Attribute.FirstOrDefault(a => a.Name == name)?.F ?? 1;

    private static NetworkException Wrong(string source, string what) =>
        new(
            $"{source}: {what}, expected a dense layer as the last one: Gemm, or MatMul and Add, with its own weights."
        );
}
