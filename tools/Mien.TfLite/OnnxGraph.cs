using Google.Protobuf;
using Mien.Networks;

namespace Mien.TfLite;

/// <summary>Collects the nodes and constants of an ONNX graph.</summary>
internal sealed class OnnxGraph
{
    /// <summary>An optional input that is left out.</summary>
    public const string None = "";

    private readonly GraphProto proto = new() { Name = "tflite" };

    public void Input(string name, int[] shape) => proto.Input.Add(Value(name, shape));

    public void Output(string name, int[] shape) => proto.Output.Add(Value(name, shape));

    /// <summary>Adds a node.</summary>
    /// <returns>The name of its output, which is also that of the node.</returns>
    public string Node(
        string type,
        string output,
        IReadOnlyList<string> inputs,
        params ReadOnlySpan<AttributeProto> attributes
    )
    {
        var node = new NodeProto { OpType = type, Name = output };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        foreach (AttributeProto attribute in attributes)
        {
            node.Attribute.Add(attribute);
        }

        proto.Node.Add(node);
        return output;
    }

    /// <summary>Adds a constant in single precision.</summary>
    /// <returns>Its name.</returns>
    public string Floats(string name, int[] shape, float[] values)
    {
        proto.Initializer.Add(OnnxTensor.Floats(name, shape, values));
        return name;
    }

    /// <summary>Adds a constant in half precision, which a node converts to single precision.</summary>
    /// <returns>The name of the single-precision value.</returns>
    public string Halves(string name, int[] shape, float[] values)
    {
        string half = name + ".half";
        proto.Initializer.Add(OnnxTensor.Halves(half, shape, values));
        return Node("Cast", name, [half], Attribute("to", (int)TensorProto.Types.DataType.Float));
    }

    /// <summary>Adds a constant of integers.</summary>
    /// <returns>Its name.</returns>
    public string Integers(string name, params ReadOnlySpan<long> values)
    {
        proto.Initializer.Add(OnnxTensor.Integers(name, values));
        return name;
    }

    public byte[] ToBytes()
    {
        var model = new ModelProto
        {
            IrVersion = OnnxExporter.FormatVersion,
            ProducerName = "mien-tflite",
            Graph = proto,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = OnnxExporter.OperatorSetVersion });
        return model.ToByteArray();
    }

    public static AttributeProto Attribute(string name, long value) =>
        new()
        {
            Name = name,
            Type = AttributeProto.Types.AttributeType.Int,
            I = value,
        };

    public static AttributeProto Attribute(string name, string value) =>
        new()
        {
            Name = name,
            Type = AttributeProto.Types.AttributeType.String,
            S = ByteString.CopyFromUtf8(value),
        };

    public static AttributeProto Attribute(string name, params long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    private static ValueInfoProto Value(string name, int[] shape)
    {
        var dimensions = new TensorShapeProto();
        dimensions.Dim.AddRange(shape.Select(s => new TensorShapeProto.Types.Dimension { DimValue = s }));
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor
                {
                    ElemType = (int)TensorProto.Types.DataType.Float,
                    Shape = dimensions,
                },
            },
        };
    }
}
