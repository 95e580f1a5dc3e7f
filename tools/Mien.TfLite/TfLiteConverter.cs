using Mien.Networks;
using static Mien.TfLite.OnnxGraph;

namespace Mien.TfLite;

/// <summary>
/// Converts a TensorFlow Lite network to ONNX. Inputs and outputs keep their names, shapes and order of dimensions.
/// Inside, four-dimensional values are batch × channels × height × width, which ONNX's operators need. Weights that are
/// stored in half precision stay so. The same file gives the same bytes. Single use.
/// </summary>
internal sealed class TfLiteConverter
{
    private static readonly long[] ToChannelsFirst = [0, 3, 1, 2];
    private static readonly long[] ToChannelsLast = [0, 2, 3, 1];

    private readonly TfLiteModel model;
    private readonly OnnxGraph graph = new();

    // The name of each computed value in the ONNX graph.
    private readonly Dictionary<TfLiteTensor, string> values = new(ReferenceEqualityComparer.Instance);

    // The constant that a DEQUANTIZE widens. Weights are stored in half precision and widened by an operator each.
    private readonly Dictionary<TfLiteTensor, TfLiteTensor> widened = new(ReferenceEqualityComparer.Instance);

    private TfLiteConverter(TfLiteModel model) => this.model = model;

    /// <summary>Converts a file.</summary>
    /// <param name="file">The content of the TensorFlow Lite file.</param>
    /// <returns>The content of the ONNX file.</returns>
    /// <exception cref="TfLiteException">
    /// The file is no TensorFlow Lite file, is damaged, or uses something that the converter does not support.
    /// </exception>
    public static byte[] Convert(ReadOnlyMemory<byte> file) => new TfLiteConverter(TfLiteModel.Read(file)).Convert();

    private byte[] Convert()
    {
        foreach (TfLiteTensor input in model.Inputs)
        {
            graph.Input(input.Name, input.Shape);
            values[input] = ChannelsFirst(input, input.Name, Name(input));
        }

        foreach (TfLiteOperator op in model.Operators)
        {
            if (op.Code == TfLiteOperatorCode.Dequantize)
            {
                Widen(op);
            }
            else
            {
                values[op.Output] = Write(op);
            }
        }

        foreach (TfLiteTensor output in model.Outputs)
        {
            graph.Output(output.Name, output.Shape);
            if (IsImage(output))
            {
                graph.Node("Transpose", output.Name, [Value(output)], Attribute("perm", ToChannelsLast));
            }
            else
            {
                graph.Node("Identity", output.Name, [Value(output)]);
            }
        }

        return graph.ToBytes();
    }

    private string Write(TfLiteOperator op) =>
        op.Code switch
        {
            TfLiteOperatorCode.Conv2D => Convolution(op, isDepthwise: false),
            TfLiteOperatorCode.DepthwiseConv2D => Convolution(op, isDepthwise: true),
            TfLiteOperatorCode.MaxPool2D => MaxPool(op),
            TfLiteOperatorCode.Add => Activated(op, 0, o => graph.Node("Add", o, [Operand(op, 0), Operand(op, 1)])),
            TfLiteOperatorCode.Relu => graph.Node("Relu", Name(op.Output), [Value(op, 0)]),
            TfLiteOperatorCode.Prelu => graph.Node("PRelu", Name(op.Output), [Operand(op, 0), Operand(op, 1)]),
            TfLiteOperatorCode.Pad => Pad(op),
            TfLiteOperatorCode.ResizeBilinear => Resize(op),
            TfLiteOperatorCode.Reshape => Reshape(op),
            _ => throw new TfLiteException($"{op}: there is no conversion of this operator."),
        };

    private string Convolution(TfLiteOperator op, bool isDepthwise)
    {
        TfLiteTensor input = Image(op, 0);
        TfLiteTensor filters = Constant(op, 1);
        FlatTable options = Options(op);
        if (filters.Shape.Length != 4)
        {
            throw new TfLiteException($"{op}: the weights {filters} have {filters.Shape.Length} dimensions, not 4.");
        }

        // A convolution's weights are outputs × height × width × inputs; a depthwise one's 1 × height × width ×
        // outputs. ONNX wants outputs × (inputs per group) × height × width for both.
        var window = new Window(
            filters.Shape[1],
            filters.Shape[2],
            options.Int(2),
            options.Int(1),
            options.Int(isDepthwise ? 6 : 5, 1),
            options.Int(isDepthwise ? 5 : 4, 1),
            IsSame(op, options)
        );
        int channels = input.Shape[3];
        int groups = isDepthwise ? channels : 1;
        int outputs = filters.Shape[isDepthwise ? 3 : 0];
        if (isDepthwise ? filters.Shape[0] != 1 || outputs % channels != 0 : filters.Shape[3] != channels)
        {
            throw new TfLiteException($"{op}: the weights {filters} do not match the input {input}.");
        }

        int[] order = isDepthwise ? [3, 0, 1, 2] : [0, 3, 1, 2];
        string name = Name(op.Output);
        (int[] shape, float[] weights) = Permuted(filters.Shape, filters.Floats(), order);
        string[] inputs =
        [
            Value(op, 0),
            filters.Type == TfLiteType.Float16
                ? graph.Halves(name + ".weight", shape, weights)
                : graph.Floats(name + ".weight", shape, weights),
            graph.Floats(name + ".bias", [outputs], Bias(op, outputs)),
        ];
        return Activated(
            op,
            isDepthwise ? 4 : 3,
            output =>
                graph.Node(
                    "Conv",
                    output,
                    inputs,
                    [
                        .. Attributes(op, window, input),
                        Attribute("dilations", window.DilationY, window.DilationX),
                        Attribute("group", groups),
                    ]
                )
        );
    }

    private float[] Bias(TfLiteOperator op, int outputs)
    {
        TfLiteTensor bias = Constant(op, 2);
        float[] values = bias.Floats();
        return values.Length == outputs
            ? values
            : throw new TfLiteException($"{op}: the bias {bias} has not the {outputs} values of the output.");
    }

    private string MaxPool(TfLiteOperator op)
    {
        TfLiteTensor input = Image(op, 0);
        FlatTable options = Options(op);
        var window = new Window(
            options.Int(4),
            options.Int(3),
            options.Int(2),
            options.Int(1),
            1,
            1,
            IsSame(op, options)
        );
        return Activated(op, 5, output => graph.Node("MaxPool", output, [Value(op, 0)], Attributes(op, window, input)));
    }

    private string Pad(TfLiteOperator op)
    {
        TfLiteTensor input = Input(op, 0);
        int[] pads = Constant(op, 1).Integers();
        int rank = input.Shape.Length;
        if (pads.Length != 2 * rank)
        {
            throw new TfLiteException($"{op}: the padding has {pads.Length} numbers, expected {2 * rank}.");
        }

        // Pairs of before and after for each dimension; ONNX wants all befores, then all afters.
        long[] order = rank == 4 ? ToChannelsFirst : [.. Enumerable.Range(0, rank).Select(d => (long)d)];
        string name = Name(op.Output);
        string constant = graph.Integers(
            name + ".pads",
            [.. order.Select(d => (long)pads[2 * d]), .. order.Select(d => (long)pads[(2 * d) + 1])]
        );
        return graph.Node("Pad", name, [Value(op, 0), constant]);
    }

    private string Resize(TfLiteOperator op)
    {
        TfLiteTensor input = Image(op, 0);
        FlatTable options = Options(op);
        int[] size = Constant(op, 1).Integers();
        if (size.Length != 2)
        {
            throw new TfLiteException($"{op}: the size has {size.Length} numbers, expected height and width.");
        }

        string positions =
            options.Flag(2) ? "align_corners"
            : options.Flag(3) ? "half_pixel"
            : "asymmetric";
        string name = Name(op.Output);
        string sizes = graph.Integers(name + ".sizes", input.Shape[0], input.Shape[3], size[0], size[1]);
        return graph.Node(
            "Resize",
            name,
            [Value(op, 0), None, None, sizes],
            Attribute("mode", "linear"),
            Attribute("coordinate_transformation_mode", positions)
        );
    }

    private string Reshape(TfLiteOperator op)
    {
        TfLiteTensor input = Input(op, 0);
        string name = Name(op.Output);
        string from = IsImage(input)
            ? graph.Node("Transpose", name + ".last", [Value(op, 0)], Attribute("perm", ToChannelsLast))
            : Value(op, 0);
        string shape = graph.Integers(name + ".shape", [.. op.Output.Shape.Select(s => (long)s)]);
        string to = IsImage(op.Output) ? name + ".reshaped" : name;
        graph.Node("Reshape", to, [from, shape]);
        return ChannelsFirst(op.Output, to, name);
    }

    private void Widen(TfLiteOperator op)
    {
        TfLiteTensor input = Input(op, 0);
        widened[op.Output] = input is { IsConstant: true, Type: TfLiteType.Float16 }
            ? input
            : throw new TfLiteException(
                $"{op}: its input {input} of {input.Type} is no constant in half precision. Quantized networks "
                    + $"cannot be converted."
            );
    }

    /// <summary>Writes an operator and, after it, the activation function that it includes.</summary>
    private string Activated(TfLiteOperator op, int field, Func<string, string> write)
    {
        string name = Name(op.Output);
        string before = name + ".linear";
        int function = op.Options?.Byte(field) ?? 0;
        return function switch
        {
            0 => write(name),
            1 => graph.Node("Relu", name, [write(before)]),
            3 => graph.Node(
                "Clip",
                name,
                [write(before), graph.Floats(name + ".min", [], [0]), graph.Floats(name + ".max", [], [6])]
            ),
            _ => throw new TfLiteException(
                $"{op}: activation function {function} of TensorFlow Lite's ActivationFunctionType is not supported. "
                    + $"Supported: 0 (none), 1 (ReLU), 3 (ReLU6)."
            ),
        };
    }

    private static AttributeProto[] Attributes(TfLiteOperator op, Window window, TfLiteTensor input)
    {
        if (window is not { Height: > 0, Width: > 0, StrideX: > 0, StrideY: > 0, DilationX: > 0, DilationY: > 0 })
        {
            throw new TfLiteException($"{op}: {window}, expected sides, strides and dilations of 1 or more.");
        }

        return
        [
            Attribute("kernel_shape", window.Height, window.Width),
            Attribute("strides", window.StrideY, window.StrideX),
            Attribute("pads", window.Pads(input.Shape[1], input.Shape[2])),
        ];
    }

    private string Value(TfLiteOperator op, int index) => Value(Input(op, index));

    private string Value(TfLiteTensor tensor)
    {
        if (values.TryGetValue(tensor, out string? value))
        {
            return value;
        }

        throw new TfLiteException($"Tensor {tensor} is used before it is computed; expected a network in order.");
    }

    /// <summary>Gets an input of an operator that broadcasts: a computed value or a constant.</summary>
    private string Operand(TfLiteOperator op, int index)
    {
        TfLiteTensor tensor = Input(op, index);
        bool isImage = IsImage(op.Output);
        if (values.ContainsKey(tensor))
        {
            // The channels of an image have moved; those of another value have not.
            return isImage == IsImage(tensor)
                ? Value(tensor)
                : throw new TfLiteException(
                    $"{op}: input {index} is {tensor}. Broadcasting to a computed value with other dimensions is not "
                        + $"supported."
                );
        }

        TfLiteTensor constant = Constant(op, index);
        string name = $"{Name(op.Output)}.{index}";
        if (!isImage)
        {
            return graph.Floats(name, constant.Shape, constant.Floats());
        }

        if (constant.Shape.Length > 4)
        {
            throw new TfLiteException($"{op}: input {index} is {constant}, expected at most 4 dimensions.");
        }

        // Broadcasting goes from the last dimension in both formats, so a shorter shape gets leading ones before the
        // channels move.
        int[] full = [.. Enumerable.Repeat(1, 4 - constant.Shape.Length), .. constant.Shape];
        (int[] shape, float[] numbers) = Permuted(full, constant.Floats(), [0, 3, 1, 2]);
        return graph.Floats(name, shape, numbers);
    }

    private string ChannelsFirst(TfLiteTensor tensor, string value, string name) =>
        IsImage(tensor) ? graph.Node("Transpose", name, [value], Attribute("perm", ToChannelsFirst)) : value;

    private TfLiteTensor Constant(TfLiteOperator op, int index)
    {
        TfLiteTensor tensor = Input(op, index);
        return widened.TryGetValue(tensor, out TfLiteTensor? constant) ? constant
            : tensor.IsConstant ? tensor
            : throw new TfLiteException($"{op}: input {index} is {tensor}, which is computed; expected a constant.");
    }

    private static TfLiteTensor Image(TfLiteOperator op, int index)
    {
        TfLiteTensor tensor = Input(op, index);
        return IsImage(tensor)
            ? tensor
            : throw new TfLiteException(
                $"{op}: input {index} is {tensor}, expected batch × height × width × channels."
            );
    }

    private static TfLiteTensor Input(TfLiteOperator op, int index) =>
        (index < op.Inputs.Length ? op.Inputs[index] : null)
        ?? throw new TfLiteException($"{op}: input {index} is missing.");

    private static FlatTable Options(TfLiteOperator op) =>
        op.Options ?? throw new TfLiteException($"{op}: its options are missing.");

    private static bool IsSame(TfLiteOperator op, FlatTable options) =>
        options.Byte(0) switch
        {
            0 => true,
            1 => false,
            int padding => throw new TfLiteException($"{op}: padding {padding}, expected 0 (SAME) or 1 (VALID)."),
        };

    private static bool IsImage(TfLiteTensor tensor) => tensor.Shape.Length == 4;

    // Names in the file are not necessarily unique. The slash keeps these apart from those of inputs and outputs.
    private static string Name(TfLiteTensor tensor) => $"/{tensor.Index}";

    private static (int[] Shape, float[] Values) Permuted(int[] shape, float[] values, int[] order)
    {
        int[] strides = new int[4];
        for (int d = 3, stride = 1; d >= 0; stride *= shape[d], d--)
        {
            strides[d] = stride;
        }

        int[] to = [.. order.Select(d => shape[d])];
        float[] result = new float[values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            int rest = i;
            int source = 0;
            for (int d = 3; d >= 0; d--)
            {
                source += rest % to[d] * strides[order[d]];
                rest /= to[d];
            }

            result[i] = values[source];
        }

        return (to, result);
    }
}
