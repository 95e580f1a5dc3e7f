using System.Buffers.Binary;
using static Mien.Networks.TensorProto.Types;

namespace Mien.Networks;

/// <summary>A constant of a graph as float32, and where it is stored. Immutable.</summary>
/// <param name="Name">The name under which nodes take it.</param>
/// <param name="Initializer">The name of the initializer; another one if a Cast node converts it.</param>
/// <param name="Dimensions">The number of its dimensions.</param>
/// <param name="Values">Its values, row by row.</param>
internal sealed record OnnxConstant(string Name, string Initializer, int Dimensions, float[] Values)
{
    /// <summary>For weights: whether the units are the rows.</summary>
    public bool IsTransposed { get; init; }

    /// <summary>Finds a constant.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="name">The name under which nodes take it.</param>
    /// <returns>The constant; <c>null</c> if it is none, or of another type than float32 and float16.</returns>
    public static OnnxConstant? Of(GraphProto graph, string name)
    {
        string initializer =
            graph.Node.FirstOrDefault(n => n.OpType == "Cast" && n.Output.Contains(name))?.Input[0] ?? name;
        TensorProto? tensor = graph.Initializer.FirstOrDefault(t => t.Name == initializer);
        return tensor is not null && Floats(tensor) is { } values
            ? new OnnxConstant(name, initializer, tensor.Dims.Count, values)
            : null;
    }

    private static float[]? Floats(TensorProto tensor)
    {
        ReadOnlySpan<byte> raw = tensor.RawData.Span;
        switch ((DataType)tensor.DataType)
        {
            case DataType.Float when raw.Length > 0:
                float[] floats = new float[raw.Length / sizeof(float)];
                for (int i = 0; i < floats.Length; i++)
                {
                    floats[i] = BinaryPrimitives.ReadSingleLittleEndian(raw[(i * sizeof(float))..]);
                }

                return floats;
            case DataType.Float16 when raw.Length > 0:
                float[] halves = new float[raw.Length / 2];
                for (int i = 0; i < halves.Length; i++)
                {
                    halves[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(raw[(i * 2)..]);
                }

                return halves;
            default:
                return null;
        }
    }
}
