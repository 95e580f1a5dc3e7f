namespace Mien.Networks;

/// <summary>
/// Nodes and constants that normalise the image before the first layer of a graph. Their names begin with <see
/// cref="Prefix"/>; its hyphen cannot be in the name of a layer.
/// </summary>
internal sealed class OnnxPrefix
{
    public const string Prefix = "crop-normalisation.";

    private readonly List<NodeProto> nodes = [];
    private readonly List<TensorProto> constants = [];

    /// <summary>Adds a node with one output, which has its name.</summary>
    /// <returns>The output.</returns>
    public string Add(string type, string name, string[] inputs, params (string Name, int Value)[] attributes) =>
        Add(type, name, inputs, [Name(name)], attributes);

    /// <summary>Adds a node.</summary>
    /// <returns>The first output.</returns>
    public string Add(
        string type,
        string name,
        string[] inputs,
        string[] outputs,
        params (string Name, int Value)[] attributes
    )
    {
        var node = new NodeProto { OpType = type, Name = Name(name) };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes.Select(a => OnnxGraphWriter.Attribute(a.Name, a.Value)));
        nodes.Add(node);
        return outputs[0];
    }

    /// <summary>Adds a constant scalar.</summary>
    public string Number(string name, double value) => Numbers(name, [], [(float)value]);

    /// <summary>Adds a constant tensor.</summary>
    public string Numbers(string name, int[] shape, float[] values)
    {
        constants.Add(OnnxTensor.Floats(Name(name), shape, values));
        return Name(name);
    }

    /// <summary>Adds constant integers.</summary>
    public string Integers(string name, long[] values)
    {
        constants.Add(OnnxTensor.Integers(Name(name), values));
        return Name(name);
    }

    /// <summary>The full name of a node or constant.</summary>
    public static string Name(string name) => Prefix + name;

    /// <summary>Puts the nodes of a normalisation in front of a graph's other nodes, which are not changed.</summary>
    /// <param name="graph">The graph, with its input.</param>
    /// <param name="normalisation">The normalisation.</param>
    /// <param name="image">The name of the graph's input.</param>
    /// <param name="pixels">Pixels per image.</param>
    /// <returns>The name of the normalised image.</returns>
    public static string AddTo(GraphProto graph, InputNormalisation normalisation, string image, int pixels)
    {
        var prefix = new OnnxPrefix();
        string output = normalisation.AddTo(prefix, image, pixels);
        for (int i = 0; i < prefix.nodes.Count; i++)
        {
            graph.Node.Insert(i, prefix.nodes[i]);
        }

        graph.Initializer.AddRange(prefix.constants);
        return output;
    }
}
