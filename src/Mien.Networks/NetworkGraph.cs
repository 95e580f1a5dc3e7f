namespace Mien.Networks;

/// <summary>
/// A checked network: its operators in an order in which they can be computed, with shapes and costs. Immutable and
/// thread-safe.
/// </summary>
internal sealed class NetworkGraph
{
    internal NetworkGraph(NetworkDescription description, TensorShape input, IReadOnlyList<GraphNode> nodes)
    {
        Description = description;
        Input = input;
        Nodes = nodes;
        ClassMaps = ClassActivationMaps.Of(nodes, input);
    }

    /// <summary>The description that it was built from.</summary>
    public NetworkDescription Description { get; }

    /// <summary>The shape of the image.</summary>
    public TensorShape Input { get; }

    /// <summary>The operators; each takes only earlier nodes, and the last one gives the logits.</summary>
    public IReadOnlyList<GraphNode> Nodes { get; }

    /// <summary>The number of logits: the features of the last node.</summary>
    public int Outputs => Nodes[^1].Output.Channels;

    /// <summary>The number of classes of each head.</summary>
    public int Classes => Outputs / Math.Max(1, Heads.Count);

    /// <summary>The names of the heads, in the order of their logits; empty for a network with one head.</summary>
    public IReadOnlyList<string> Heads => Description.Heads ?? [];

    /// <summary>The number of trainable parameters and batch norm statistics together, as Keras counts them.</summary>
    public long Parameters => TrainableParameters + Nodes.Sum(n => n.FixedParameters);

    /// <summary>The number of trainable parameters.</summary>
    public long TrainableParameters => Nodes.Sum(n => n.TrainableParameters);

    /// <summary>
    /// MACs of one forward pass of one image: convolutions and dense layers. Batch norm (folded away in the
    /// exported model), activations, pooling and sums are not counted, as is usual in the literature.
    /// </summary>
    public long Macs => Nodes.Sum(n => n.Macs);

    /// <summary>
    /// The class activation maps that the exported model can output beside the logits; <c>null</c> if the network does
    /// not end in global average pooling and one dense layer (with optional dropouts between and after them).
    /// </summary>
    public ClassActivationMaps? ClassMaps { get; }

    /// <summary>
    /// The number of features, which the last layer takes, if that layer is dense (with optional dropouts after it);
    /// otherwise 0.
    /// </summary>
    public int FeatureCount => LastDense is { } last ? ((DenseOperator)Nodes[last].Operator).Features : 0;

    /// <summary>The index of the last layer in <see cref="Nodes"/> if it is dense; otherwise <c>null</c>.</summary>
    internal int? LastDense
    {
        get
        {
            int last = ClassActivationMaps.BeforeDropouts(Nodes, Nodes.Count - 1);
            return last >= 0 && Nodes[last].Operator is DenseOperator ? last : null;
        }
    }

    /// <summary>
    /// The number of output values of all nodes for one image; times 4 bytes, the memory that training keeps.
    /// </summary>
    public long Activations => Nodes.Sum(n => n.Output.Elements);

    /// <summary>Checks a description and computes shapes and costs.</summary>
    /// <param name="description">The description.</param>
    /// <returns>The graph.</returns>
    /// <exception cref="NetworkException">A layer is invalid; the message names it.</exception>
    public static NetworkGraph Build(NetworkDescription description) => new GraphBuilder(description).Build();
}
