using System.Buffers.Binary;

namespace Mien.TfLite;

/// <summary>A tensor of a graph.</summary>
/// <param name="Index">Its place in the graph.</param>
/// <param name="Name">Its name; not necessarily unique.</param>
/// <param name="Shape">Its shape; images are batch × height × width × channels.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Data">Its values if it is a constant; otherwise empty.</param>
internal sealed record TfLiteTensor(int Index, string Name, int[] Shape, TfLiteType Type, ReadOnlyMemory<byte> Data)
{
    public bool IsConstant => !Data.IsEmpty;

    /// <summary>Reads the values of a constant of floating-point numbers.</summary>
    public float[] Floats()
    {
        float[] values = new float[Count(Type == TfLiteType.Float16 ? 2 : sizeof(float))];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Type switch
            {
                TfLiteType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(Data.Span[(i * sizeof(float))..]),
                TfLiteType.Float16 => (float)BinaryPrimitives.ReadHalfLittleEndian(Data.Span[(i * 2)..]),
                _ => throw new TfLiteException($"Tensor '{Name}' holds {Type}, expected Float32 or Float16."),
            };
        }

        return values;
    }

    /// <summary>Reads the values of a constant of integers.</summary>
    public int[] Integers()
    {
        if (Type != TfLiteType.Int32)
        {
            throw new TfLiteException($"Tensor '{Name}' holds {Type}, expected Int32.");
        }

        int[] values = new int[Count(sizeof(int))];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadInt32LittleEndian(Data.Span[(i * sizeof(int))..]);
        }

        return values;
    }

    public override string ToString() => $"'{Name}' ({string.Join('×', Shape)})";

    private int Count(int size)
    {
        // A damaged shape may overflow any integer.
        double count = Shape.Aggregate(1.0, (product, side) => product * side);
        return count * size == Data.Length
            ? (int)count
            : throw new TfLiteException(
                $"The file is damaged: tensor {this} of {Type} has {Data.Length} bytes, expected {count * size}. "
                    + $"Restore it again."
            );
    }
}

/// <summary>An operator of a graph.</summary>
/// <param name="Code">What it computes.</param>
/// <param name="Inputs">Its inputs; <see langword="null"/> where an optional one is left out.</param>
/// <param name="Output">Its output; no operator that the converter knows has several.</param>
/// <param name="Options">Its options; <see langword="null"/> if it has none.</param>
internal sealed record TfLiteOperator(
    TfLiteOperatorCode Code,
    TfLiteTensor?[] Inputs,
    TfLiteTensor Output,
    FlatTable? Options
)
{
    public override string ToString() => $"{Code} of {Output}";
}

/// <summary>The graph of a TensorFlow Lite file.</summary>
/// <param name="Inputs">Its inputs.</param>
/// <param name="Outputs">Its outputs.</param>
/// <param name="Operators">Its operators, each after those whose outputs it uses.</param>
internal sealed record TfLiteModel(
    IReadOnlyList<TfLiteTensor> Inputs,
    IReadOnlyList<TfLiteTensor> Outputs,
    IReadOnlyList<TfLiteOperator> Operators
)
{
    private const int SchemaVersion = 3;

    /// <summary>Reads a file.</summary>
    /// <exception cref="TfLiteException">It is no TensorFlow Lite file, is damaged, or is not supported.</exception>
    public static TfLiteModel Read(ReadOnlyMemory<byte> file)
    {
        if (file.Length < 8 || !file.Span[4..8].SequenceEqual("TFL3"u8))
        {
            throw new TfLiteException("Not a TensorFlow Lite file: 'TFL3' is missing at byte 4.");
        }

        FlatTable model = FlatTable.Root(file);
        if (model.Int(0) != SchemaVersion)
        {
            throw new TfLiteException($"The file has schema version {model.Int(0)}, expected {SchemaVersion}.");
        }

        FlatTable[] graphs = model.Tables(2);
        if (graphs.Length != 1)
        {
            throw new TfLiteException($"The file has {graphs.Length} graphs, expected 1.");
        }

        TfLiteOperatorCode[] codes = [.. model.Tables(1).Select(Code)];
        FlatTable[] buffers = model.Tables(4);
        TfLiteTensor[] tensors = [.. graphs[0].Tables(0).Select((t, i) => Tensor(t, i, buffers))];
        return new TfLiteModel(
            [.. graphs[0].Ints(1).Select(i => At(tensors, i, "tensor"))],
            [.. graphs[0].Ints(2).Select(i => At(tensors, i, "tensor"))],
            [.. graphs[0].Tables(3).Select(o => Operator(o, codes, tensors))]
        );
    }

    private static TfLiteOperatorCode Code(FlatTable table)
    {
        // Field 0 is the number in older files, which had room for 127; newer ones write both.
        int number = Math.Max(table.Byte(0), table.Int(3));
        var code = (TfLiteOperatorCode)number;
        return Enum.IsDefined(code)
            ? code
            : throw new TfLiteException(
                $"The file uses operator {number} of TensorFlow Lite's BuiltinOperator"
                    + $"{(table.Text(1) is { Length: > 0 } custom ? $" ('{custom}')" : "")}, which the converter "
                    + $"does not support. Supported: {string.Join(", ", Enum.GetNames<TfLiteOperatorCode>())}."
            );
    }

    private static TfLiteTensor Tensor(FlatTable table, int index, FlatTable[] buffers)
    {
        string name = table.Text(3);
        var type = (TfLiteType)table.Byte(1);
        if (!Enum.IsDefined(type))
        {
            throw new TfLiteException(
                $"Tensor '{name}' has element type {(int)type}, which the converter does not support. Supported: "
                    + $"{string.Join(", ", Enum.GetNames<TfLiteType>())}. Quantized networks cannot be converted."
            );
        }

        if (table.Table(6) is not null)
        {
            throw new TfLiteException($"Tensor '{name}' is sparse. Use the dense form of the network.");
        }

        int[] shape = table.Ints(0);
        return Array.TrueForAll(shape, side => side > 0)
            ? new TfLiteTensor(index, name, shape, type, At(buffers, table.Int(2), "buffer").Bytes(0))
            : throw new TfLiteException(
                $"Tensor '{name}' has shape {string.Join('×', shape)}, expected sides of 1 or more."
            );
    }

    private static TfLiteOperator Operator(FlatTable table, TfLiteOperatorCode[] codes, TfLiteTensor[] tensors)
    {
        TfLiteOperatorCode code = At(codes, table.Int(0), "operator code");
        int[] outputs = table.Ints(2);
        return outputs.Length == 1
            ? new TfLiteOperator(
                code,
                [.. table.Ints(1).Select(i => i == -1 ? null : At(tensors, i, "tensor"))],
                At(tensors, outputs[0], "tensor"),
                table.Table(4)
            )
            : throw new TfLiteException($"A {code} has {outputs.Length} outputs, expected 1.");
    }

    private static T At<T>(T[] items, int index, string what) =>
        index >= 0 && index < items.Length
            ? items[index]
            : throw new TfLiteException(
                $"The file is damaged: it refers to {what} {index} of {items.Length}. Restore it again."
            );
}
