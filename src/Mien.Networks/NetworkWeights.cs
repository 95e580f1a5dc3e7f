namespace Mien.Networks;

/// <summary>
/// The weights of a network by name: <c>NODE.weight</c>, <c>NODE.bias</c>, and for a batch norm <c>NODE.runningMean</c>
/// and <c>NODE.runningVariance</c>, each in row-major order with the shape in <see cref="Operator.Weights"/>. Not
/// thread-safe while it is filled.
/// </summary>
internal sealed class NetworkWeights
{
    private readonly Dictionary<string, float[]> values = new(StringComparer.Ordinal);

    /// <summary>The names that have values.</summary>
    public IReadOnlyCollection<string> Names => values.Keys;

    /// <summary>The values of one tensor; the array is stored and returned without copying.</summary>
    /// <param name="name">For example <c>conv1.weight</c>.</param>
    /// <returns>The values, row-major.</returns>
    /// <exception cref="NetworkException">There is no such tensor (when reading).</exception>
    public float[] this[string name]
    {
        get =>
            values.TryGetValue(name, out float[]? found)
                ? found
                : throw new NetworkException(
                    $"The weights '{name}' are missing; these weights belong to another network."
                );
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            values[name] = value;
        }
    }

    /// <summary>Checks that there are weights of the right size for every node, and no others.</summary>
    /// <param name="graph">The network.</param>
    /// <exception cref="NetworkException">
    /// Weights are missing, have another size, or belong to no node; the message names them.
    /// </exception>
    public void Check(NetworkGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var expected = new HashSet<string>(StringComparer.Ordinal);
        foreach (GraphNode node in graph.Nodes)
        {
            foreach (WeightShape shape in node.Operator.Weights)
            {
                string name = $"{node.Name}.{shape.Name}";
                expected.Add(name);
                string expectedShape = $"{shape.Elements} values ({string.Join('×', shape.Shape)})";
                if (!values.TryGetValue(name, out float[]? found))
                {
                    throw new NetworkException(
                        $"Network '{graph.Description.Name}', layer '{node.Name}': the weights "
                            + $"'{name}' are missing, expected {expectedShape}. They belong to another network.",
                        node.Name
                    );
                }

                if (found.Length != shape.Elements)
                {
                    throw new NetworkException(
                        $"Network '{graph.Description.Name}', layer '{node.Name}': '{name}' has {found.Length} "
                            + $"values, expected {expectedShape}. They belong to another network.",
                        node.Name
                    );
                }
            }
        }

        string? extra = values.Keys.FirstOrDefault(k => !expected.Contains(k));
        if (extra is not null)
        {
            throw new NetworkException(
                $"Network '{graph.Description.Name}' has no layer for the weights '{extra}'. They belong to "
                    + $"another network."
            );
        }
    }
}
