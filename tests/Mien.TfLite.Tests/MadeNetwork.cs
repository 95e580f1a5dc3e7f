namespace Mien.TfLite.Tests;

/// <summary>Builds a TensorFlow Lite file. Tensors and operators are named by their index.</summary>
internal sealed class MadeNetwork
{
    private readonly List<MadeTable> tensors = [];
    private readonly List<MadeTable> operators = [];

    // Buffer 0 is empty, for tensors that are computed.
    private readonly List<MadeTable> buffers =
    [
        [],
    ];
    private readonly List<int> codes = [];
    private readonly List<int> inputs = [];
    private readonly List<int> outputs = [];

    /// <summary>The custom code of each operator code; empty for built-in operators.</summary>
    public string CustomCode { get; init; } = "";

    public int Version { get; init; } = 3;

    public int Input(params int[] shape)
    {
        inputs.Add(Tensor(shape, TfLiteType.Float32));
        return inputs[^1];
    }

    public MadeNetwork Output(int tensor)
    {
        outputs.Add(tensor);
        return this;
    }

    /// <summary>Adds a constant in single precision.</summary>
    public int Floats(int[] shape, float[] values) =>
        Tensor(shape, TfLiteType.Float32, [.. values.SelectMany(BitConverter.GetBytes)]);

    /// <summary>Adds a constant in half precision and the operator that widens it.</summary>
    public int Halves(int[] shape, float[] values)
    {
        int half = Tensor(shape, TfLiteType.Float16, [.. values.SelectMany(v => BitConverter.GetBytes((Half)v))]);
        return Operator(TfLiteOperatorCode.Dequantize, shape, [half]);
    }

    public int Integers(int[] shape, params int[] values) =>
        Tensor(shape, TfLiteType.Int32, [.. values.SelectMany(BitConverter.GetBytes)]);

    /// <summary>Adds a tensor: a constant if it has data.</summary>
    public int Tensor(int[] shape, TfLiteType type, byte[]? data = null, MadeTable? more = null)
    {
        var tensor = new MadeTable
        {
            [0] = shape,
            [1] = (sbyte)type,
            [2] = 0,
            [3] = $"tensor {tensors.Count}",
        };
        foreach ((int field, object value) in more ?? [])
        {
            tensor[field] = value;
        }

        if (data is not null)
        {
            tensor[2] = buffers.Count;
            buffers.Add(new MadeTable { [0] = data });
        }

        tensors.Add(tensor);
        return tensors.Count - 1;
    }

    /// <summary>Adds an operator.</summary>
    /// <returns>Its output.</returns>
    public int Operator(
        TfLiteOperatorCode code,
        int[] shape,
        int[] from,
        int optionsType = 0,
        MadeTable? options = null
    )
    {
        int output = Tensor(shape, TfLiteType.Float32);
        if (!codes.Contains((int)code))
        {
            codes.Add((int)code);
        }

        var table = new MadeTable
        {
            [0] = codes.IndexOf((int)code),
            [1] = from,
            [2] = new[] { output },
        };
        if (options is not null)
        {
            table[3] = (sbyte)optionsType;
            table[4] = options;
        }

        operators.Add(table);
        return output;
    }

    public byte[] ToBytes() =>
        FlatWriter.Write(
            new MadeTable
            {
                [0] = Version,
                [1] = codes
                    .Select(code => new MadeTable
                    {
                        [0] = (sbyte)Math.Min(code, 127),
                        [1] = CustomCode,
                        [2] = code == (int)TfLiteOperatorCode.Dequantize ? 2 : 1,
                        [3] = code,
                    })
                    .ToArray(),
                [2] = new MadeTable[]
                {
                    new()
                    {
                        [0] = tensors.ToArray(),
                        [1] = inputs.ToArray(),
                        [2] = outputs.ToArray(),
                        [3] = operators.ToArray(),
                    },
                },
                [4] = buffers.ToArray(),
            },
            "TFL3"
        );
}
