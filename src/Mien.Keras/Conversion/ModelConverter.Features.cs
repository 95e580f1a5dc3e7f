using Mien.Networks;

namespace Mien.Keras;

/// <content>Layers on features and channels: dense, batch norm, flatten, sums.</content>
internal sealed partial class ModelConverter
{
    private static readonly int[] LastAxis = [-1, 3];
    private static readonly int[] FirstAxis = [1, -3];
    private static readonly int[] OnlyAxis = [-1, 1];

    // Kernel [features, units] → weight [units, features], with the features in the order of the description.
    private TensorValue Dense(KerasLayer layer, LayerConfig config, TensorValue input)
    {
        if (!input.Shape.IsFlat && channelsFirst)
        {
            throw config.Unsupported("takes a channels-first feature map, expected flat features");
        }

        int units = config.Whole("units");
        return Connect(layer, config, input, units, [input.Shape.Channels, units]);
    }

    private TensorValue Connect(KerasLayer layer, LayerConfig config, TensorValue input, int units, int[] shape)
    {
        int features = input.Shape.Channels;
        bool flat = input.Shape.IsFlat || input.IsColumn,
            bias = config.Flag("use_bias", true);
        float[] kernel = weights.Read(
            layer,
            "kernel",
            shape.Length == 2 ? "features × units" : "rows × columns × inputs × filters",
            shape
        );
        input = Use(config, input);
        var weight = new float[kernel.Length];
        for (int i = 0; i < kernel.Length; i++)
        {
            weight[(i % units * features) + input.PlaceOf(i / units)] = kernel[i];
        }

        // On a feature map, Keras's Dense applies to the channels of each pixel, which is a 1×1 convolution.
        string name = assembler.Add(
            flat
                ? new DenseLayer { Units = units, Bias = bias }
                : new ConvLayer
                {
                    Filters = units,
                    Kernel = 1,
                    Bias = bias,
                },
            layer.Name,
            input
        );
        assembler.Weights[name + ".weight"] = weight;
        if (bias)
        {
            assembler.Weights[name + ".bias"] = weights.Read(layer, "bias", "units", units);
        }

        return Activate(
            layer,
            config,
            new TensorValue(name, input.Shape with { Channels = units }) { IsColumn = input.IsColumn }
        );
    }

    private TensorValue BatchNormalization(KerasLayer layer, LayerConfig config, TensorValue input)
    {
        CheckAxis(config, input, config.Numbers("axis") ?? [-1]);
        int channels = input.Shape.Channels;
        input = Use(config, input);

        // Keras's momentum is the weight of the old value. 0 would never update the statistics, which a description
        // cannot express.
        double momentum = Math.Round(Math.Clamp(1 - config.Number("momentum", 0.99), 1e-6, 1), 9);
        string name = assembler.Add(
            new BatchNormLayer { Epsilon = config.Number("epsilon", 1e-3), Momentum = momentum },
            layer.Name,
            input
        );
        Store("weight", "gamma", config.Flag("scale", true), 1);
        Store("bias", "beta", config.Flag("center", true), 0);
        Store("runningMean", "moving_mean", true, 0);
        Store("runningVariance", "moving_variance", true, 0);
        return input with { Layer = name };

        void Store(string weight, string role, bool has, float standard)
        {
            float[] values = has
                ? weights.Read(layer, role, "channels", channels)
                : [.. Enumerable.Repeat(standard, channels)];
            assembler.Weights[$"{name}.{weight}"] = Reorder(values, input);
        }
    }

    private TensorValue PReLU(KerasLayer layer, LayerConfig config, TensorValue input)
    {
        TensorShape shape = input.Shape;
        int[] expected =
            shape.IsFlat ? [shape.Channels]
            : channelsFirst ? [shape.Channels, shape.Height, shape.Width]
            : [shape.Height, shape.Width, shape.Channels];
        IReadOnlyList<int> found = weights.ShapeOf(layer, "alpha");
        // Shared axes have size 1.
        int[] stored = [.. expected.Select((side, i) => i < found.Count && found[i] == 1 ? 1 : side)];
        float[] alpha = weights.Read(
            layer,
            "alpha",
            channelsFirst ? "channels × rows × columns, 1 where shared" : "rows × columns × channels, 1 where shared",
            stored
        );
        input = Use(config, input);
        if (shape.IsFlat)
        {
            return Add(
                false,
                Reorder([.. Enumerable.Range(0, shape.Channels).Select(i => alpha[alpha.Length == 1 ? 0 : i])], input)
            );
        }

        int rowAxis = channelsFirst ? 1 : 0,
            channelAxis = channelsFirst ? 0 : 2;
        bool perValue = stored[rowAxis] > 1 || stored[rowAxis + 1] > 1;
        var slopes = new float[perValue ? shape.Elements : shape.Channels];
        int pixels = perValue ? shape.Height * shape.Width : 1;
        for (int i = 0; i < slopes.Length; i++)
        {
            int c = Math.Min(i / pixels, stored[channelAxis] - 1),
                y = Math.Min(i % pixels / shape.Width, stored[rowAxis] - 1),
                x = Math.Min(i % pixels % shape.Width, stored[rowAxis + 1] - 1);
            slopes[i] = alpha[
                channelsFirst ? (((c * stored[1]) + y) * stored[2]) + x : (((y * stored[1]) + x) * stored[2]) + c
            ];
        }

        return Add(perValue, slopes);

        TensorValue Add(bool each, float[] slopes)
        {
            string name = assembler.Add(new PReluLayer { PerValue = each }, layer.Name, input);
            assembler.Weights[name + ".weight"] = slopes;
            return input with { Layer = name };
        }
    }

    private TensorValue Flatten(KerasLayer layer, LayerConfig config, TensorValue input)
    {
        if (input.Shape.IsFlat || input.IsColumn)
        {
            return input.IsColumn ? Flat(input) : input;
        }

        // With data_format channels_first, Flatten moves the channels to the end before it flattens (Keras 2.2).
        bool turned = config.Text("data_format") == "channels_first";
        return turned && !channelsFirst
            ? throw config.Unsupported("flattens in channels_first format, but the layers before it use channels_last")
            : Flatten(layer, Use(config, input), channelsLast: turned || !channelsFirst);
    }

    private TensorValue Reshape(KerasLayer layer, LayerConfig config, TensorValue input)
    {
        IReadOnlyList<int>? target = config.Numbers("target_shape");
        int[] pixel = channelsFirst ? [input.Shape.Channels, 1, 1] : [1, 1, input.Shape.Channels];
        if (
            target is { Count: 3 }
            && input.Shape.IsFlat
            && input.Order is null
            && target.Zip(pixel).All(p => p.First == p.Second || p.First == -1)
        )
        {
            return input with { Shape = new TensorShape(input.Shape.Channels, 1, 1), IsColumn = true };
        }

        bool flattens = target is [var features] && (features == -1 || features == input.Shape.Elements);
        return !flattens
                ? throw config.Unsupported("reshapes its input, expected a flat output, or one pixel of features")
            : input.IsColumn ? Flat(input)
            : input.Shape.IsFlat ? input
            : Flatten(layer, Use(config, input), channelsLast: !channelsFirst);
    }

    private TensorValue Flatten(KerasLayer layer, TensorValue input, bool channelsLast)
    {
        TensorShape shape = input.Shape;
        string name = assembler.Add(new FlattenLayer(), layer.Name, input);
        int pixels = shape.Height * shape.Width;
        int[]? order =
            !channelsLast || pixels == 1 || shape.Channels == 1
                ? null
                :
                [
                    .. Enumerable
                        .Range(0, (int)shape.Elements)
                        .Select(i => (i % shape.Channels * pixels) + (i / shape.Channels)),
                ];
        return new TensorValue(name, TensorShape.Flat((int)shape.Elements)) { Order = order };
    }

    private TensorValue Add(KerasLayer layer, LayerConfig config, TensorValue[] inputs)
    {
        TensorValue first = inputs[0];
        if (Array.Exists(inputs, i => i.Shape != first.Shape))
        {
            throw config.Unsupported(
                $"adds {string.Join(" and ", inputs.Select(i => i.Shape))} (channels × rows × columns), "
                    + $"expected equal shapes"
            );
        }

        if (Array.Exists(inputs, i => !(i.Order ?? []).SequenceEqual(first.Order ?? [])))
        {
            throw config.Unsupported("adds tensors that were flattened from feature maps of different shapes");
        }

        TensorValue[] used = [.. inputs.Select(i => Use(config, i))];
        return used.Length == 1 ? used[0] : used[0] with { Layer = assembler.Add(new AddLayer(), layer.Name, used) };
    }

    private TensorValue Concatenate(KerasLayer layer, LayerConfig config, TensorValue[] inputs)
    {
        TensorShape first = inputs[0].Shape;
        CheckAxis(config, inputs[0], config.Numbers("axis") ?? [-1]);
        if (Array.Exists(inputs, i => i.Shape with { Channels = first.Channels } != first))
        {
            throw config.Unsupported(
                $"joins {string.Join(" and ", inputs.Select(i => i.Shape))} (channels × rows × columns), "
                    + $"expected shapes that differ only in channels"
            );
        }

        TensorValue[] used = [.. inputs.Select(i => Use(config, i))];
        if (used.Length == 1)
        {
            return used[0];
        }

        int channels = used.Sum(u => u.Shape.Channels);
        string name = assembler.Add(new ConcatLayer(), layer.Name, used);
        int[]? order = null;
        if (Array.Exists(used, u => u.Order is not null))
        {
            int before = 0;
            order = new int[channels];
            foreach (TensorValue part in used)
            {
                for (int i = 0; i < part.Shape.Channels; i++)
                {
                    order[before + i] = before + part.PlaceOf(i);
                }

                before += part.Shape.Channels;
            }
        }

        return new TensorValue(name, first with { Channels = channels }) { Order = order, IsColumn = used[0].IsColumn };
    }

    /// <summary>
    /// Multiplies the channels of a feature map by one gate each: squeeze-and-excitation as built in Keras.
    /// </summary>
    private TensorValue Multiply(KerasLayer layer, LayerConfig config, TensorValue[] inputs)
    {
        TensorValue[] used =
        [
            .. inputs.Select(i => Use(config, i)).OrderByDescending(i => i.Shape.Height * i.Shape.Width),
        ];
        bool gated =
            used is [{ IsColumn: false } first, var second]
            && first.Shape is { IsFlat: false, Channels: var channels, Height: var height, Width: var width }
            && height * width > 1
            && second.Order is null
            && second.Shape is { Height: 1, Width: 1 }
            && second.Shape.Channels == channels
            && !(second.Shape.IsFlat && channelsFirst);
        if (!gated)
        {
            throw config.Unsupported(
                $"multiplies {string.Join(" and ", inputs.Select(i => i.Shape))} (channels × rows × columns), "
                    + $"expected a feature map and one value per channel"
            );
        }

        TensorValue gate =
            used[1].Shape.IsFlat || used[1].IsColumn
                ? used[1]
                : used[1] with
                {
                    Layer = assembler.Add(new FlattenLayer(), layer.Name + "_gate", used[1]),
                };
        return used[0] with { Layer = assembler.Add(new ChannelScaleLayer(), layer.Name, used[0], gate) };
    }

    private TensorValue Dropout(KerasLayer layer, LayerConfig config, TensorValue input)
    {
        double rate = config.Number("rate", 0);
        if (rate is not (>= 0 and < 1))
        {
            throw config.Bad("rate", "at least 0 and less than 1");
        }

        if (layer.ClassName == "SpatialDropout2D")
        {
            notes.Add(
                $"layer '{layer.Name}' (SpatialDropout2D) became a dropout of single values: the same in "
                    + $"prediction, weaker in training."
            );
        }

        // A dropout after the softmax has no effect in prediction.
        if (input.Pending != KerasFinalActivation.None)
        {
            return LeaveOut(layer, input);
        }

        input = Use(config, input);
        return input with { Layer = assembler.Add(new DropoutLayer { Rate = rate }, layer.Name, input) };
    }

    private void CheckAxis(LayerConfig config, TensorValue input, IReadOnlyList<int> axis)
    {
        int[] expected =
            input.Shape.IsFlat ? OnlyAxis
            : channelsFirst ? FirstAxis
            : LastAxis;
        if (axis is not [var one] || !expected.Contains(one))
        {
            throw config.Unsupported(
                $"works along the axis {string.Join(", ", axis)}, expected the channel axis "
                    + $"({string.Join(" or ", expected)})"
            );
        }
    }

    private static float[] Reorder(float[] values, TensorValue input)
    {
        if (input.Order is null)
        {
            return values;
        }

        var placed = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            placed[input.Order[i]] = values[i];
        }

        return placed;
    }
}
