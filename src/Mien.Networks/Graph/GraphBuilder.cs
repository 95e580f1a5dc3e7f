using System.Globalization;

namespace Mien.Networks;

/// <summary>Resolves a description into operators, layer by layer. Single use.</summary>
internal sealed partial class GraphBuilder(NetworkDescription description)
{
    // As in the contract of a model file.
    private const int MinHeads = 2;
    private const int MaxHeads = 16;
    private const int MaxHeadName = 64;
    private const string BlendName = "blend";

    private readonly List<GraphNode> nodes = [];
    private TensorShape image;

    public NetworkGraph Build()
    {
        if (string.IsNullOrWhiteSpace(description.Name))
        {
            throw new NetworkException("A network has no name. Add \"name\".");
        }

        InputDescription input =
            description.Input ?? throw Wrong("has no input. Add \"input\": { \"width\": 48, \"height\": 48 }");
        image = new TensorShape(input.Channels, input.Height, input.Width);
        if (
            input.Width is < 1 or > MaximumSide
            || input.Height is < 1 or > MaximumSide
            || input.Channels is < 1 or > MaximumSide
        )
        {
            throw Wrong(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"has an input of {image} (channels × height × width), expected 1 to {MaximumSide:N0} each"
                )
            );
        }

        if (description.Layers is not { Count: > 0 })
        {
            throw Wrong("has no layers. Add at least flatten and dense");
        }

        int last = Sequence(description.Layers, -1, "");
        if (!Shape(last).IsFlat)
        {
            throw Wrong(
                nodes[last].Name,
                $"is the last layer and outputs {Shape(last)}, expected a flat tensor of logits; end with "
                    + $"globalAveragePool or flatten, and dense"
            );
        }

        CheckHeads(last);
        HashSet<int> used = [.. nodes.SelectMany(n => n.Inputs), last];
        int unused = Enumerable.Range(0, nodes.Count).FirstOrDefault(n => !used.Contains(n), -1);
        return unused < 0
            ? new NetworkGraph(description, image, nodes)
            : throw Wrong(
                nodes[unused].Name,
                "has an output that no layer takes; add it to another layer's inputs, or remove the layer"
            );
    }

    private void CheckHeads(int last)
    {
        if (description.Heads is not { } heads)
        {
            return;
        }

        if (heads.Count is < MinHeads or > MaxHeads)
        {
            throw Wrong(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"has {heads.Count} 'heads', expected {MinHeads} to {MaxHeads} names; leave the key out "
                        + $"for one head"
                )
            );
        }

        string? bad = heads.FirstOrDefault(h =>
            h is null
            || h.Length is 0 or > MaxHeadName
            || h.Trim() != h
            || h.Any(char.IsControl)
            || h.Equals(BlendName, StringComparison.OrdinalIgnoreCase)
        );
        if (
            bad is not null
            || heads.Contains(null)
            || heads.Distinct(StringComparer.OrdinalIgnoreCase).Count() < heads.Count
        )
        {
            throw Wrong(
                $"has the heads '{string.Join("', '", heads)}', expected different names of 1 to {MaxHeadName} "
                    + $"characters without spaces at the ends, and not '{BlendName}', which stands for "
                    + $"all heads together"
            );
        }

        if (Shape(last).Channels % heads.Count != 0)
        {
            throw Wrong(
                nodes[last].Name,
                $"is the last layer and has {Shape(last).Channels} units, expected a multiple of the "
                    + $"{heads.Count} heads: heads × classes"
            );
        }
    }

    private TensorShape Shape(int node) => node < 0 ? image : nodes[node].Output;

    private int Sequence(IReadOnlyList<LayerDescription> layers, int input, string prefix)
    {
        scopes.Push(prefix);
        int current = input;
        for (int i = 0; i < layers.Count; i++)
        {
            current = Layer(
                layers[i]
                    ?? throw Wrong(
                        prefix.Length == 0
                            ? $"has null as layer {i}, expected a layer"
                            : $"has null as layer {i} of '{prefix.TrimEnd('_')}', expected a layer"
                    ),
                current,
                prefix
            );
        }

        scopes.Pop();
        return current;
    }

    private int Layer(LayerDescription layer, int previous, string prefix)
    {
        string name = NameOf(layer, prefix);
        int[] inputs = InputsOf(layer, name, previous);
        int result = layer switch
        {
            ConvLayer l => Conv(name, inputs[0], l.Filters, l.Kernel, l.Stride, l.Padding, l.Groups, l.Bias, "conv"),
            DepthwiseConvLayer l => Depthwise(name, inputs[0], l),
            BatchNormLayer l => BatchNorm(name, inputs[0], l.Epsilon, l.Momentum),
            ActivationLayer l => Add(name, LayerTypes.NameOf(l), Activation(name, l), inputs, Shape(inputs[0])),
            PReluLayer l => Add(
                name,
                "prelu",
                new PReluOperator(Shape(inputs[0]), l.PerValue),
                inputs,
                Shape(inputs[0])
            ),
            ZeroPadLayer l => ZeroPad(name, inputs[0], l),
            MaxPoolLayer l => Pool(name, inputs[0], PoolKind.Max, l.Size, l.Stride, l.Padding),
            AveragePoolLayer l => Pool(name, inputs[0], PoolKind.Average, l.Size, l.Stride, l.Padding),
            GlobalAveragePoolLayer => Add(
                name,
                "global average pool",
                new GlobalAveragePoolOperator(),
                inputs,
                TensorShape.Flat(Picture(name, inputs[0]).Channels)
            ),
            FlattenLayer => Add(
                name,
                "flatten",
                new FlattenOperator(Picture(name, inputs[0])),
                inputs,
                TensorShape.Flat((int)Shape(inputs[0]).Elements)
            ),
            DenseLayer l => Dense(name, inputs[0], l.Units, l.Bias),
            DropoutLayer l => l.Rate is >= 0 and < 1
                ? Add(
                    name,
                    string.Create(CultureInfo.InvariantCulture, $"dropout {l.Rate}"),
                    new DropoutOperator(l.Rate),
                    inputs,
                    Shape(inputs[0])
                )
                : throw Wrong(
                    name,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"has rate {l.Rate}, expected at least 0 and less than 1"
                    )
                ),
            AddLayer => Sum(name, inputs),
            ConcatLayer => Concat(name, inputs),
            ChannelScaleLayer => ChannelScale(name, inputs),
            ResidualLayer l => Residual(name, inputs[0], l),
            SqueezeExcitationLayer l => SqueezeExcitation(name, inputs[0], l.Reduction),
            _ => throw Wrong(name, $"is of the unknown type {layer.GetType().Name}"),
        };
        outputs[name] = result;
        return result;
    }

    private int Residual(string name, int input, ResidualLayer layer)
    {
        TensorShape from = Picture(name, input);
        if (layer.Body is not { Count: > 0 })
        {
            throw Wrong(name, "has an empty body, expected at least one layer");
        }

        int body = Sequence(layer.Body, input, name + "_");

        TensorShape to = Shape(body);
        int shortcut = input;
        if (layer.Shortcut is not null)
        {
            shortcut = Sequence(layer.Shortcut, input, name + "_shortcut_");
        }
        else if (from != to)
        {
            int stride = (from.Height + to.Height - 1) / to.Height;
            shortcut = Conv(
                name + "_shortcut_conv",
                input,
                to.Channels,
                1,
                stride,
                PaddingMode.Valid,
                1,
                false,
                "conv"
            );
            shortcut = BatchNorm(name + "_shortcut_batchNorm", shortcut, 1e-5, 0.1);
        }

        if (Shape(shortcut) != to)
        {
            throw Wrong(
                name,
                $"has a body that outputs {to} and a shortcut that outputs {Shape(shortcut)}; the shapes must agree; "
                    + $"set \"shortcut\" to layers that convert {from} to {to}"
            );
        }

        int sum = Sum(name + "_add", [body, shortcut]);
        return layer.Relu
            ? Add(name + "_relu", "relu", new ActivationOperator(ActivationFunction.Relu), [sum], to)
            : sum;
    }

    private int SqueezeExcitation(string name, int input, int reduction)
    {
        TensorShape from = Picture(name, input);
        AtLeastOne(name, ("reduction", reduction));
        int hidden = Math.Max(1, from.Channels / reduction);
        int gate = Add(
            name + "_squeeze",
            "global average pool",
            new GlobalAveragePoolOperator(),
            [input],
            TensorShape.Flat(from.Channels)
        );
        gate = Dense(name + "_reduce", gate, hidden, bias: true);
        gate = Add(name + "_relu", "relu", new ActivationOperator(ActivationFunction.Relu), [gate], Shape(gate));
        gate = Dense(name + "_expand", gate, from.Channels, bias: true);
        gate = Add(
            name + "_sigmoid",
            "sigmoid",
            new ActivationOperator(ActivationFunction.Sigmoid),
            [gate],
            Shape(gate)
        );
        return Add(name + "_scale", "channel scale", new ChannelScaleOperator(), [input, gate], from);
    }
}
