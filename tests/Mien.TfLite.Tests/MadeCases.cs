namespace Mien.TfLite.Tests;

/// <summary>A network of one operator, an input, and what the plain loops compute from it.</summary>
internal sealed record MadeCase(byte[] File, float[] Input, double[] Expected);

/// <summary>Small networks, one or more for each operator that the converter supports.</summary>
internal static class MadeCases
{
    private const int ConvOptions = 1;
    private const int DepthwiseOptions = 2;
    private const int PoolOptions = 5;
    private const int AddOptions = 11;
    private const int ResizeOptions = 15;

    private static readonly Dictionary<string, Func<MadeCase>> Cases = new()
    {
        ["conv 3×3, stride 2, even side"] = () => Conv([1, 8, 6, 3], [5, 3, 3, 3], new Made(Stride: 2)),
        ["conv 3×3, stride 2, odd side"] = () => Conv([1, 7, 9, 2], [4, 3, 3, 2], new Made(Stride: 2)),
        ["conv 2×2, odd padding"] = () => Conv([1, 5, 4, 3], [2, 2, 2, 3], new Made()),
        ["conv 2×3, stride 3"] = () => Conv([1, 8, 10, 1], [3, 2, 3, 1], new Made(Stride: 3)),
        ["conv 5×5, stride 2"] = () => Conv([1, 9, 8, 2], [3, 5, 5, 2], new Made(Stride: 2)),
        ["conv 3×3, VALID"] = () => Conv([1, 6, 7, 2], [3, 3, 3, 2], new Made(Same: false)),
        ["conv 3×3, stride 2, VALID"] = () => Conv([1, 6, 9, 2], [3, 3, 3, 2], new Made(Stride: 2, Same: false)),
        ["conv 3×3, dilation 2"] = () => Conv([1, 7, 8, 2], [3, 3, 3, 2], new Made(Dilation: 2)),
        ["conv 1×1, ReLU"] = () => Conv([1, 4, 3, 6], [5, 1, 1, 6], new Made(Same: false, Activation: 1)),
        ["conv 3×3, ReLU6"] = () => Conv([1, 4, 5, 6], [5, 3, 3, 6], new Made(Activation: 3)),
        ["conv, single precision"] = () => Conv([1, 5, 5, 2], [3, 3, 3, 2], new Made(), half: false),
        ["depthwise 3×3, stride 2, even side"] = () => Depthwise([1, 8, 6, 4], 1, 3, new Made(Stride: 2)),
        ["depthwise 3×3, stride 2, odd side"] = () => Depthwise([1, 7, 5, 4], 1, 3, new Made(Stride: 2)),
        ["depthwise 3×3, two outputs a channel"] = () => Depthwise([1, 6, 5, 3], 2, 3, new Made(Activation: 1)),
        ["depthwise 4×4, VALID"] = () => Depthwise([1, 6, 7, 3], 1, 4, new Made(Same: false)),
        ["depthwise 3×3, dilation 2"] = () => Depthwise([1, 7, 6, 3], 1, 3, new Made(Dilation: 2)),
        ["max pool 2×2, odd side"] = () => MaxPool([1, 7, 5, 3], 2, 2, new Made(Stride: 2)),
        ["max pool 2×2, VALID"] = () => MaxPool([1, 7, 5, 3], 2, 2, new Made(Stride: 2, Same: false)),
        ["max pool 3×2, ReLU"] = () => MaxPool([1, 6, 6, 2], 3, 2, new Made(Stride: 2, Activation: 1)),
        ["add"] = () => Add(0),
        ["add, ReLU"] = () => Add(1),
        ["add a constant for each channel"] = AddConstant,
        ["add a constant to three dimensions"] = AddToThreeDimensions,
        ["relu"] = Relu,
        ["prelu"] = Prelu,
        ["pad channels"] = () => Pad([1, 3, 4, 2], [0, 0, 0, 0, 0, 0, 0, 3]),
        ["pad all sides"] = () => Pad([1, 3, 4, 2], [0, 0, 1, 2, 3, 0, 1, 1]),
        ["resize to twice the size, half-pixel centres"] = () =>
            Resize([1, 3, 4, 2], 6, 8, (p, from, to) => ((p + 0.5) * from / to) - 0.5, half: true),
        ["resize to a smaller size, half-pixel centres"] = () =>
            Resize([1, 7, 5, 2], 4, 3, (p, from, to) => ((p + 0.5) * from / to) - 0.5, half: true),
        ["resize, aligned corners"] = () =>
            Resize([1, 3, 4, 2], 7, 6, (p, from, to) => p * (from - 1.0) / (to - 1), align: true),
        ["resize, neither"] = () => Resize([1, 3, 4, 2], 5, 8, (p, from, to) => (double)p * from / to),
        ["reshape an image to rows"] = () => Reshape([1, 3, 4, 5], [1, 12, 5]),
        ["reshape an image to an image"] = () => Reshape([1, 3, 4, 6], [1, 2, 6, 6]),
        ["reshape rows to an image"] = () => Reshape([1, 12, 5], [1, 3, 4, 5]),
    };

    public static IEnumerable<string> Names => Cases.Keys;

    public static MadeCase Of(string name) => Cases[name]();

    public static float[] Random(int seed, params int[] shape)
    {
        var random = new Random(seed);
        int count = shape.Aggregate(1, (a, b) => a * b);
        // Values that half precision holds, so that the loops know what the file stores.
        return [.. Enumerable.Range(0, count).Select(_ => (float)(Half)((random.NextSingle() * 4) - 2))];
    }

    private static MadeCase Conv(int[] shape, int[] size, Made made, bool half = true)
    {
        var network = new MadeNetwork();
        float[] weights = Random(1, size);
        float[] biases = Random(2, size[0]);
        int input = network.Input(shape);
        int[] from =
        [
            input,
            half ? network.Halves(size, weights) : network.Floats(size, weights),
            half ? network.Halves([size[0]], biases) : network.Floats([size[0]], biases),
        ];
        int[] to = Shape(shape, size[1], size[2], size[0], made);
        MadeTable options = Options(made);
        options[3] = (sbyte)made.Activation;
        (options[4], options[5]) = (made.Dilation, made.Dilation);
        return Case(
            network.Output(network.Operator(TfLiteOperatorCode.Conv2D, to, from, ConvOptions, options)),
            shape,
            image => Activated(Loops.Convolve(image, shape, weights, size, biases, made), made)
        );
    }

    private static MadeCase Depthwise(int[] shape, int multiplier, int side, Made made)
    {
        var network = new MadeNetwork();
        int outputs = shape[3] * multiplier;
        int[] size = [1, side, side, outputs];
        float[] weights = Random(1, size);
        float[] biases = Random(2, outputs);
        int input = network.Input(shape);
        int[] from = [input, network.Halves(size, weights), network.Floats([outputs], biases)];
        MadeTable options = Options(made);
        options[3] = multiplier;
        options[4] = (sbyte)made.Activation;
        (options[5], options[6]) = (made.Dilation, made.Dilation);
        int[] to = Shape(shape, side, side, outputs, made);
        return Case(
            network.Output(network.Operator(TfLiteOperatorCode.DepthwiseConv2D, to, from, DepthwiseOptions, options)),
            shape,
            image => Activated(Loops.Depthwise(image, shape, weights, size, biases, made), made)
        );
    }

    private static MadeCase MaxPool(int[] shape, int height, int width, Made made)
    {
        var network = new MadeNetwork();
        MadeTable options = Options(made);
        (options[3], options[4], options[5]) = (width, height, (sbyte)made.Activation);
        int input = network.Input(shape);
        int[] to = Shape(shape, height, width, shape[3], made);
        return Case(
            network.Output(network.Operator(TfLiteOperatorCode.MaxPool2D, to, [input], PoolOptions, options)),
            shape,
            image => Activated(Loops.MaxPool(image, shape, height, width, made), made)
        );
    }

    private static MadeCase Add(int activation)
    {
        int[] shape = [1, 3, 4, 2];
        var network = new MadeNetwork();
        int input = network.Input(shape);
        int relu = network.Operator(TfLiteOperatorCode.Relu, shape, [input]);
        var options = new MadeTable { [0] = (sbyte)activation };
        return Case(
            network.Output(network.Operator(TfLiteOperatorCode.Add, shape, [input, relu], AddOptions, options)),
            shape,
            image => [.. image.Select(v => Made.Activated(v + Math.Max(0, v), activation))]
        );
    }

    private static MadeCase AddConstant() => AddConstant([1, 3, 4, 5], [5]);

    private static MadeCase AddToThreeDimensions() => AddConstant([1, 6, 5], [1, 5]);

    private static MadeCase AddConstant(int[] shape, int[] constantShape)
    {
        var network = new MadeNetwork();
        float[] added = Random(3, 5);
        int input = network.Input(shape);
        int constant = network.Floats(constantShape, added);
        return Case(
            network.Output(network.Operator(TfLiteOperatorCode.Add, shape, [input, constant], AddOptions, [])),
            shape,
            image => [.. image.Select((v, i) => v + added[i % 5])]
        );
    }

    private static MadeCase Relu()
    {
        int[] shape = [1, 3, 4, 2];
        var network = new MadeNetwork();
        int input = network.Input(shape);
        return Case(
            network.Output(network.Operator(TfLiteOperatorCode.Relu, shape, [input])),
            shape,
            image => [.. image.Select(v => Math.Max(0, v))]
        );
    }

    private static MadeCase Prelu()
    {
        int[] shape = [1, 3, 4, 5];
        var network = new MadeNetwork();
        float[] slopes = Random(4, 5);
        int input = network.Input(shape);
        int constant = network.Halves([1, 1, 5], slopes);
        return Case(
            network.Output(network.Operator(TfLiteOperatorCode.Prelu, shape, [input, constant])),
            shape,
            image => [.. image.Select((v, i) => v < 0 ? v * slopes[i % 5] : v)]
        );
    }

    private static MadeCase Pad(int[] shape, int[] pads)
    {
        var network = new MadeNetwork();
        int input = network.Input(shape);
        int constant = network.Integers([4, 2], pads);
        int[] to = [.. shape.Select((side, d) => side + pads[2 * d] + pads[(2 * d) + 1])];
        return Case(
            network.Output(network.Operator(TfLiteOperatorCode.Pad, to, [input, constant])),
            shape,
            image => Loops.Pad(image, shape, pads)
        );
    }

    private static MadeCase Resize(
        int[] shape,
        int height,
        int width,
        Func<int, int, int, double> source,
        bool align = false,
        bool half = false
    )
    {
        var network = new MadeNetwork();
        int input = network.Input(shape);
        int size = network.Integers([2], height, width);
        int[] to = [1, height, width, shape[3]];
        var options = new MadeTable { [2] = align, [3] = half };
        return Case(
            network.Output(
                network.Operator(TfLiteOperatorCode.ResizeBilinear, to, [input, size], ResizeOptions, options)
            ),
            shape,
            image => Loops.Resize(image, shape, height, width, source)
        );
    }

    private static MadeCase Reshape(int[] from, int[] to)
    {
        // The addition in between shows whether the channels are where the next operator expects them.
        var network = new MadeNetwork();
        float[] added = Random(5, to[^1]);
        int input = network.Input(from);
        int size = network.Integers([to.Length], to);
        int constant = network.Floats([to[^1]], added);
        int reshaped = network.Operator(TfLiteOperatorCode.Reshape, to, [input, size]);
        return Case(
            network.Output(network.Operator(TfLiteOperatorCode.Add, to, [reshaped, constant], AddOptions, [])),
            from,
            image => [.. image.Select((v, i) => v + added[i % to[^1]])]
        );
    }

    private static MadeCase Case(MadeNetwork network, int[] shape, Func<double[], double[]> expected)
    {
        float[] input = Random(6, shape);
        return new MadeCase(network.ToBytes(), input, expected([.. input]));
    }

    private static double[] Activated(double[] values, Made made) =>
        [.. values.Select(v => Made.Activated(v, made.Activation))];

    private static MadeTable Options(Made made) =>
        new()
        {
            [0] = (sbyte)(made.Same ? 0 : 1),
            [1] = made.Stride,
            [2] = made.Stride,
        };

    private static int[] Shape(int[] shape, int height, int width, int channels, Made made) =>
        [
            1,
            Loops.Side(shape[1], height, made.Stride, made.Dilation, made.Same),
            Loops.Side(shape[2], width, made.Stride, made.Dilation, made.Same),
            channels,
        ];
}
