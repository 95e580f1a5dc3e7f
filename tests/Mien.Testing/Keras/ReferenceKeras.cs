namespace Mien.Testing;

/// <summary>
/// Computes Keras layers with plain loops in double precision on rows × columns × channels: slow, but easy to compare
/// with the definitions. Independent of the networks of Mien.
/// </summary>
internal static class ReferenceKeras
{
    /// <summary>Runs a model on one image (rows × columns × channels) and returns its output.</summary>
    public static double[] Run(MadeModel model, double[] image)
    {
        var values = new Dictionary<string, double[]> { [MadeModel.InputName] = image };
        foreach (MadeLayer layer in model.Layers)
        {
            double[][] from = [.. layer.From.Select(f => values[f])];
            int[] shape = model.ShapeOf(layer.From[0]);
            double[] result = layer.Nested is { } nested ? Run(nested, from[0]) : Apply(model, layer, from, shape);
            Assert.Equal(layer.Shape.Aggregate((p, s) => p * s), result.Length);
            values[layer.Name] = result;
        }

        return values[model.Last];
    }

    private static double[] Apply(MadeModel model, MadeLayer layer, double[][] from, int[] shape)
    {
        double[] x = from[0];
        int channels = shape[^1];
        switch (layer.Class)
        {
            case "Conv2D":
                return Activated(
                    layer,
                    Biased(
                        layer,
                        Convolve(
                            layer,
                            x,
                            shape,
                            layer["kernel"],
                            layer.Shape[2],
                            layer.Number("groups"),
                            model.IsTheano
                        )
                    )
                );
            case "DepthwiseConv2D":
                return Activated(layer, Biased(layer, Depthwise(layer, x, shape, layer.Shape)));
            case "SeparableConv2D":
                int[] between = [layer.Shape[0], layer.Shape[1], channels * layer.Number("depth_multiplier")];
                return Activated(
                    layer,
                    Biased(
                        layer,
                        PerPixel(
                            Depthwise(layer, x, shape, between),
                            between[2],
                            layer["pointwise_kernel"],
                            layer.Shape[2]
                        )
                    )
                );
            case "Dense":
                return Activated(layer, Biased(layer, PerPixel(x, channels, layer["kernel"], layer.Shape[^1])));
            case "BatchNormalization":
                double epsilon = (double?)layer.Config["epsilon"] ?? 1e-3;
                return
                [
                    .. x.Select(
                        (v, i) =>
                            (
                                (v - layer["moving_mean"][i % channels])
                                / Math.Sqrt(layer["moving_variance"][i % channels] + epsilon)
                                * (layer.Flag("scale") ? layer["gamma"][i % channels] : 1)
                            ) + (layer.Flag("center") ? layer["beta"][i % channels] : 0)
                    ),
                ];
            case "Activation":
                return Activated(layer, x);
            case "Softmax":
                return Function("softmax", x, channels);
            case "ReLU":
                double most = (double?)layer.Config["max_value"] ?? double.PositiveInfinity,
                    slope = (double?)layer.Config["negative_slope"] ?? 0;
                return [.. x.Select(v => Math.Min(v > 0 ? v : slope * v, most))];
            case "LeakyReLU":
                return [.. x.Select(v => v > 0 ? v : ((double?)layer.Config["alpha"] ?? 0.3) * v)];
            case "ELU":
                return [.. x.Select(v => v > 0 ? v : ((double?)layer.Config["alpha"] ?? 1) * (Math.Exp(v) - 1))];
            case "PReLU":
                return
                [
                    .. x.Select(
                        (v, i) =>
                            v > 0
                                ? v
                                : v * layer["alpha"][SharedIndex(layer.Weights[0].Shape, shape, i, model.ChannelsFirst)]
                    ),
                ];
            case "MaxPooling2D" or "AveragePooling2D":
                return Pool(layer, x, shape);
            case "GlobalAveragePooling2D":
                return [.. Enumerable.Range(0, channels).Select(c => x.Where((_, i) => i % channels == c).Average())];
            case "GlobalMaxPooling2D":
                return [.. Enumerable.Range(0, channels).Select(c => x.Where((_, i) => i % channels == c).Max())];
            case "ZeroPadding2D":
                return Pad(layer, x, shape);
            case "Flatten" or "Reshape":
                // Keras flattens in memory order; with channels_first, Flatten moves the channels to the end first.
                bool asItLies = !model.ChannelsFirst || layer.Text("data_format", "channels_last") == "channels_first";
                return asItLies
                    ? x
                    : [.. x.Select((_, i) => x[(i % (shape[0] * shape[1]) * channels) + (i / (shape[0] * shape[1]))])];
            case "Add":
                return [.. x.Select((_, i) => from.Sum(f => f[i]))];
            case "Multiply":
                double[] picture = from.MaxBy(f => f.Length)!,
                    gate = from.MinBy(f => f.Length)!;
                return [.. picture.Select((v, i) => v * gate[i % gate.Length])];
            case "Concatenate":
                int pixels = layer.Shape[..^1].Aggregate(1, (p, s) => p * s);
                return
                [
                    .. Enumerable
                        .Range(0, pixels)
                        .SelectMany(p => from.SelectMany(f => f.Skip(p * (f.Length / pixels)).Take(f.Length / pixels))),
                ];
            case "Rescaling":
                return
                [
                    .. x.Select(v => (v * (double)layer.Config["scale"]!) + ((double?)layer.Config["offset"] ?? 0)),
                ];
            case "Dropout" or "SpatialDropout2D" or "GaussianNoise" or "RandomFlip" or "InputLayer":
                return x;
            default:
                throw new InvalidOperationException($"The reference does not know {layer.Class}.");
        }
    }

    private static double[] Convolve(
        MadeLayer layer,
        double[] x,
        int[] shape,
        float[] kernel,
        int filters,
        int groups,
        bool flip
    )
    {
        (int rows, int columns) = layer.Pair("kernel_size", (1, 1));
        (int stepRows, int stepColumns) = layer.Pair("dilation_rate", (1, 1));
        (int down, int right) = Shapes.Strides(layer, "kernel_size");
        int top = Shapes.Line(layer.Text("padding", "valid"), shape[0], ((rows - 1) * stepRows) + 1, down).Before;
        int left = Shapes
            .Line(layer.Text("padding", "valid"), shape[1], ((columns - 1) * stepColumns) + 1, right)
            .Before;
        int inputs = shape[2] / groups,
            each = filters / groups;
        var result = new double[layer.Shape[0] * layer.Shape[1] * filters];
        for (int pixel = 0; pixel < layer.Shape[0] * layer.Shape[1]; pixel++)
        {
            for (int tap = 0; tap < rows * columns; tap++)
            {
                int y = (pixel / layer.Shape[1] * down) - top + (tap / columns * stepRows);
                int xx = (pixel % layer.Shape[1] * right) - left + (tap % columns * stepColumns);
                if (y < 0 || y >= shape[0] || xx < 0 || xx >= shape[1])
                {
                    continue;
                }

                int place = flip ? (rows * columns) - 1 - tap : tap;
                Span<double> sums = result.AsSpan(pixel * filters, filters);
                for (int c = 0; c < shape[2]; c++)
                {
                    double value = x[(((y * shape[1]) + xx) * shape[2]) + c];
                    int first = c / inputs * each;
                    ReadOnlySpan<float> line = kernel.AsSpan(((place * inputs) + (c % inputs)) * filters, filters);
                    for (int f = first; f < first + each; f++)
                    {
                        sums[f] += value * line[f];
                    }
                }
            }
        }

        return result;
    }

    // A grouped convolution with one channel per group: kernel [rows, columns, channels, multiplier].
    private static double[] Depthwise(MadeLayer layer, double[] x, int[] shape, int[] to)
    {
        int multiplier = layer.Number("depth_multiplier");
        var one = new MadeLayer(layer.Class, layer.Name, layer.Config, [], to);
        return Convolve(one, x, shape, layer["depthwise_kernel"], shape[2] * multiplier, shape[2], flip: false);
    }

    private static double[] PerPixel(double[] x, int features, float[] kernel, int units)
    {
        var result = new double[x.Length / features * units];
        for (int i = 0; i < x.Length; i++)
        {
            for (int u = 0; u < units; u++)
            {
                result[(i / features * units) + u] += x[i] * kernel[(i % features * units) + u];
            }
        }

        return result;
    }

    private static double[] Pool(MadeLayer layer, double[] x, int[] shape)
    {
        (int rows, int columns) = layer.Pair("pool_size", (2, 2));
        (int down, int right) = Shapes.Strides(layer, "pool_size");
        int top = Shapes.Line(layer.Text("padding", "valid"), shape[0], rows, down).Before,
            left = Shapes.Line(layer.Text("padding", "valid"), shape[1], columns, right).Before;
        var result = new double[layer.Shape[0] * layer.Shape[1] * shape[2]];
        for (int i = 0; i < result.Length; i++)
        {
            int c = i % shape[2],
                column = i / shape[2] % layer.Shape[1],
                row = i / shape[2] / layer.Shape[1];
            var inside = new List<double>();
            for (int y = (row * down) - top; y < (row * down) - top + rows; y++)
            {
                for (int xx = (column * right) - left; xx < (column * right) - left + columns; xx++)
                {
                    if (y >= 0 && y < shape[0] && xx >= 0 && xx < shape[1])
                    {
                        inside.Add(x[(((y * shape[1]) + xx) * shape[2]) + c]);
                    }
                }
            }

            result[i] = layer.Class == "MaxPooling2D" ? inside.Max() : inside.Average();
        }

        return result;
    }

    private static double[] Pad(MadeLayer layer, double[] x, int[] shape)
    {
        int[] sides = Shapes.Sides(layer.Config);
        var result = new double[layer.Shape.Aggregate((p, s) => p * s)];
        for (int i = 0; i < x.Length; i++)
        {
            int c = i % shape[2],
                column = i / shape[2] % shape[1],
                row = i / shape[2] / shape[1];
            result[((((row + sides[0]) * layer.Shape[1]) + column + sides[2]) * shape[2]) + c] = x[i];
        }

        return result;
    }

    // The index of the slope for value i: axes of size 1 are shared.
    private static int SharedIndex(int[] alpha, int[] shape, int i, bool channelsFirst)
    {
        if (shape.Length == 1)
        {
            return alpha[0] == 1 ? 0 : i;
        }

        int c = i % shape[2],
            x = i / shape[2] % shape[1],
            y = i / shape[2] / shape[1];
        int[] at = channelsFirst ? [c, y, x] : [y, x, c];
        return at.Select((a, axis) => alpha[axis] == 1 ? 0 : a)
            .Zip(alpha)
            .Aggregate(0, (sum, p) => (sum * p.Second) + p.First);
    }

    private static double[] Biased(MadeLayer layer, double[] x) =>
        layer.Flag("use_bias") ? [.. x.Select((v, i) => v + layer["bias"][i % layer.Shape[^1]])] : x;

    private static double[] Activated(MadeLayer layer, double[] x) =>
        layer.Config["activation"] switch
        {
            null => x,
            System.Text.Json.Nodes.JsonObject { } json when (string?)json["class_name"] == "LeakyReLU" =>
            [
                .. x.Select(v => v > 0 ? v : (double)json["config"]!["alpha"]! * v),
            ],
            System.Text.Json.Nodes.JsonObject json => Function((string)json["config"]!, x, layer.Shape[^1]),
            var name => Function((string)name!, x, layer.Shape[^1]),
        };

    private static double[] Function(string name, double[] x, int classes) =>
        name switch
        {
            "linear" => x,
            "relu" => [.. x.Select(v => Math.Max(v, 0))],
            "relu6" => [.. x.Select(v => Math.Clamp(v, 0, 6))],
            "elu" => [.. x.Select(v => v > 0 ? v : Math.Exp(v) - 1)],
            "selu" => [.. x.Select(v => 1.0507009873554805 * (v > 0 ? v : 1.6732632423543772 * (Math.Exp(v) - 1)))],
            "tanh" => [.. x.Select(Math.Tanh)],
            "swish" => [.. x.Select(v => v / (1 + Math.Exp(-v)))],
            "sigmoid" => [.. x.Select(v => 1 / (1 + Math.Exp(-v)))],
            "softmax" =>
            [
                .. x.Chunk(classes)
                    .SelectMany(row =>
                        row.Select(v => Math.Exp(v - row.Max()) / row.Sum(o => Math.Exp(o - row.Max())))
                    ),
            ],
            _ => throw new InvalidOperationException($"The reference does not know {name}."),
        };
}
