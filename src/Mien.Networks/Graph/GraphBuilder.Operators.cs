using System.Globalization;

namespace Mien.Networks;

/// <content>Layers that are a single operator: checks, shapes and costs.</content>
internal sealed partial class GraphBuilder
{
    // Far more than fits into a training, and small enough that no product of costs overflows 64 bits.
    private const long MaximumValues = 1 << 28;
    private const int MaximumSide = 1 << 14;

    private int Add(string name, string type, Operator op, int[] inputs, TensorShape output, long macs = 0)
    {
        // The parts of a compound layer may collide with the given name of an earlier layer.
        if (outputs.ContainsKey(name))
        {
            throw Wrong(name, "has the same name as an earlier layer; rename one of them");
        }

        // Channels × height × width of three 31-bit numbers can overflow 64 bits, but not a double.
        if ((double)output.Channels * output.Height * output.Width > MaximumValues)
        {
            throw Wrong(
                name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"gives {output}, more than {MaximumValues:N0} values per image"
                )
            );
        }

        nodes.Add(new GraphNode(name, type, op, inputs, output, macs));
        outputs[name] = nodes.Count - 1;
        return nodes.Count - 1;
    }

    private int Conv(
        string name,
        int input,
        int filters,
        int kernel,
        int stride,
        PaddingMode? mode,
        int groups,
        bool bias,
        string type
    )
    {
        TensorShape from = Picture(name, input);
        AtLeastOne(name, ("filters", filters), ("kernel", kernel), ("stride", stride), ("groups", groups));
        if (from.Channels % groups != 0 || filters % groups != 0)
        {
            throw Wrong(
                name,
                $"has {groups} groups, expected a number that divides its {from.Channels} input channels and "
                    + $"its {filters} filters"
            );
        }

        PaddingMode around = mode ?? PaddingMode.Same;
        Padding padding = PaddingOf(around, from, kernel, stride);
        var to = new TensorShape(
            filters,
            Windows(name, from.Height, kernel, stride, (long)padding.Top + padding.Bottom),
            Windows(name, from.Width, kernel, stride, (long)padding.Left + padding.Right)
        );
        CheckWeights(name, filters, (double)(from.Channels / groups) * kernel * kernel);
        string label = stride == 1 ? $"{type} {kernel}×{kernel}" : $"{type} {kernel}×{kernel} /{stride}";
        return Add(
            name,
            label,
            new ConvOperator(from.Channels, filters, kernel, stride, padding, groups, bias)
            {
                IsSameUpper = around == PaddingMode.SameUpper,
            },
            [input],
            to,
            (long)to.Height * to.Width * filters * (from.Channels / groups) * kernel * kernel
        );
    }

    private int Depthwise(string name, int input, DepthwiseConvLayer layer)
    {
        int channels = Picture(name, input).Channels;
        AtLeastOne(name, ("multiplier", layer.Multiplier));
        long filters = (long)channels * layer.Multiplier;
        return filters <= MaximumValues
            ? Conv(
                name,
                input,
                (int)filters,
                layer.Kernel,
                layer.Stride,
                layer.Padding,
                channels,
                layer.Bias,
                "depthwise"
            )
            : throw Wrong(
                name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"has multiplier {layer.Multiplier}, which makes {filters:N0} channels of {channels}, "
                        + $"expected at most {MaximumValues:N0}"
                )
            );
    }

    private int BatchNorm(string name, int input, double epsilon, double momentum)
    {
        if (!(epsilon > 0 && double.IsFinite(epsilon)) || momentum is not (> 0 and <= 1))
        {
            throw Wrong(
                name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"has epsilon {epsilon} and momentum {momentum}, expected an epsilon greater than 0 and a momentum "
                        + $"greater than 0 and at most 1"
                )
            );
        }

        return Add(
            name,
            "batch norm",
            new BatchNormOperator(Shape(input).Channels, epsilon, momentum),
            [input],
            Shape(input)
        );
    }

    private int Pool(string name, int input, PoolKind kind, int size, int? step, PaddingMode? mode)
    {
        TensorShape from = Picture(name, input);
        int stride = step ?? size;
        AtLeastOne(name, ("size", size), ("stride", stride));
        PaddingMode around = mode ?? PaddingMode.Valid;
        Padding padding = PaddingOf(around, from, size, stride);
        var to = new TensorShape(
            from.Channels,
            Windows(name, from.Height, size, stride, (long)padding.Top + padding.Bottom),
            Windows(name, from.Width, size, stride, (long)padding.Left + padding.Right)
        );
        return Add(
            name,
            (kind == PoolKind.Max ? "max pool " : "average pool ")
                + $"{size}×{size}"
                + (stride == size ? "" : $" /{stride}"),
            new PoolOperator(kind, size, stride, padding) { IsSameUpper = around == PaddingMode.SameUpper },
            [input],
            to
        );
    }

    private int ZeroPad(string name, int input, ZeroPadLayer layer)
    {
        TensorShape from = Picture(name, input);
        foreach (
            (string key, int value) in ((string, int)[])
                [("top", layer.Top), ("left", layer.Left), ("bottom", layer.Bottom), ("right", layer.Right)]
        )
        {
            if (value is < 0 or > MaximumSide)
            {
                throw Wrong(
                    name,
                    string.Create(CultureInfo.InvariantCulture, $"has {key} {value}, expected 0 to {MaximumSide:N0}")
                );
            }
        }

        var to = new TensorShape(
            from.Channels,
            layer.Top + from.Height + layer.Bottom,
            layer.Left + from.Width + layer.Right
        );
        return Add(
            name,
            "zero pad",
            new ZeroPadOperator(new Padding(layer.Top, layer.Left, layer.Bottom, layer.Right)),
            [input],
            to
        );
    }

    private int Dense(string name, int input, int units, bool bias)
    {
        TensorShape from = Shape(input);
        AtLeastOne(name, ("units", units));
        if (!from.IsFlat)
        {
            throw Wrong(name, $"takes {from}, expected a flat tensor; put flatten or globalAveragePool before it");
        }

        CheckWeights(name, units, from.Channels);
        return Add(
            name,
            "dense",
            new DenseOperator(from.Channels, units, bias),
            [input],
            TensorShape.Flat(units),
            (long)from.Channels * units
        );
    }

    private int Sum(string name, int[] inputs)
    {
        TensorShape first = Shape(inputs[0]);
        if (inputs.Length < 2 || inputs.Any(i => Shape(i) != first))
        {
            throw Wrong(
                name,
                $"adds {string.Join(" and ", inputs.Select(i => Shape(i)))}, expected two or more \"inputs\" "
                    + $"of equal shape"
            );
        }

        return Add(name, "add", new AddOperator(), inputs, first);
    }

    private int Concat(string name, int[] inputs)
    {
        TensorShape first = Shape(inputs[0]);
        if (inputs.Length < 2 || inputs.Any(i => Shape(i) with { Channels = first.Channels } != first))
        {
            throw Wrong(
                name,
                $"joins {string.Join(" and ", inputs.Select(i => Shape(i)))}, expected two or more \"inputs\" "
                    + $"that differ only in channels"
            );
        }

        long channels = inputs.Sum(i => (long)Shape(i).Channels);
        return channels <= MaximumValues
            ? Add(name, "concat", new ConcatOperator(), inputs, first with { Channels = (int)channels })
            : throw Wrong(
                name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"joins {channels:N0} channels, expected at most {MaximumValues:N0}"
                )
            );
    }

    private int ChannelScale(string name, int[] inputs)
    {
        TensorShape[] shapes = [.. inputs.Select(Shape)];
        return shapes is [{ IsFlat: false } picture, { IsFlat: true } gate] && picture.Channels == gate.Channels
            ? Add(name, "channel scale", new ChannelScaleOperator(), inputs, picture)
            : throw Wrong(
                name,
                $"scales {string.Join(" by ", shapes)}, expected two \"inputs\": a feature map and one flat "
                    + $"feature per channel"
            );
    }

    private ActivationOperator Activation(string name, ActivationLayer layer) =>
        layer switch
        {
            LeakyReluLayer l => new(ActivationFunction.LeakyRelu, Finite(name, "slope", l.Slope)),
            EluLayer l => new(ActivationFunction.Elu, Finite(name, "alpha", l.Alpha)),
            Relu6Layer => new(ActivationFunction.Relu6),
            SeluLayer => new(ActivationFunction.Selu),
            SiluLayer => new(ActivationFunction.Silu),
            HardSwishLayer => new(ActivationFunction.HardSwish),
            SigmoidLayer => new(ActivationFunction.Sigmoid),
            TanhLayer => new(ActivationFunction.Tanh),
            _ => new(ActivationFunction.Relu),
        };

    private static Padding PaddingOf(PaddingMode mode, TensorShape from, int kernel, int stride) =>
        mode switch
        {
            PaddingMode.Valid => default,
            PaddingMode.SameUpper => Padding.SameUpper(from.Height, from.Width, kernel, stride),
            _ => new Padding(kernel / 2, kernel / 2, kernel / 2, kernel / 2),
        };

    private int Windows(string name, int size, int kernel, int stride, long padding)
    {
        if (kernel > MaximumSide || stride > MaximumSide)
        {
            throw Wrong(
                name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"has a window of {kernel} pixels and a stride of {stride}, expected at most {MaximumSide:N0} each"
                )
            );
        }

        long room = size + padding - kernel;
        return room >= 0
            ? (int)(room / stride) + 1
            : throw Wrong(
                name,
                $"has a window of {kernel} pixels, larger than its input of {size} pixels with {padding} "
                    + $"pixels of padding"
            );
    }

    private TensorShape Picture(string name, int input) =>
        !Shape(input).IsFlat
            ? Shape(input)
            : throw Wrong(
                name,
                $"takes {Shape(input)} flat features, expected channels × height × width; put it before "
                    + $"flatten or global pooling"
            );

    private void AtLeastOne(string name, params ReadOnlySpan<(string Key, int Value)> values)
    {
        foreach ((string key, int value) in values)
        {
            if (value < 1)
            {
                throw Wrong(
                    name,
                    string.Create(CultureInfo.InvariantCulture, $"has {key} {value}, expected 1 or more")
                );
            }
        }
    }

    private double Finite(string name, string key, double value) =>
        double.IsFinite(value)
            ? value
            : throw Wrong(
                name,
                string.Create(CultureInfo.InvariantCulture, $"has {key} {value}, expected a finite number")
            );

    private void CheckWeights(string name, int outputs, double each)
    {
        if (outputs * each > MaximumValues)
        {
            throw Wrong(
                name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"has {outputs * each:N0} weights, expected at most {MaximumValues:N0}"
                )
            );
        }
    }
}
