namespace Mien.TfLite.Tests;

/// <summary>Each operator, converted and run in ONNX Runtime, against plain loops.</summary>
public sealed class OperatorTests
{
    private const double Relative = 1e-5;
    private const double Absolute = 1e-4;

    public static TheoryData<string> Names => [.. MadeCases.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_operator_gives_what_plain_loops_give(string name)
    {
        MadeCase made = MadeCases.Of(name);
        using Converted network = Converted.Of(made.File);

        float[] output = network.Run(made.Input);

        Assert.True(made.Expected.Distinct().Count() > 3, "The expected output is nearly constant.");
        OnnxModel.AssertClose(made.Expected, output, Relative, Absolute);
    }

    [Fact]
    public void The_plain_loops_give_what_TensorFlow_Lite_gives()
    {
        (string Name, MadeCase Case)[] made = [.. MadeCases.Names.Select(name => (name, MadeCases.Of(name)))];

        float[][] outputs = TensorFlowLite.Run([
            .. made.Select(m => ((ReadOnlyMemory<byte>)m.Case.File, m.Case.Input)),
        ]);

        foreach (((string name, MadeCase expected), float[] output) in made.Zip(outputs))
        {
            TestContext.Current.TestOutputHelper?.WriteLine(name);
            OnnxModel.AssertClose(expected.Expected, output, Relative, Absolute);
        }
    }

    [Fact]
    public void Every_supported_operator_has_a_case()
    {
        HashSet<TfLiteOperatorCode> tested =
        [
            .. MadeCases.Names.SelectMany(name =>
                TfLiteModel.Read(MadeCases.Of(name).File).Operators.Select(o => o.Code)
            ),
        ];

        Assert.Equal(Enum.GetValues<TfLiteOperatorCode>(), tested.Order());
    }

    [Fact]
    public void Inputs_and_outputs_keep_names_and_shapes()
    {
        using Converted network = Converted.Of(MadeCases.Of("reshape an image to rows").File);

        Assert.Equal(("tensor 0", "1,3,4,5"), Describe(network.Inputs));
        Assert.Equal(("tensor 4", "1,12,5"), Describe(network.Outputs));

        static (string, string) Describe(IReadOnlyDictionary<string, Microsoft.ML.OnnxRuntime.NodeMetadata> values) =>
            (values.Single().Key, string.Join(',', values.Single().Value.Dimensions));
    }

    [Fact]
    public void Weights_in_half_precision_stay_so()
    {
        int[] shape = [1, 4, 4, 16];
        int[] size = [64, 3, 3, 16];
        var network = new MadeNetwork();
        int input = network.Input(shape);
        int weights = network.Halves(size, MadeCases.Random(1, size));
        int bias = network.Floats([64], MadeCases.Random(2, 64));
        var options = new MadeTable
        {
            [0] = (sbyte)0,
            [1] = 1,
            [2] = 1,
        };
        network.Output(network.Operator(TfLiteOperatorCode.Conv2D, [1, 4, 4, 64], [input, weights, bias], 1, options));

        byte[] onnx = TfLiteConverter.Convert(network.ToBytes());

        Assert.InRange(onnx.Length, (64 * 9 * 16 * 2) + 256, (64 * 9 * 16 * 2) + 1256);
        Assert.Equal(onnx, TfLiteConverter.Convert(network.ToBytes()));
    }
}
