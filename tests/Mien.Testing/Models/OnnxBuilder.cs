using System.Runtime.InteropServices;
using System.Text;

namespace Mien.Testing;

/// <summary>
/// Writes small ONNX files field by field, so that the library can be tested without the exporter. The field numbers
/// are those of onnx.proto3 in the ONNX specification.
/// </summary>
internal sealed class OnnxBuilder
{
    private readonly List<byte> graph = [];
    private readonly List<byte> metadata = [];

    /// <summary>Adds a node. Each attribute is a long, a float, a string or an array of longs.</summary>
    public OnnxBuilder Node(string op, string[] inputs, string output, params (string Name, object Value)[] attributes)
    {
        var node = new List<byte>();
        foreach (string input in inputs)
        {
            Text(node, 1, input);
        }

        Text(node, 2, output);
        Text(node, 4, op);
        foreach ((string name, object value) in attributes)
        {
            var attribute = new List<byte>();
            Text(attribute, 1, name);
            switch (value)
            {
                case float number:
                    Tag(attribute, 2, 5);
                    attribute.AddRange(BitConverter.GetBytes(number));
                    Number(attribute, 20, 1);
                    break;
                case string text:
                    Text(attribute, 4, text);
                    Number(attribute, 20, 3);
                    break;
                case long[] numbers:
                    Array.ForEach(numbers, n => Number(attribute, 8, n));
                    Number(attribute, 20, 7);
                    break;
                default:
                    Number(attribute, 3, (long)value);
                    Number(attribute, 20, 2);
                    break;
            }

            Message(node, 5, attribute);
        }

        Message(graph, 1, node);
        return this;
    }

    public OnnxBuilder Weights(string name, long[] shape, float[] values)
    {
        var tensor = new List<byte>();
        Array.ForEach(shape, n => Number(tensor, 1, n));
        Number(tensor, 2, 1);
        Text(tensor, 8, name);
        Bytes(tensor, 9, MemoryMarshal.AsBytes<float>(values));
        Message(graph, 5, tensor);
        return this;
    }

    /// <summary>Adds a float input; −1 is an open dimension.</summary>
    public OnnxBuilder Input(string name, params long[] shape) => Value(11, name, 1, shape);

    public OnnxBuilder Output(string name, params long[] shape) => Value(12, name, 1, shape);

    /// <summary>Adds an input of another type (onnx.proto3, TensorProto.DataType).</summary>
    public OnnxBuilder Input(string name, int type, long[] shape) => Value(11, name, type, shape);

    public OnnxBuilder Metadata(string key, string value)
    {
        var entry = new List<byte>();
        Text(entry, 1, key);
        Text(entry, 2, value);
        Message(metadata, 14, entry);
        return this;
    }

    public byte[] Build()
    {
        var model = new List<byte>();
        Number(model, 1, 8);
        Text(model, 2, "Mien.Tests");
        Text(graph, 2, "graph");
        Message(model, 7, graph);
        var operators = new List<byte>();
        Number(operators, 2, 17);
        Message(model, 8, operators);
        model.AddRange(metadata);
        return model.ToArray();
    }

    private static void Message(List<byte> to, int field, List<byte> message) =>
        Bytes(to, field, CollectionsMarshal.AsSpan(message));

    private static void Text(List<byte> to, int field, string text) => Bytes(to, field, Encoding.UTF8.GetBytes(text));

    private static void Bytes(List<byte> to, int field, ReadOnlySpan<byte> bytes)
    {
        Tag(to, field, 2);
        Varint(to, (ulong)bytes.Length);
        to.AddRange(bytes);
    }

    private static void Number(List<byte> to, int field, long value)
    {
        Tag(to, field, 0);
        Varint(to, (ulong)value);
    }

    private static void Tag(List<byte> to, int field, int wireType) => Varint(to, (ulong)((field << 3) | wireType));

    private static void Varint(List<byte> to, ulong value)
    {
        for (; value > 127; value >>= 7)
        {
            to.Add((byte)(value | 128));
        }

        to.Add((byte)value);
    }

    private OnnxBuilder Value(int field, string name, int type, long[] sides)
    {
        var shape = new List<byte>();
        foreach (long side in sides)
        {
            var dimension = new List<byte>();
            if (side < 0)
            {
                Text(dimension, 2, "N");
            }
            else
            {
                Number(dimension, 1, side);
            }

            Message(shape, 1, dimension);
        }

        List<byte> tensor = [],
            typeProto = [],
            value = [];
        Number(tensor, 1, type);
        Message(tensor, 2, shape);
        Message(typeProto, 1, tensor);
        Text(value, 1, name);
        Message(value, 2, typeProto);
        Message(graph, field, value);
        return this;
    }
}
