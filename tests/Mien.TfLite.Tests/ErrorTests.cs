namespace Mien.TfLite.Tests;

/// <summary>What cannot be converted is an error that says why.</summary>
public sealed class ErrorTests
{
    private static readonly int[] Shape = [1, 4, 4, 2];

    [Fact]
    public void An_unsupported_operator_is_named()
    {
        // 18 is MUL.
        MadeNetwork network = Single((TfLiteOperatorCode)18);

        Refused(network, "operator 18 of TensorFlow Lite's BuiltinOperator", "Supported: Add, Conv2D");
    }

    [Fact]
    public void A_newer_operator_is_named_by_its_own_number()
    {
        Refused(Single((TfLiteOperatorCode)150), "operator 150 of");
    }

    [Fact]
    public void A_custom_operator_is_named()
    {
        Refused(Single((TfLiteOperatorCode)32, new MadeNetwork { CustomCode = "Landmarks" }), "('Landmarks')");
    }

    [Fact]
    public void A_quantized_network_is_refused()
    {
        var network = new MadeNetwork();
        int input = network.Input(Shape);
        // 9 is INT8.
        int constant = network.Tensor([2], (TfLiteType)9, [1, 2]);
        network.Output(network.Operator(TfLiteOperatorCode.Add, Shape, [input, constant]));

        Refused(network, "'tensor 1' has element type 9", "Quantized networks cannot be converted");
    }

    [Fact]
    public void A_sparse_tensor_is_refused()
    {
        var network = new MadeNetwork();
        int input = network.Input(Shape);
        int constant = network.Tensor([2], TfLiteType.Float32, new byte[8], new MadeTable { [6] = new MadeTable() });
        network.Output(network.Operator(TfLiteOperatorCode.Add, Shape, [input, constant]));

        Refused(network, "'tensor 1' is sparse");
    }

    [Fact]
    public void Widening_a_computed_value_is_refused()
    {
        Refused(Single(TfLiteOperatorCode.Dequantize), "no constant in half precision");
    }

    [Fact]
    public void An_unknown_activation_function_is_refused()
    {
        var network = new MadeNetwork();
        int input = network.Input(Shape);
        var options = new MadeTable { [0] = (sbyte)4 };
        network.Output(network.Operator(TfLiteOperatorCode.Add, Shape, [input, input], 11, options));

        Refused(network, "activation function 4", "Supported: 0 (none)");
    }

    [Fact]
    public void Broadcasting_a_computed_value_to_more_dimensions_is_refused()
    {
        var network = new MadeNetwork();
        int input = network.Input(Shape);
        int row = network.Input(2);
        network.Output(network.Operator(TfLiteOperatorCode.Add, Shape, [input, row], 11, []));

        Refused(network, "input 1 is 'tensor 1' (2)");
    }

    [Fact]
    public void A_stride_of_0_is_refused()
    {
        var network = new MadeNetwork();
        int input = network.Input(Shape);
        var options = new MadeTable { [3] = 2, [4] = 2 };
        network.Output(network.Operator(TfLiteOperatorCode.MaxPool2D, Shape, [input], 5, options));

        Refused(network, "StrideY = 0", "expected sides, strides and dilations of 1 or more");
    }

    [Fact]
    public void Weights_that_do_not_match_the_input_are_refused()
    {
        var network = new MadeNetwork();
        int input = network.Input(Shape);
        int weights = network.Floats([3, 1, 1, 5], new float[15]);
        var options = new MadeTable { [1] = 1, [2] = 1 };
        network.Output(network.Operator(TfLiteOperatorCode.Conv2D, [1, 4, 4, 3], [input, weights], 1, options));

        Refused(network, "the weights 'tensor 1' (3×1×1×5) do not match the input 'tensor 0' (1×4×4×2)");
    }

    [Fact]
    public void A_constant_of_another_length_is_refused()
    {
        var network = new MadeNetwork();
        int input = network.Input(Shape);
        int constant = network.Floats([2], new float[3]);
        network.Output(network.Operator(TfLiteOperatorCode.Add, Shape, [input, constant], 11, []));

        Refused(network, "has 12 bytes, expected 8");
    }

    [Fact]
    public void A_file_of_another_kind_or_version_is_refused()
    {
        Refused("{}"u8.ToArray(), "Not a TensorFlow Lite file");
        Refused(new byte[100], "Not a TensorFlow Lite file");
        Refused(Single(TfLiteOperatorCode.Relu, new MadeNetwork { Version = 4 }), "schema version 4, expected 3");
    }

    [Fact]
    public void A_truncated_file_is_refused()
    {
        byte[] file = MadeCases.Of("conv 3×3, ReLU6").File;
        int refused = 0;
        for (int length = 0; length < file.Length; length++)
        {
            refused += IsRefused(file[..length]) ? 1 : 0;
        }

        // The last bytes may be padding.
        Assert.InRange(refused, file.Length - 16, file.Length);
    }

    [Fact]
    public void A_damaged_file_is_converted_or_refused()
    {
        byte[] file = MadeCases.Of("depthwise 3×3, two outputs a channel").File;
        var random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = [.. file];
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            refused += IsRefused(damaged) ? 1 : 0;
        }

        Assert.InRange(refused, 500, 2999);
    }

    private static MadeNetwork Single(TfLiteOperatorCode code, MadeNetwork? network = null)
    {
        network ??= new MadeNetwork();
        int input = network.Input(Shape);
        return network.Output(network.Operator(code, Shape, [input]));
    }

    private static void Refused(MadeNetwork network, params string[] parts) => Refused(network.ToBytes(), parts);

    private static void Refused(byte[] file, params string[] parts)
    {
        string message = Assert.Throws<TfLiteException>(() => TfLiteConverter.Convert(file)).Message;
        Check.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    private static bool IsRefused(byte[] file)
    {
        try
        {
            TfLiteConverter.Convert(file);
            return false;
        }
        catch (TfLiteException)
        {
            return true;
        }
    }
}
