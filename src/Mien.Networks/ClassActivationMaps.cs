namespace Mien.Networks;

/// <summary>
/// The class activation maps (Zhou et al., "Learning Deep Features for Discriminative Localization", 2016) of a network
/// that ends in global average pooling and one dense layer: the dense layer's weights, applied to the features at each
/// location instead of to their means. The mean of a class's map over all locations plus the class's bias is its logit.
/// Immutable.
/// </summary>
/// <param name="Shape">Classes × rows × columns.</param>
/// <param name="Top">
/// The row of the input on which the window of the maps' first row is centred; 0 is the centre of the first row of
/// pixels.
/// </param>
/// <param name="Left">The column of the input on which the window of the maps' first column is centred.</param>
/// <param name="Step">The distance between two rows, and between two columns, in pixels of the input.</param>
/// <param name="Macs">The MACs of computing them for one image; not part of <see cref="NetworkGraph.Macs"/>.</param>
internal sealed record ClassActivationMaps(TensorShape Shape, double Top, double Left, int Step, long Macs)
{
    /// <summary>The index of the dense layer in <see cref="NetworkGraph.Nodes"/>.</summary>
    internal int Dense { get; init; }

    /// <summary>The index of the node whose output is pooled; −1 is the image.</summary>
    internal int Features { get; init; }

    /// <summary>The maps of a network; <c>null</c> if it has another ending.</summary>
    internal static ClassActivationMaps? Of(IReadOnlyList<GraphNode> nodes, TensorShape image)
    {
        int dense = BeforeDropouts(nodes, nodes.Count - 1);
        if (dense < 0 || nodes[dense].Operator is not DenseOperator { Units: var classes, Features: var channels })
        {
            return null;
        }

        int pool = BeforeDropouts(nodes, nodes[dense].Inputs[0]);
        if (pool < 0 || nodes[pool].Operator is not GlobalAveragePoolOperator)
        {
            return null;
        }

        int features = nodes[pool].Inputs[0];
        TensorShape from = features < 0 ? image : nodes[features].Output;
        var shape = new TensorShape(classes, from.Height, from.Width);
        (double top, double left, int step) = PlaceOf(nodes, features);
        return new ClassActivationMaps(shape, top, left, step, shape.Elements * channels)
        {
            Dense = dense,
            Features = features,
        };
    }

    /// <summary>The first node from a node backwards that is no dropout; −1 is the image.</summary>
    internal static int BeforeDropouts(IReadOnlyList<GraphNode> nodes, int node)
    {
        while (node >= 0 && nodes[node].Operator is DropoutOperator)
        {
            node = nodes[node].Inputs[0];
        }

        return node;
    }

    /// <summary>
    /// The positions in the image on which a node's windows are centred. Branches that are joined have the same
    /// positions, so following the first input is enough.
    /// </summary>
    private static (double Top, double Left, int Step) PlaceOf(IReadOnlyList<GraphNode> nodes, int last)
    {
        var path = new Stack<GraphNode>();
        for (int i = last; i >= 0; i = nodes[i].Inputs[0])
        {
            path.Push(nodes[i]);
        }

        (double top, double left, int step) = (0, 0, 1);
        foreach (GraphNode node in path)
        {
            (int window, int stride, Padding padding) = node.Operator switch
            {
                ConvOperator conv => (conv.Kernel, conv.Stride, conv.Padding),
                PoolOperator pool => (pool.Size, pool.Stride, pool.Padding),
                ZeroPadOperator pad => (1, 1, pad.Padding),
                _ => (1, 1, default),
                // A window moves the centre by half its size, in steps of the layer's input, and padding moves it back.
            };
            top += (((window - 1) / 2.0) - padding.Top) * step;
            left += (((window - 1) / 2.0) - padding.Left) * step;
            step *= stride;
        }

        return (top, left, step);
    }
}
