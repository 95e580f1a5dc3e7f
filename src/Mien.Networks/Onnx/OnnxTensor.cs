using System.Buffers.Binary;
using Google.Protobuf;

namespace Mien.Networks;

/// <summary>
/// Creates constant tensors of an ONNX graph. Their bytes are little-endian on every machine, as ONNX requires.
/// </summary>
internal static class OnnxTensor
{
    private const float LargestHalf = 65504;

    public static TensorProto Floats(string name, IReadOnlyList<int> shape, ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        }

        return Create(name, TensorProto.Types.DataType.Float, shape.Select(s => (long)s), bytes);
    }

    public static bool FitsHalf(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (Math.Abs(value) > LargestHalf)
            {
                return false;
            }
        }

        return true;
    }

    public static TensorProto Halves(string name, IReadOnlyList<int> shape, ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length * 2];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(i * 2), (Half)values[i]);
        }

        return Create(name, TensorProto.Types.DataType.Float16, shape.Select(s => (long)s), bytes);
    }

    public static TensorProto Integers(string name, ReadOnlySpan<long> values)
    {
        var bytes = new byte[values.Length * sizeof(long)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), values[i]);
        }

        return Create(name, TensorProto.Types.DataType.Int64, [values.Length], bytes);
    }

    private static TensorProto Create(
        string name,
        TensorProto.Types.DataType type,
        IEnumerable<long> shape,
        byte[] bytes
    )
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)type,
            RawData = UnsafeByteOperations.UnsafeWrap(bytes),
        };
        tensor.Dims.AddRange(shape);
        return tensor;
    }
}
