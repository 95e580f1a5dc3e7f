using System.Globalization;
using Mien.Networks.Layers;

namespace Mien.Networks.Graph;

/// <summary>Resolves a description into operators, layer by layer.</summary>
internal sealed class GraphBuilder(NetworkDescription description)
{
    private readonly List<GraphNode> nodes = [];
    private readonly Dictionary<string, int> outputs = new(StringComparer.Ordinal) { ["input"] = -1 };
    private readonly Dictionary<string, int> counters = new(StringComparer.Ordinal);
    private TensorShape image;

    public NetworkGraph Build()
    {
        InputDescription input = description.Input ?? throw new NetworkException($"Network '{description.Name}' has no input. Add \"input\": {{ \"width\": 48, \"height\": 48 }}.");
        if (input.Width < 1 || input.Height < 1 || input.Channels < 1)
        {
            throw new NetworkException($"Network '{description.Name}': its input is {input.Channels}×{input.Height}×{input.Width}, expected at least 1 everywhere.");
        }

        if (description.Layers is not { Count: > 0 })
        {
            throw new NetworkException($"Network '{description.Name}' has no layers.");
        }

        image = new TensorShape(input.Channels, input.Height, input.Width);
        int last = Sequence(description.Layers, -1, prefix: "");
        if (!Shape(last).IsFlat)
        {
            throw new NetworkException($"Network '{description.Name}': its last layer '{nodes[last].Name}' gives {Shape(last)}, expected a flat tensor of logits. End with globalAveragePool or flatten, and dense.", nodes[last].Name);
        }

        return new NetworkGraph(description, image, nodes);
    }

    private TensorShape Shape(int node) => node < 0 ? image : nodes[node].Output;

    private int Sequence(IReadOnlyList<LayerDescription> layers, int input, string prefix)
    {
        int current = input;
        foreach (LayerDescription layer in layers)
        {
            current = Layer(layer ?? throw new NetworkException($"Network '{description.Name}' has a layer that is 'null'."), current, prefix);
        }

        return current;
    }

    private int Layer(LayerDescription layer, int previous, string prefix)
    {
        string name = NameOf(layer, prefix);
        int[] inputs = layer.Inputs is { Count: > 0 } named
            ? [.. named.Select(n => outputs.TryGetValue(prefix + n, out int local) || outputs.TryGetValue(n, out local)
                ? local : throw Wrong(name, $"takes '{n}', but no layer before it has that name"))]
            : [previous];
        if (inputs.Length > 1 && layer is not (AddLayer or ConcatLayer))
        {
            throw Wrong(name, $"has {inputs.Length} inputs; only add and concat take more than one");
        }

        int result = layer switch
        {
            ConvLayer l => Conv(name, inputs[0], l.Filters, l.Kernel, l.Stride, l.Padding, l.Groups, l.Bias, "conv"),
            DepthwiseConvLayer l => Conv(name, inputs[0], checked(Picture(name, inputs[0]).Channels * l.Multiplier), l.Kernel, l.Stride, l.Padding, Picture(name, inputs[0]).Channels, l.Bias, "depthwise"),
            BatchNormLayer l => BatchNorm(name, inputs[0], l.Epsilon, l.Momentum),
            ActivationLayer l => Add(name, Label(l), Activation(l), inputs, Shape(inputs[0])),
            MaxPoolLayer l => Pool(name, inputs[0], PoolKind.Max, l.Size, l.Stride, l.Padding),
            AveragePoolLayer l => Pool(name, inputs[0], PoolKind.Average, l.Size, l.Stride, l.Padding),
            GlobalAveragePoolLayer => Add(name, "global average pool", new GlobalAveragePoolOperator(), inputs, TensorShape.Flat(Picture(name, inputs[0]).Channels)),
            FlattenLayer => Add(name, "flatten", new FlattenOperator(Picture(name, inputs[0])), inputs, TensorShape.Flat(checked((int)Shape(inputs[0]).Elements))),
            DenseLayer l => Dense(name, inputs[0], l.Units, l.Bias),
            DropoutLayer l => l.Rate is >= 0 and < 1
                ? Add(name, string.Create(CultureInfo.InvariantCulture, $"dropout {l.Rate}"), new DropoutOperator(l.Rate), inputs, Shape(inputs[0]))
                : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"has rate {l.Rate}, expected 0 to under 1")),
            AddLayer => Sum(name, inputs),
            ConcatLayer => Concat(name, inputs),
            ResidualLayer l => Residual(name, inputs[0], l),
            SqueezeExcitationLayer l => SqueezeExcitation(name, inputs[0], l.Reduction),
            _ => throw Wrong(name, $"is of the unknown type {layer.GetType().Name}"),
        };
        outputs[name] = result;
        return result;
    }

    private int Add(string name, string type, Operator op, int[] inputs, TensorShape output, long multiplyAdds = 0)
    {
        nodes.Add(new GraphNode(name, type, op, inputs, output, multiplyAdds));
        outputs[name] = nodes.Count - 1;
        return nodes.Count - 1;
    }

    private int Conv(string name, int input, int filters, int kernel, int stride, PaddingMode? mode, int groups, bool bias, string type)
    {
        TensorShape from = Picture(name, input);
        AtLeastOne(name, ("filters", filters), ("kernel", kernel), ("stride", stride), ("groups", groups));
        if (from.Channels % groups != 0 || filters % groups != 0)
        {
            throw Wrong(name, $"has {groups} groups, which divide neither or only one of its {from.Channels} input channels and {filters} filters");
        }

        Padding padding = PaddingOf(mode ?? PaddingMode.Same, kernel);
        var to = new TensorShape(filters, Windows(name, from.Height, kernel, stride, padding.Top + padding.Bottom), Windows(name, from.Width, kernel, stride, padding.Left + padding.Right));
        string label = stride == 1 ? $"{type} {kernel}×{kernel}" : $"{type} {kernel}×{kernel} /{stride}";
        return Add(name, label, new ConvOperator(from.Channels, filters, kernel, stride, padding, groups, bias), [input], to,
            to.Elements * (from.Channels / groups) * kernel * kernel);
    }

    private int BatchNorm(string name, int input, double epsilon, double momentum)
    {
        if (epsilon <= 0 || momentum is <= 0 or > 1)
        {
            throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"has epsilon {epsilon} and momentum {momentum}, expected epsilon over 0 and momentum over 0 to 1"));
        }

        return Add(name, "batch norm", new BatchNormOperator(Shape(input).Channels, epsilon, momentum), [input], Shape(input));
    }

    private int Pool(string name, int input, PoolKind kind, int size, int? step, PaddingMode? mode)
    {
        TensorShape from = Picture(name, input);
        int stride = step ?? size;
        AtLeastOne(name, ("size", size), ("stride", stride));
        Padding padding = PaddingOf(mode ?? PaddingMode.Valid, size);
        var to = new TensorShape(from.Channels, Windows(name, from.Height, size, stride, padding.Top + padding.Bottom), Windows(name, from.Width, size, stride, padding.Left + padding.Right));
        return Add(name, (kind == PoolKind.Max ? "max pool " : "average pool ") + $"{size}×{size}" + (stride == size ? "" : $" /{stride}"), new PoolOperator(kind, size, stride, padding), [input], to);
    }

    private int Dense(string name, int input, int units, bool bias)
    {
        TensorShape from = Shape(input);
        AtLeastOne(name, ("units", units));
        if (!from.IsFlat)
        {
            throw Wrong(name, $"takes {from}, expected a flat tensor; put flatten or globalAveragePool before it");
        }

        return Add(name, "dense", new DenseOperator(from.Channels, units, bias), [input], TensorShape.Flat(units), (long)from.Channels * units);
    }

    private int Sum(string name, int[] inputs)
    {
        TensorShape first = Shape(inputs[0]);
        if (inputs.Length < 2 || inputs.Any(i => Shape(i) != first))
        {
            throw Wrong(name, $"adds {string.Join(" and ", inputs.Select(i => Shape(i)))}, expected two or more inputs of one shape");
        }

        return Add(name, "add", new AddOperator(), inputs, first);
    }

    private int Concat(string name, int[] inputs)
    {
        TensorShape first = Shape(inputs[0]);
        if (inputs.Length < 2 || inputs.Any(i => Shape(i) with { Channels = first.Channels } != first))
        {
            throw Wrong(name, $"joins {string.Join(" and ", inputs.Select(i => Shape(i)))}, expected two or more inputs that differ only in channels");
        }

        return Add(name, "concat", new ConcatOperator(), inputs, first with { Channels = inputs.Sum(i => Shape(i).Channels) });
    }

    private int Residual(string name, int input, ResidualLayer layer)
    {
        TensorShape from = Picture(name, input);
        int body = Sequence(layer.Body, input, name + "_");
        if (body == input)
        {
            throw Wrong(name, "has an empty body");
        }

        TensorShape to = Shape(body);
        int shortcut = input;
        if (layer.Shortcut is not null)
        {
            shortcut = Sequence(layer.Shortcut, input, name + "_shortcut_");
        }
        else if (from != to)
        {
            int stride = (from.Height + to.Height - 1) / Math.Max(to.Height, 1);
            shortcut = Conv(name + "_shortcut_conv", input, to.Channels, 1, stride, PaddingMode.Valid, 1, false, "conv");
            shortcut = BatchNorm(name + "_shortcut_batchNorm", shortcut, 1e-5, 0.1);
        }

        if (Shape(shortcut) != to)
        {
            throw Wrong(name, $"has a body that gives {to} and a shortcut that gives {Shape(shortcut)}; they must agree");
        }

        int sum = Sum(name + "_add", [body, shortcut]);
        return layer.Relu ? Add(name + "_relu", "relu", new ActivationOperator(ActivationFunction.Relu), [sum], to) : sum;
    }

    private int SqueezeExcitation(string name, int input, int reduction)
    {
        TensorShape from = Picture(name, input);
        AtLeastOne(name, ("reduction", reduction));
        int hidden = Math.Max(1, from.Channels / reduction);
        int gate = Add(name + "_squeeze", "global average pool", new GlobalAveragePoolOperator(), [input], TensorShape.Flat(from.Channels));
        gate = Dense(name + "_reduce", gate, hidden, bias: true);
        gate = Add(name + "_relu", "relu", new ActivationOperator(ActivationFunction.Relu), [gate], Shape(gate));
        gate = Dense(name + "_expand", gate, from.Channels, bias: true);
        gate = Add(name + "_sigmoid", "sigmoid", new ActivationOperator(ActivationFunction.Sigmoid), [gate], Shape(gate));
        return Add(name + "_scale", "channel scale", new ChannelScaleOperator(), [input, gate], from);
    }

    private static ActivationOperator Activation(ActivationLayer layer) => layer switch
    {
        LeakyReluLayer l => new(ActivationFunction.LeakyRelu, l.Slope),
        EluLayer l => new(ActivationFunction.Elu, l.Alpha),
        SiluLayer => new(ActivationFunction.Silu),
        HardSwishLayer => new(ActivationFunction.HardSwish),
        SigmoidLayer => new(ActivationFunction.Sigmoid),
        TanhLayer => new(ActivationFunction.Tanh),
        _ => new(ActivationFunction.Relu),
    };

    private static string Label(LayerDescription layer) => TypeName(layer);

    private static string TypeName(LayerDescription layer)
    {
        string name = layer.GetType().Name[..^"Layer".Length];
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    private static Padding PaddingOf(PaddingMode mode, int kernel) =>
        mode == PaddingMode.Valid ? default : new Padding(kernel / 2, kernel / 2, kernel / 2, kernel / 2);

    private int Windows(string name, int size, int kernel, int stride, int padding)
    {
        int room = size + padding - kernel;
        return room >= 0 ? (room / stride) + 1
            : throw Wrong(name, $"has a window of {kernel} pixels, larger than its input of {size} pixels with {padding} of padding");
    }

    private TensorShape Picture(string name, int input) => !Shape(input).IsFlat ? Shape(input)
        : throw Wrong(name, $"takes {Shape(input)} flat features, expected channels × height × width; put it before flatten or global pooling");

    private void AtLeastOne(string name, params ReadOnlySpan<(string Key, int Value)> values)
    {
        foreach ((string key, int value) in values)
        {
            if (value < 1)
            {
                throw Wrong(name, $"has {key} {value}, expected 1 or more");
            }
        }
    }

    private string NameOf(LayerDescription layer, string prefix)
    {
        string name;
        if (layer.Name is { } given)
        {
            name = prefix + given;
            if (given.Length == 0 || !given.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            {
                throw Wrong(given, "has a name with other characters than letters, digits and underscores");
            }
        }
        else
        {
            string stem = prefix + TypeName(layer);
            do
            {
                counters[stem] = counters.GetValueOrDefault(stem) + 1;
                name = stem + counters[stem].ToString(CultureInfo.InvariantCulture);
            }
            while (outputs.ContainsKey(name));
        }

        return outputs.ContainsKey(name) ? throw Wrong(name, "has a name that stands twice") : name;
    }

    private NetworkException Wrong(string layer, string what) =>
        new($"Network '{description.Name}', layer '{layer}': it {what}.", layer);
}
