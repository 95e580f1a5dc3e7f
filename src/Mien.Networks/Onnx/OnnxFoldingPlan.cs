namespace Mien.Networks;

/// <summary>
/// Decides which nodes have no operator of their own in the ONNX graph: dropouts, and batch norms that are folded into
/// the layer before.
/// </summary>
internal sealed class OnnxFoldingPlan
{
    // For each node, the node whose ONNX operator computes its value: itself, or the one it was folded into. −1 is the
    // image.
    private readonly int[] sources;
    private readonly List<GraphNode>?[] folded;

    public OnnxFoldingPlan(NetworkGraph graph, bool foldBatchNorm)
    {
        IReadOnlyList<GraphNode> nodes = graph.Nodes;
        sources = new int[nodes.Count];
        folded = new List<GraphNode>?[nodes.Count];

        // For each node, the node whose value it takes when dropouts are skipped.
        var values = new int[nodes.Count];
        int ValueOf(int node) => node < 0 ? node : values[node];
        for (int i = 0; i < nodes.Count; i++)
        {
            values[i] = nodes[i].Operator is DropoutOperator ? ValueOf(nodes[i].Inputs[0]) : i;
        }

        var uses = new int[nodes.Count];
        IEnumerable<int> used = nodes
            .Where(n => n.Operator is not DropoutOperator)
            .SelectMany(n => n.Inputs)
            .Append(nodes.Count - 1);
        foreach (int value in used.Select(ValueOf).Where(v => v >= 0))
        {
            uses[value]++;
        }

        for (int i = 0; i < nodes.Count; i++)
        {
            sources[i] = i;
            int from = nodes[i].Inputs.Count == 1 ? ValueOf(nodes[i].Inputs[0]) : -1;
            if (nodes[i].Operator is DropoutOperator)
            {
                sources[i] = SourceOf(from);
            }
            // A batch norm is folded only if nothing else uses the layer's output without the norm.
            else if (
                foldBatchNorm
                && nodes[i].Operator is BatchNormOperator
                && from >= 0
                && uses[from] == 1
                && nodes[sources[from]].Operator is ConvOperator or DenseOperator
            )
            {
                sources[i] = sources[from];
                (folded[sources[from]] ??= []).Add(nodes[i]);
            }
        }
    }

    /// <summary>The node whose operator computes a node's value; −1 is the image.</summary>
    public int SourceOf(int node) => node < 0 ? node : sources[node];

    /// <summary>Whether a node has an operator of its own.</summary>
    public bool Stands(int node) => sources[node] == node;

    /// <summary>
    /// The batch norms that are folded into a node's weights, in the order in which they are applied.
    /// </summary>
    public IReadOnlyList<GraphNode> BatchNormsIn(int node) => folded[node] ?? (IReadOnlyList<GraphNode>)[];
}
