using System.Text.Json;
using Mien.Networks;

namespace Mien.Keras;

/// <content>Layers with windows: convolutions, pooling, padding.</content>
internal sealed partial class ModelConverter
{
    // Kernel [rows, columns, inputs / groups, filters] → weight [filters, inputs / groups, rows, columns].
    private TensorValue Conv2D(KerasLayer layer, LayerConfig config, TensorValue input)
    {
        WindowShape window = WindowShape.Of(config, "kernel_size", (1, 1));
        int filters = config.Whole("filters"),
            groups = config.Has("groups") ? config.Whole("groups") : 1;
        if (input.IsColumn && window is { Rows: 1, Columns: 1, Stride: 1 } && groups == 1)
        {
            return Connect(layer, config, input, filters, [1, 1, input.Shape.Channels, filters]);
        }

        TensorShape picture = Picture(config, input);
        if (picture.Channels % groups != 0 || filters % groups != 0)
        {
            throw config.Unsupported(
                $"has {groups} groups, expected a number that divides its {picture.Channels} input channels "
                    + $"and its {filters} filters"
            );
        }

        int inputs = picture.Channels / groups;
        float[] kernel = weights.Read(
            layer,
            "kernel",
            "rows × columns × inputs × filters",
            window.Rows,
            window.Columns,
            inputs,
            filters
        );

        // The three input channels are equal, so one channel with the sum of the three kernels gives the same.
        bool gray = input.IsReplicated && groups == 1;
        input = gray
            ? Seen(input) with
            {
                Shape = picture with { Channels = 1 },
                IsReplicated = false,
            }
            : Use(config, input);
        int kept = gray ? 1 : inputs;
        var weight = new float[(long)filters * kept * window.Side * window.Side];
        for (int i = 0; i < kernel.Length; i++)
        {
            int filter = i % filters,
                channel = i / filters % inputs,
                column = i / filters / inputs % window.Columns,
                row = i / filters / inputs / window.Columns;

            // Theano flips kernels, TensorFlow does not (keras.utils.conv_utils.convert_kernel).
            int y = (isTheano ? window.Rows - 1 - row : row) * window.RowStep,
                x = (isTheano ? window.Columns - 1 - column : column) * window.ColumnStep;
            weight[(((((filter * kept) + (gray ? 0 : channel)) * window.Side) + y) * window.Side) + x] += kernel[i];
        }

        bool bias = config.Flag("use_bias", true);
        TensorShape to = window.Over(input.Shape, filters, config);
        (input, PaddingMode padding) = Place(layer, window, input);
        string name = assembler.Add(
            new ConvLayer
            {
                Filters = filters,
                Kernel = window.Side,
                Stride = window.Stride,
                Padding = padding,
                Groups = groups,
                Bias = bias,
            },
            layer.Name,
            input
        );
        assembler.Weights[name + ".weight"] = weight;
        if (bias)
        {
            assembler.Weights[name + ".bias"] = weights.Read(layer, "bias", "filters", filters);
        }

        return Activate(layer, config, new TensorValue(name, to));
    }

    private TensorValue DepthwiseConv2D(KerasLayer layer, LayerConfig config, TensorValue input)
    {
        bool bias = config.Flag("use_bias", true);
        TensorValue result = Depthwise(layer, config, Use(config, input), layer.Name, bias);
        if (bias)
        {
            assembler.Weights[result.Layer + ".bias"] = weights.Read(layer, "bias", "channels", result.Shape.Channels);
        }

        return Activate(layer, config, result);
    }

    // A depthwise convolution without bias, then a 1×1 convolution with it.
    private TensorValue SeparableConv2D(KerasLayer layer, LayerConfig config, TensorValue input)
    {
        TensorValue each = Depthwise(layer, config, Use(config, input), layer.Name + "_depthwise", bias: false);
        int inputs = each.Shape.Channels,
            filters = config.Whole("filters");
        float[] kernel = weights.Read(layer, "pointwise_kernel", "1 × 1 × inputs × filters", 1, 1, inputs, filters);
        bool bias = config.Flag("use_bias", true);
        string name = assembler.Add(
            new ConvLayer
            {
                Filters = filters,
                Kernel = 1,
                Bias = bias,
            },
            layer.Name,
            each
        );
        assembler.Weights[name + ".weight"] = Transpose(kernel, inputs, filters);
        if (bias)
        {
            assembler.Weights[name + ".bias"] = weights.Read(layer, "bias", "filters", filters);
        }

        return Activate(layer, config, new TensorValue(name, each.Shape with { Channels = filters }));
    }

    // Kernel [rows, columns, channels, multiplier] → weight [channels · multiplier, 1, rows, columns].
    private TensorValue Depthwise(KerasLayer layer, LayerConfig config, TensorValue input, string wantedName, bool bias)
    {
        WindowShape window = WindowShape.Of(config, "kernel_size", (1, 1));
        int channels = Picture(config, input).Channels,
            multiplier = config.Has("depth_multiplier") ? config.Whole("depth_multiplier") : 1;
        float[] kernel = weights.Read(
            layer,
            "depthwise_kernel",
            "rows × columns × channels × multiplier",
            window.Rows,
            window.Columns,
            channels,
            multiplier
        );
        var weight = new float[(long)channels * multiplier * window.Side * window.Side];
        for (int i = 0; i < kernel.Length; i++)
        {
            int filter = i % (channels * multiplier),
                column = i / (channels * multiplier) % window.Columns,
                row = i / (channels * multiplier) / window.Columns;
            weight[(((filter * window.Side) + (row * window.RowStep)) * window.Side) + (column * window.ColumnStep)] =
                kernel[i];
        }

        TensorShape to = window.Over(input.Shape, channels * multiplier, config);
        (input, PaddingMode padding) = Place(layer, window, input);
        string name = assembler.Add(
            new DepthwiseConvLayer
            {
                Kernel = window.Side,
                Stride = window.Stride,
                Padding = padding,
                Multiplier = multiplier,
                Bias = bias,
            },
            wantedName,
            input
        );
        assembler.Weights[name + ".weight"] = weight;
        return new TensorValue(name, to);
    }

    /// <summary>
    /// Handles the padding of a convolution. A non-square or dilated window was filled up with zeros below and to the
    /// right. Its padding therefore becomes a separate layer before it, enlarged by the same amount.
    /// </summary>
    private (TensorValue Input, PaddingMode Padding) Place(KerasLayer layer, WindowShape window, TensorValue input)
    {
        if (window.IsPlain)
        {
            return (input, ModeOf(window));
        }

        notes.Add(
            $"layer '{layer.Name}' ({layer.ClassName}): its window of {window.Height}×{window.Width} "
                + $"pixels {(window.RowStep * window.ColumnStep > 1 ? "(dilated) " : "")}was filled up with zeros "
                + $"to {window.Side}×{window.Side}."
        );
        Padding around = window.Around(input.Shape);
        var pad = new ZeroPadLayer
        {
            Top = around.Top,
            Left = around.Left,
            Bottom = around.Bottom + window.Side - window.Height,
            Right = around.Right + window.Side - window.Width,
        };
        return (Pad(pad, layer.Name + "_pad", input), PaddingMode.Valid);
    }

    // The two kinds of 'same' are equal if the stride is 1 and the window is odd.
    private static PaddingMode ModeOf(WindowShape window) =>
        !window.IsSame ? PaddingMode.Valid
        : window.Stride == 1 && window.Side % 2 == 1 ? PaddingMode.Same
        : PaddingMode.SameUpper;

    private TensorValue Pad(ZeroPadLayer pad, string name, TensorValue input)
    {
        TensorShape to = input.Shape with
        {
            Height = pad.Top + input.Shape.Height + pad.Bottom,
            Width = pad.Left + input.Shape.Width + pad.Right,
        };
        return to == input.Shape ? input : new TensorValue(assembler.Add(pad, name, input), to);
    }

    private TensorValue ZeroPadding2D(KerasLayer layer, LayerConfig config, TensorValue input)
    {
        // n, [rows, columns] or [[top, bottom], [left, right]].
        JsonElement? given = config.Json("padding");
        int[] sides = given is { ValueKind: JsonValueKind.Array } list
            ?
            [
                .. list.EnumerateArray()
                    .SelectMany(s =>
                        s.ValueKind == JsonValueKind.Array
                            ? s.EnumerateArray().Select(v => v.GetInt32())
                            : [s.GetInt32(), s.GetInt32()]
                    ),
            ]
            : [.. Enumerable.Repeat((int)config.Number("padding", 1), 4)];
        if (sides.Length != 4 || sides.Any(s => s < 0))
        {
            throw config.Bad("padding", "one number, two numbers or two pairs");
        }

        Picture(config, input);
        return Pad(
            new ZeroPadLayer
            {
                Top = sides[0],
                Bottom = sides[1],
                Left = sides[2],
                Right = sides[3],
            },
            layer.Name,
            Use(config, input)
        );
    }

    private TensorValue Pool(KerasLayer layer, LayerConfig config, TensorValue input, PoolKind kind)
    {
        Picture(config, input);
        WindowShape window = WindowShape.Of(config, "pool_size", null);
        if (!window.IsPlain)
        {
            throw config.Unsupported(
                $"has a window of {window.Rows}×{window.Columns} pixels, expected a square window"
            );
        }

        input = Use(config, input);
        return new TensorValue(
            assembler.Add(PoolLayer(kind, window.Side, window.Stride, ModeOf(window)), layer.Name, input),
            window.Over(input.Shape, input.Shape.Channels, config)
        );
    }

    private TensorValue GlobalPool(KerasLayer layer, LayerConfig config, TensorValue input, PoolKind kind)
    {
        TensorShape picture = Picture(config, input);
        input = Use(config, input);
        bool keep = config.Flag("keepdims", false);
        if (kind == PoolKind.Average && !keep)
        {
            return new TensorValue(
                assembler.Add(new GlobalAveragePoolLayer(), layer.Name, input),
                TensorShape.Flat(picture.Channels)
            );
        }

        if (picture.Height != picture.Width)
        {
            throw config.Unsupported($"takes a feature map of {picture.Height}×{picture.Width}, expected a square one");
        }

        var pooled = new TensorValue(
            assembler.Add(PoolLayer(kind, picture.Height, picture.Height, PaddingMode.Valid), layer.Name, input),
            new TensorShape(picture.Channels, 1, 1)
        );
        return keep
            ? pooled
            : new TensorValue(
                assembler.Add(new FlattenLayer(), layer.Name + "_flatten", pooled),
                TensorShape.Flat(picture.Channels)
            );
    }

    private static WindowLayer PoolLayer(PoolKind kind, int size, int stride, PaddingMode padding)
    {
        int? step = stride == size ? null : stride;
        PaddingMode? around = padding == PaddingMode.Valid ? null : padding;
        return kind == PoolKind.Max
            ? new MaxPoolLayer
            {
                Size = size,
                Stride = step,
                Padding = around,
            }
            : new AveragePoolLayer
            {
                Size = size,
                Stride = step,
                Padding = around,
            };
    }

    private static float[] Transpose(float[] values, int rows, int columns)
    {
        var turned = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            turned[(i % columns * rows) + (i / columns)] = values[i];
        }

        return turned;
    }
}
