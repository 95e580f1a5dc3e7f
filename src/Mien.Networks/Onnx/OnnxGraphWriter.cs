using System.Globalization;

namespace Mien.Networks;

/// <summary>Converts the operators of a network to ONNX operators. Single use.</summary>
internal sealed class OnnxGraphWriter(NetworkGraph graph, NetworkWeights weights, OnnxExportOptions options)
{
    private static readonly long[] RowsAndColumns = [2, 3];
    private readonly OnnxFoldingPlan plan = new(graph, options.FoldBatchNorm);
    private readonly GraphProto proto = new() { Name = graph.Description.Name };
    private string image = options.InputName;

    // The node whose value is the output with the features; −2 if there is none.
    private int features = -2;

    public GraphProto Write()
    {
        if (graph.Description.Summary is { } summary)
        {
            proto.DocString = summary;
        }

        proto.Input.Add(Value(options.InputName, graph.Input));
        proto.Output.Add(Value(options.OutputName, graph.Nodes[^1].Output));
        if (options.FeaturesOutputName is { } named && graph.LastDense is { } dense)
        {
            features = plan.SourceOf(graph.Nodes[dense].Inputs[0]);
            proto.Output.Add(OnnxValue.Floats(named, graph.FeatureCount));
        }

        if (options.Normalisation is { } normalisation)
        {
            image = Normalised(normalisation);
        }

        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            if (plan.Stands(i))
            {
                Write(i, graph.Nodes[i]);
            }
        }

        if (options.MapsOutputName is { } name && graph.ClassMaps is { } maps)
        {
            Write(maps, name);
        }

        return proto;
    }

    private string Normalised(InputNormalisation normalisation) =>
        graph.Input.Channels == 1
            ? OnnxPrefix.AddTo(proto, normalisation, options.InputName, graph.Input.Height * graph.Input.Width)
            : throw new NetworkException(
                $"Network '{graph.Description.Name}' takes {graph.Input.Channels} channels, expected 1: only gray "
                    + $"images can be normalised."
            );

    // A 1×1 convolution with the dense layer's weights, which are stored only once: ONNX Runtime reshapes them when it
    // loads the model.
    private void Write(ClassActivationMaps maps, string output)
    {
        string dense = graph.Nodes[maps.Dense].Name;
        string axes = dense + ".mapAxes";
        string filters = dense + ".mapFilters";
        proto.Output.Add(Value(output, maps.Shape));
        proto.Initializer.Add(OnnxTensor.Integers(axes, RowsAndColumns));
        Node("Unsqueeze", filters, [dense + ".weight", axes], filters);
        Node("Conv", dense + ".maps", [Value(maps.Features), filters], output, Attribute("kernel_shape", [1, 1]));
    }

    private void Write(int index, GraphNode node)
    {
        string[] inputs = [.. node.Inputs.Select(Value)];
        string output = Value(index);
        switch (node.Operator)
        {
            case ConvOperator conv:
                inputs = [inputs[0], .. Weights(index, node)];
                Node(
                    "Conv",
                    node.Name,
                    inputs,
                    output,
                    [.. Window(conv.Kernel, conv.Stride, conv.Padding), Attribute("group", conv.Groups)]
                );
                break;
            case DenseOperator:
                inputs = [inputs[0], .. Weights(index, node)];
                // The weight is stored as [units, features], so Gemm transposes it.
                Node("Gemm", node.Name, inputs, output, [Attribute("transB", 1)]);
                break;
            case BatchNormOperator norm:
                inputs =
                [
                    inputs[0],
                    .. norm.Weights.Select(w => Tensor(node, w.Name, w.Shape, weights[$"{node.Name}.{w.Name}"])),
                ];
                Node("BatchNormalization", node.Name, inputs, output, [Attribute("epsilon", norm.Epsilon)]);
                break;
            case ActivationOperator activation:
                Write(activation, node.Name, inputs, output);
                break;
            case PReluOperator slopes:
                // ONNX broadcasts slopes from the last dimension, so slopes per channel need two dimensions of size 1.
                TensorShape from = slopes.Input;
                int[] shape =
                    from.IsFlat ? [from.Channels]
                    : slopes.PerValue ? [from.Channels, from.Height, from.Width]
                    : [from.Channels, 1, 1];
                Node(
                    "PRelu",
                    node.Name,
                    [inputs[0], Tensor(node, "weight", shape, weights[node.Name + ".weight"])],
                    output
                );
                break;
            case ZeroPadOperator { Padding: var around }:
                // The order of ONNX: the beginnings of all four dimensions, then the ends.
                string pads = node.Name + ".pads";
                proto.Initializer.Add(
                    OnnxTensor.Integers(pads, [0, 0, around.Top, around.Left, 0, 0, around.Bottom, around.Right])
                );
                Node("Pad", node.Name, [inputs[0], pads], output);
                break;
            case PoolOperator { Kind: PoolKind.Max } pool:
                Node("MaxPool", node.Name, inputs, output, Window(pool.Size, pool.Stride, pool.Padding));
                break;
            case PoolOperator pool:
                Node(
                    "AveragePool",
                    node.Name,
                    inputs,
                    output,
                    // The padding does not count in the mean, as in training.
                    [.. Window(pool.Size, pool.Stride, pool.Padding), Attribute("count_include_pad", 0)]
                );
                break;
            case GlobalAveragePoolOperator:
                string means = node.Name + ".means";
                Node("GlobalAveragePool", node.Name, inputs, means);
                Node("Flatten", node.Name + ".flatten", [means], output, [Attribute("axis", 1)]);
                break;
            case FlattenOperator:
                Node("Flatten", node.Name, inputs, output, [Attribute("axis", 1)]);
                break;
            case AddOperator:
                Sum(node.Name, inputs, output);
                break;
            case ConcatOperator:
                Node("Concat", node.Name, inputs, output, [Attribute("axis", 1)]);
                break;
            case ChannelScaleOperator:
                string axes = node.Name + ".axes";
                string gate = node.Name + ".gate";
                proto.Initializer.Add(OnnxTensor.Integers(axes, RowsAndColumns));
                Node("Unsqueeze", gate, [inputs[1], axes], gate);
                Node("Mul", node.Name, [inputs[0], gate], output);
                break;
            default:
                throw new NetworkException(
                    $"Network '{graph.Description.Name}', layer '{node.Name}': there is no ONNX operator "
                        + $"for {node.Type}.",
                    node.Name
                );
        }
    }

    private void Write(ActivationOperator activation, string name, string[] inputs, string output)
    {
        switch (activation.Function)
        {
            case ActivationFunction.Relu:
                Node("Relu", name, inputs, output);
                break;
            case ActivationFunction.Relu6:
                string least = name + ".least";
                string most = name + ".most";
                proto.Initializer.Add(OnnxTensor.Floats(least, [], [0f]));
                proto.Initializer.Add(OnnxTensor.Floats(most, [], [6f]));
                Node("Clip", name, [inputs[0], least, most], output);
                break;
            case ActivationFunction.Selu:
                Node("Selu", name, inputs, output);
                break;
            case ActivationFunction.LeakyRelu:
                Node("LeakyRelu", name, inputs, output, [Attribute("alpha", activation.Alpha)]);
                break;
            case ActivationFunction.Elu:
                Node("Elu", name, inputs, output, [Attribute("alpha", activation.Alpha)]);
                break;
            case ActivationFunction.Silu:
                string gate = name + ".sigmoid";
                Node("Sigmoid", gate, inputs, gate);
                Node("Mul", name, [inputs[0], gate], output);
                break;
            case ActivationFunction.HardSwish:
                Node("HardSwish", name, inputs, output);
                break;
            case ActivationFunction.Sigmoid:
                Node("Sigmoid", name, inputs, output);
                break;
            case ActivationFunction.Tanh:
                Node("Tanh", name, inputs, output);
                break;
            default:
                throw new NetworkException(
                    $"Network '{graph.Description.Name}', layer '{name}': there is no ONNX operator "
                        + $"for {activation.Function}.",
                    name
                );
        }
    }

    // ONNX's Add takes exactly two inputs.
    private void Sum(string name, string[] inputs, string output)
    {
        string sum = inputs[0];
        for (int i = 1; i < inputs.Length; i++)
        {
            bool last = i == inputs.Length - 1;
            string part = $"{name}.sum{i}";
            Node("Add", last ? name : part, [sum, inputs[i]], last ? output : part);
            sum = part;
        }
    }

    private IEnumerable<string> Weights(int index, GraphNode node)
    {
        OnnxFoldedWeights folded = OnnxFoldedWeights.Compute(node, plan.BatchNormsIn(index), weights);
        yield return Tensor(node, "weight", node.Operator.Weights[0].Shape, folded.Weight);
        if (folded.Bias is not null)
        {
            yield return Tensor(node, "bias", [folded.Bias.Length], folded.Bias);
        }
    }

    private string Tensor(GraphNode node, string name, IReadOnlyList<int> shape, float[] values)
    {
        string full = $"{node.Name}.{name}";
        int bad = Array.FindIndex(values, v => !float.IsFinite(v));
        if (bad >= 0)
        {
            throw new NetworkException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Network '{graph.Description.Name}', layer '{node.Name}': value {bad} of '{full}' "
                        + $"is {values[bad]}, expected a finite number. The training diverged, or a batch norm's "
                        + $"variance is negative."
                ),
                node.Name
            );
        }

        if (
            options.HalfPrecisionWeights
            && shape.Count > 1
            && node.Operator is not PReluOperator
            && OnnxTensor.FitsHalf(values)
        )
        {
            string half = full + ".half";
            proto.Initializer.Add(OnnxTensor.Halves(half, shape, values));
            Node("Cast", full, [half], full, [Attribute("to", (int)TensorProto.Types.DataType.Float)]);
        }
        else
        {
            proto.Initializer.Add(OnnxTensor.Floats(full, shape, values));
        }

        return full;
    }

    private string Value(int node)
    {
        int source = plan.SourceOf(node);
        return source < 0 ? image
            : source == plan.SourceOf(graph.Nodes.Count - 1) ? options.OutputName
            : source == features ? options.FeaturesOutputName!
            : graph.Nodes[source].Name + ".output";
    }

    private static ValueInfoProto Value(string name, TensorShape shape) =>
        shape.IsFlat
            ? OnnxValue.Floats(name, shape.Channels)
            : OnnxValue.Floats(name, shape.Channels, shape.Height, shape.Width);

    private void Node(
        string type,
        string name,
        IReadOnlyList<string> inputs,
        string output,
        params ReadOnlySpan<AttributeProto> attributes
    )
    {
        var node = new NodeProto { OpType = type, Name = name };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        foreach (AttributeProto attribute in attributes)
        {
            node.Attribute.Add(attribute);
        }

        proto.Node.Add(node);
    }

    private static AttributeProto[] Window(int side, int stride, Padding padding) =>
        [
            Attribute("kernel_shape", [side, side]),
            Attribute("strides", [stride, stride]),
            Attribute("pads", [padding.Top, padding.Left, padding.Bottom, padding.Right]),
        ];

    internal static AttributeProto Attribute(string name, int value) =>
        new()
        {
            Name = name,
            Type = AttributeProto.Types.AttributeType.Int,
            I = value,
        };

    private static AttributeProto Attribute(string name, double value) =>
        new()
        {
            Name = name,
            Type = AttributeProto.Types.AttributeType.Float,
            F = (float)value,
        };

    internal static AttributeProto Attribute(string name, long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }
}
