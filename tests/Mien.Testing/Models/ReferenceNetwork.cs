using Mien.Networks;

namespace Mien.Testing;

/// <summary>
/// Runs a network with plain loops in double precision, one image at a time: slow, but easy to compare with the
/// definitions.
/// </summary>
internal static class ReferenceNetwork
{
    public static double[] Run(NetworkGraph graph, NetworkWeights weights, ReadOnlySpan<float> image)
    {
        double[] input = [.. image.ToArray().Select(v => (double)v)];
        var values = new List<double[]>();
        foreach (GraphNode node in graph.Nodes)
        {
            double[][] from = [.. node.Inputs.Select(i => i < 0 ? input : values[i])];
            TensorShape shape = node.Inputs[0] < 0 ? graph.Input : graph.Nodes[node.Inputs[0]].Output;
            double[] result = node.Operator switch
            {
                ConvOperator conv => Convolve(conv, weights, node, from[0], shape),
                DenseOperator dense => Dense(dense, weights, node.Name, from[0]),
                BatchNormOperator norm => Normalise(norm, weights, node.Name, from[0]),
                ActivationOperator activation => [.. from[0].Select(x => Activate(activation, x))],
                PReluOperator =>
                [
                    .. from[0]
                        .Select((x, i) => x > 0 ? x : x * Slope(weights[node.Name + ".weight"], i, from[0].Length)),
                ],
                ZeroPadOperator pad => Pad(pad.Padding, from[0], shape),
                PoolOperator pool => Pool(pool, from[0], shape, node.Output),
                GlobalAveragePoolOperator => [.. from[0].Chunk(shape.Height * shape.Width).Select(c => c.Average())],
                FlattenOperator or DropoutOperator => from[0],
                AddOperator => [.. from[0].Select((_, i) => from.Sum(f => f[i]))],
                ConcatOperator => [.. from.SelectMany(f => f)],
                ChannelScaleOperator => [.. from[0].Select((x, i) => x * from[1][i / (shape.Height * shape.Width)])],
                _ => throw new InvalidOperationException($"The reference does not know {node.Type}."),
            };
            Assert.Equal(node.Output.Elements, result.Length);
            values.Add(result);
        }

        return values[^1];
    }

    private static double[] Convolve(
        ConvOperator conv,
        NetworkWeights weights,
        GraphNode node,
        double[] input,
        TensorShape from
    )
    {
        float[] kernel = weights[node.Name + ".weight"];
        TensorShape to = node.Output;
        int group = conv.Channels / conv.Groups;
        var result = new double[to.Elements];
        for (int f = 0; f < to.Channels; f++)
        {
            Span<double> picture = result.AsSpan(f * to.Height * to.Width, to.Height * to.Width);
            picture.Fill(conv.Bias ? weights[node.Name + ".bias"][f] : 0);
            int first = f / (conv.Filters / conv.Groups) * group;
            for (int tap = 0; tap < group * conv.Kernel * conv.Kernel; tap++)
            {
                int c = first + (tap / (conv.Kernel * conv.Kernel));
                int ky = tap / conv.Kernel % conv.Kernel;
                int kx = tap % conv.Kernel;
                AddTap(
                    picture,
                    to.Width,
                    input.AsSpan(c * from.Height * from.Width, from.Height * from.Width),
                    from.Width,
                    kernel[(f * group * conv.Kernel * conv.Kernel) + tap],
                    conv.Stride,
                    ky - conv.Padding.Top,
                    kx - conv.Padding.Left
                );
            }
        }

        return result;
    }

    // picture[y, x] += weight · channel[y · stride + top, x · stride + left], if that is inside.
    private static void AddTap(
        Span<double> picture,
        int width,
        ReadOnlySpan<double> channel,
        int sourceWidth,
        double weight,
        int stride,
        int top,
        int left
    )
    {
        for (int y = 0; y < picture.Length / width; y++)
        {
            int sy = (y * stride) + top;
            if (sy < 0 || sy >= channel.Length / sourceWidth)
            {
                continue;
            }

            Span<double> row = picture.Slice(y * width, width);
            ReadOnlySpan<double> source = channel.Slice(sy * sourceWidth, sourceWidth);
            for (int x = 0; x < row.Length; x++)
            {
                int sx = (x * stride) + left;
                if ((uint)sx < (uint)source.Length)
                {
                    row[x] += weight * source[sx];
                }
            }
        }
    }

    private static double[] Dense(DenseOperator dense, NetworkWeights weights, string name, double[] input)
    {
        float[] weight = weights[name + ".weight"];
        return
        [
            .. Enumerable
                .Range(0, dense.Units)
                .Select(u =>
                    (dense.Bias ? weights[name + ".bias"][u] : 0)
                    + input.Select((x, i) => x * weight[(u * dense.Features) + i]).Sum()
                ),
        ];
    }

    private static double[] Normalise(BatchNormOperator norm, NetworkWeights weights, string name, double[] input)
    {
        int each = input.Length / norm.Channels;
        return
        [
            .. input.Select(
                (x, i) =>
                    (
                        (x - weights[name + ".runningMean"][i / each])
                        / Math.Sqrt(weights[name + ".runningVariance"][i / each] + norm.Epsilon)
                        * weights[name + ".weight"][i / each]
                    ) + weights[name + ".bias"][i / each]
            ),
        ];
    }

    private static double Activate(ActivationOperator activation, double x) =>
        activation.Function switch
        {
            ActivationFunction.Relu => Math.Max(0, x),
            ActivationFunction.Relu6 => Math.Clamp(x, 0, 6),
            // Klambauer et al. (2017): the constants that keep mean 0 and variance 1.
            ActivationFunction.Selu => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.Exp(x) - 1)),
            ActivationFunction.LeakyRelu => x > 0 ? x : activation.Alpha * x,
            ActivationFunction.Elu => x > 0 ? x : activation.Alpha * (Math.Exp(x) - 1),
            ActivationFunction.Silu => x / (1 + Math.Exp(-x)),
            ActivationFunction.HardSwish => x * Math.Clamp(x + 3, 0, 6) / 6,
            ActivationFunction.Sigmoid => 1 / (1 + Math.Exp(-x)),
            ActivationFunction.Tanh => Math.Tanh(x),
            _ => throw new InvalidOperationException($"The reference does not know {activation.Function}."),
        };

    // One slope per value or one per channel; the values are stored channel by channel.
    private static float Slope(float[] slopes, int index, int values) => slopes[index / (values / slopes.Length)];

    private static double[] Pad(Padding around, double[] input, TensorShape from)
    {
        int height = around.Top + from.Height + around.Bottom,
            width = around.Left + from.Width + around.Right;
        var result = new double[from.Channels * height * width];
        for (int i = 0; i < input.Length; i++)
        {
            int c = i / (from.Height * from.Width),
                y = i / from.Width % from.Height,
                x = i % from.Width;
            result[(((c * height) + y + around.Top) * width) + x + around.Left] = input[i];
        }

        return result;
    }

    private static double[] Pool(PoolOperator pool, double[] input, TensorShape from, TensorShape to)
    {
        var result = new List<double>();
        for (int c = 0; c < to.Channels; c++)
        {
            for (int y = 0; y < to.Height; y++)
            {
                for (int x = 0; x < to.Width; x++)
                {
                    var window = new List<double>();
                    for (int ky = 0; ky < pool.Size; ky++)
                    {
                        for (int kx = 0; kx < pool.Size; kx++)
                        {
                            int sy = (y * pool.Stride) + ky - pool.Padding.Top;
                            int sx = (x * pool.Stride) + kx - pool.Padding.Left;
                            if (sy >= 0 && sy < from.Height && sx >= 0 && sx < from.Width)
                            {
                                window.Add(input[(((c * from.Height) + sy) * from.Width) + sx]);
                            }
                        }
                    }

                    result.Add(pool.Kind == PoolKind.Max ? window.Max() : window.Average());
                }
            }
        }

        return [.. result];
    }
}
