using Google.Protobuf;

namespace Mien.Networks;

/// <summary>The weights of a network, read back from an ONNX file of <see cref="OnnxExporter"/>. Immutable.</summary>
/// <param name="Weights">
/// The weights. Batch norms that were folded into the layer before are there as plain shifts: scale 1, mean 0, and a
/// variance by which they divide by 1.
/// </param>
/// <param name="Folded">
/// The index of each layer whose batch norms were folded into it, and of the last of these norms, which has the shift.
/// </param>
internal sealed record OnnxWeights(NetworkWeights Weights, IReadOnlyList<(int Layer, int Norm)> Folded)
{
    /// <summary>Reads the weights.</summary>
    /// <param name="file">The bytes of the ONNX file.</param>
    /// <param name="graph">The network that the file was exported from.</param>
    /// <param name="source">The file, for messages.</param>
    /// <exception cref="NetworkException">
    /// The bytes are not an ONNX model, or its constants are not the weights of this network.
    /// </exception>
    public static OnnxWeights Read(byte[] file, NetworkGraph graph, string source)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(graph);
        GraphProto proto;
        try
        {
            proto = ModelProto.Parser.ParseFrom(file).Graph ?? new GraphProto();
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new NetworkException($"{source}: not an ONNX model: {e.Message}", innerException: e);
        }

        var weights = new NetworkWeights();
        var folded = new List<(int, int)>();
        var plan = new OnnxFoldingPlan(graph, foldBatchNorm: true);
        var indices = graph.Nodes.Select((n, i) => (n, i)).ToDictionary(p => p.n, p => p.i);
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            GraphNode node = graph.Nodes[i];
            IReadOnlyList<GraphNode> norms = plan.BatchNormsIn(i);
            // A model that was exported without folding has constants of its own for them.
            bool isFolded = norms.Count > 0 && OnnxConstant.Of(proto, norms[0].Name + ".weight") is null;
            if (!plan.Stands(i) && (node.Operator is not BatchNormOperator || weights.Names.Contains(Of(node, "bias"))))
            {
                continue;
            }

            foreach (WeightShape shape in node.Operator.Weights)
            {
                weights[Of(node, shape.Name)] =
                    isFolded && shape.Name == "bias"
                        ? new float[shape.Elements] // it is in the shift of the last norm
                        : Constant(Of(node, shape.Name));
            }

            if (isFolded)
            {
                foreach (GraphNode norm in norms)
                {
                    int channels = node.Output.Channels;
                    float variance = (float)(1 - ((BatchNormOperator)norm.Operator).Epsilon);
                    weights[Of(norm, "weight")] = [.. Enumerable.Repeat(1f, channels)];
                    weights[Of(norm, "bias")] = norm == norms[^1] ? Constant(Of(node, "bias")) : new float[channels];
                    weights[Of(norm, "runningMean")] = new float[channels];
                    weights[Of(norm, "runningVariance")] = [.. Enumerable.Repeat(variance, channels)];
                }

                folded.Add((i, indices[norms[^1]]));
            }
        }

        weights.Check(graph);
        return new OnnxWeights(weights, folded);

        static string Of(GraphNode node, string name) => $"{node.Name}.{name}";

        float[] Constant(string name) =>
            OnnxConstant.Of(proto, name)?.Values
            ?? throw new NetworkException(
                $"{source}: no constant '{name}' found, expected the weights of network '{graph.Description.Name}', "
                    + $"as mien-lab export writes them."
            );
    }
}
