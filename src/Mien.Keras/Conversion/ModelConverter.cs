using Mien.Networks;

namespace Mien.Keras;

/// <summary>
/// Converts the layers of a Keras model, with their weights, to those of a description: all layers that the output
/// depends on, in the order of the file. Keras's feature maps are rows × columns × channels (or channels first, if the
/// layers say so). Here channels always come first, and flat tensors record where Keras's features went. Single use.
/// </summary>
internal sealed partial class ModelConverter(
    string source,
    WeightAssignment weights,
    NetworkAssembler assembler,
    bool isTheano,
    bool channelsFirst
)
{
    private readonly List<string> notes = [];
    private TensorValue? colour;
    private bool sawPlainImage;
    private bool sawRescaledImage;

    /// <summary>Messages about what was left out or changed.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>The scaling by Rescaling layers at the start, or <c>null</c>.</summary>
    public (double Scale, double Offset)? Rescaling { get; private set; }

    /// <summary>Converts a model whose single input is the image.</summary>
    /// <returns>The model's output before a final softmax or sigmoid, which is still pending.</returns>
    public TensorValue Convert(KerasGraph graph, TensorValue image)
    {
        TensorValue output = Run(graph, [image])[0];
        TensorValue scores = output with { Pending = KerasFinalActivation.None };
        scores = scores.IsColumn ? Flat(scores) : scores;
        if (!scores.Shape.IsFlat && scores.Shape is { Height: 1, Width: 1 })
        {
            scores = new TensorValue(
                assembler.Add(new FlattenLayer(), "flat_output", scores),
                TensorShape.Flat(scores.Shape.Channels)
            );
        }

        return sawPlainImage && sawRescaledImage
                ? throw new KerasException(
                    ErrorKind.BadInput,
                    "unsupportedModel",
                    $"{source}: one part of the model takes the rescaled image and another the original one, expected "
                        + $"the same input for all."
                )
            : scores.Order is not null
                ? throw new KerasException(
                    ErrorKind.BadInput,
                    "unsupportedModel",
                    $"{source}: the model's output is a flattened feature map, expected a Dense layer, a global "
                        + $"pooling or a feature map of one pixel at the end."
                )
            : scores with { Pending = output.Pending };
    }

    private TensorValue[] Run(KerasGraph graph, TensorValue[] inputs)
    {
        if (inputs.Length != graph.Inputs.Count)
        {
            throw new KerasException(
                ErrorKind.BadInput,
                "badStructure",
                $"{source}: the model '{graph.Name}' takes {graph.Inputs.Count} inputs but gets {inputs.Length}.",
                graph.Name
            );
        }

        var values = new Dictionary<(string Layer, int Use), TensorValue[]>();
        for (int i = 0; i < inputs.Length; i++)
        {
            values[(graph.Inputs[i].Layer, 0)] = [inputs[i]];
        }

        Dictionary<string, KerasLayer> layers = graph.Layers.ToDictionary(l => l.Name, StringComparer.Ordinal);
        HashSet<(string Layer, int Use)> needed = Needed(graph, layers, values.Keys);
        for (bool progress = true; progress && needed.Count > 0; )
        {
            progress = false;
            foreach (KerasLayer layer in graph.Layers)
            {
                for (int use = 0; use < layer.Uses.Count; use++)
                {
                    if (
                        needed.Contains((layer.Name, use))
                        && layer.Uses[use].All(r => values.ContainsKey(Key(r, layers)))
                    )
                    {
                        values[(layer.Name, use)] = Apply(
                            layer,
                            [.. layer.Uses[use].Select(r => Output(r, values, layers))]
                        );
                        needed.Remove((layer.Name, use));
                        progress = true;
                    }
                }
            }
        }

        if (needed.Count == 0)
        {
            return [.. graph.Outputs.Select(r => Output(r, values, layers))];
        }

        string stuck = graph.Layers.First(l => needed.Any(n => n.Layer == l.Name)).Name;
        throw new KerasException(
            ErrorKind.BadInput,
            "badStructure",
            $"{source}: layer '{stuck}' takes the output of a later layer; the model's structure is damaged.",
            stuck
        );
    }

    private HashSet<(string Layer, int Use)> Needed(
        KerasGraph graph,
        Dictionary<string, KerasLayer> layers,
        IEnumerable<(string Layer, int Use)> inputs
    )
    {
        HashSet<(string Layer, int Use)> known = [.. inputs],
            needed = [];
        var open = new Stack<TensorReference>(graph.Outputs);
        while (open.TryPop(out TensorReference reference))
        {
            (string layer, int use) = Key(reference, layers);
            if (known.Contains((layer, use)) || !needed.Add((layer, use)))
            {
                continue;
            }

            if (
                !layers.TryGetValue(layer, out KerasLayer? found)
                || use >= found.Uses.Count
                || found.Uses[use].Count == 0
            )
            {
                throw new KerasException(
                    ErrorKind.BadInput,
                    "badStructure",
                    $"{source}: the model's structure refers to an output of layer '{layer}' that does not exist.",
                    layer
                );
            }

            foreach (TensorReference before in found.Uses[use])
            {
                open.Push(before);
            }
        }

        return needed;
    }

    // A layer that is used once may have another number: some versions also counted uses outside the model.
    private static (string Layer, int Use) Key(TensorReference reference, Dictionary<string, KerasLayer> layers) =>
        !layers.TryGetValue(reference.Layer, out KerasLayer? layer) || layer.Uses.Count == 1
            ? (reference.Layer, 0)
            : (reference.Layer, reference.Node);

    private TensorValue Output(
        TensorReference reference,
        Dictionary<(string Layer, int Use), TensorValue[]> values,
        Dictionary<string, KerasLayer> layers
    )
    {
        TensorValue[] outputs = values[Key(reference, layers)];
        return reference.Tensor < outputs.Length
            ? outputs[reference.Tensor]
            : throw new KerasException(
                ErrorKind.BadInput,
                "badStructure",
                $"{source}: the model's structure refers to output {reference.Tensor} of layer "
                    + $"'{reference.Layer}', which has {outputs.Length}.",
                reference.Layer
            );
    }

    private TensorValue[] Apply(KerasLayer layer, TensorValue[] inputs)
    {
        if (layer.Nested is { } nested)
        {
            return Run(nested, inputs);
        }

        var config = new LayerConfig(layer, source);
        string kind = LayerRoles.ClassOf(layer);
        if (inputs.Length != 1 && kind is not ("Add" or "Concatenate" or "Multiply"))
        {
            throw config.Unsupported($"takes {inputs.Length} inputs, expected one");
        }

        TensorValue input = inputs[0];
        return
        [
            kind switch
            {
                "Conv2D" => Conv2D(layer, config, input),
                "DepthwiseConv2D" => DepthwiseConv2D(layer, config, input),
                "SeparableConv2D" => SeparableConv2D(layer, config, input),
                "MaxPooling2D" => Pool(layer, config, input, PoolKind.Max),
                "AveragePooling2D" => Pool(layer, config, input, PoolKind.Average),
                "GlobalMaxPooling2D" => GlobalPool(layer, config, input, PoolKind.Max),
                "GlobalAveragePooling2D" => GlobalPool(layer, config, input, PoolKind.Average),
                "ZeroPadding2D" => ZeroPadding2D(layer, config, input),
                "Dense" => Dense(layer, config, input),
                "BatchNormalization" => BatchNormalization(layer, config, input),
                "Flatten" => Flatten(layer, config, input),
                "Reshape" => Reshape(layer, config, input),
                "Add" => Add(layer, config, inputs),
                "Concatenate" => Concatenate(layer, config, inputs),
                "Multiply" => Multiply(layer, config, inputs),
                "Dropout" or "SpatialDropout2D" => Dropout(layer, config, input),
                "Activation" => Activate(layer, config, input),
                "ReLU" or "LeakyReLU" or "ELU" or "Softmax" => ActivationLayer(kind, layer.Name, layer, config, input),
                "PReLU" => PReLU(layer, config, input),
                "Rescaling" => Rescale(config, input),
                "InputLayer" => input,
                _ when LayerRoles.IsTrainingOnly(layer) => LeaveOut(layer, input),
                _ => throw config.Unsupported($"has an unsupported type. {LayerRoles.Supported}"),
            },
        ];
    }

    private TensorValue LeaveOut(KerasLayer layer, TensorValue input)
    {
        notes.Add($"layer '{layer.Name}' ({layer.ClassName}) was left out: it has no effect in prediction.");
        return input;
    }

    private TensorValue Rescale(LayerConfig config, TensorValue input)
    {
        if (input.Layer != TensorValue.ImageLayer || sawPlainImage)
        {
            throw config.Unsupported("does not rescale the model's input; Rescaling is supported only at the start");
        }

        double scale = config.Number("scale", 1),
            offset = config.Number("offset", 0);
        Rescaling =
            Rescaling is { } before && input.IsRescaled
                ? (before.Scale * scale, (before.Offset * scale) + offset)
                : (scale, offset);
        return input with { IsRescaled = true };
    }

    /// <summary>
    /// Prepares a tensor as the input of a layer: applies a pending sigmoid, and makes three channels of the gray one
    /// if needed.
    /// </summary>
    private TensorValue Use(LayerConfig config, TensorValue value)
    {
        if (value.Pending == KerasFinalActivation.Softmax)
        {
            throw config.Unsupported(
                $"takes the output of the softmax '{value.PendingName}'; softmax is supported only at the end of "
                    + $"the model"
            );
        }

        if (value.Pending == KerasFinalActivation.Sigmoid)
        {
            TensorValue plain = value with { Pending = KerasFinalActivation.None, PendingName = null };
            return plain with { Layer = assembler.Add(new SigmoidLayer(), value.PendingName!, plain) };
        }

        value = Seen(value);
        if (!value.IsReplicated)
        {
            return value;
        }

        var gray = new TensorValue(TensorValue.ImageLayer, value.Shape);
        return colour ??= new TensorValue(
            assembler.Add(new ConcatLayer(), "threeChannels", gray, gray, gray),
            value.Shape
        );
    }

    private TensorValue Seen(TensorValue value)
    {
        sawPlainImage |= value is { Layer: TensorValue.ImageLayer, IsRescaled: false };
        sawRescaledImage |= value is { Layer: TensorValue.ImageLayer, IsRescaled: true };
        return value;
    }

    private static TensorShape Picture(LayerConfig config, TensorValue value) =>
        !value.Shape.IsFlat && !value.IsColumn
            ? value.Shape
            : throw config.Unsupported(
                $"takes {value.Shape.Channels} "
                    + (value.IsColumn ? "features that were reshaped to one pixel" : "flat features")
                    + ", expected a feature map"
            );

    private static TensorValue Flat(TensorValue column) =>
        column with
        {
            Shape = TensorShape.Flat(column.Shape.Channels),
            IsColumn = false,
        };
}
