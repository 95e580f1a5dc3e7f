using Mien.Networks;

namespace Mien.Training;

/// <summary>Starts a network with several heads from the weights of one with one head.</summary>
internal static class HeadWeights
{
    /// <summary>
    /// Repeats the weights of the last dense layer for each head, so that all heads begin as the one.
    /// </summary>
    /// <param name="weights">The weights of the network, with one head or with all.</param>
    /// <param name="graph">The network with its heads.</param>
    /// <returns>Weights of the right sizes; the given ones if nothing has to be repeated.</returns>
    public static NetworkWeights Repeat(NetworkWeights weights, NetworkGraph graph)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(graph);
        if (graph.Heads.Count == 0 || graph.Nodes.LastOrDefault(n => n.Operator is DenseOperator) is not { } last)
        {
            return weights;
        }

        var result = new NetworkWeights();
        foreach (string name in weights.Names)
        {
            WeightShape? shape = last.Operator.Weights.FirstOrDefault(w => $"{last.Name}.{w.Name}" == name);
            float[] values = weights[name];
            result[name] =
                shape is not null && values.Length * graph.Heads.Count == shape.Elements
                    ? [.. Enumerable.Repeat(values, graph.Heads.Count).SelectMany(v => v)]
                    : values;
        }

        return result;
    }
}
