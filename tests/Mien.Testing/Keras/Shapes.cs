using System.Text.Json.Nodes;

namespace Mien.Testing;

/// <summary>
/// The output shapes of Keras layers according to its documentation: rows, columns, channels; or features.
/// </summary>
internal static class Shapes
{
    public static int[] Of(string type, JsonObject config, int[][] from)
    {
        int[] shape = from[0];
        var layer = new MadeLayer(type, "", config, [], []);
        return type switch
        {
            "Conv2D" or "SeparableConv2D" => Window(layer, shape, "kernel_size", layer.Number("filters")),
            "DepthwiseConv2D" => Window(layer, shape, "kernel_size", shape[2] * layer.Number("depth_multiplier")),
            "MaxPooling2D" or "AveragePooling2D" => Window(layer, shape, "pool_size", shape[2]),
            "GlobalAveragePooling2D" or "GlobalMaxPooling2D" => layer.Flag("keepdims", false)
                ? [1, 1, shape[2]]
                : [shape[2]],
            "Reshape" when config["target_shape"] is JsonArray { Count: 3 } target => [.. target.Select(t => (int)t!)],
            "Multiply" => from.MaxBy(f => f.Aggregate((p, s) => p * s))!,
            "Flatten" or "Reshape" => [shape.Aggregate((p, s) => p * s)],
            "Dense" => [.. shape[..^1], layer.Number("units")],
            "Concatenate" => [.. shape[..^1], from.Sum(f => f[^1])],
            "ZeroPadding2D" => Padded(config, shape),
            _ => shape,
        };
    }

    /// <summary>Top, bottom, left, right.</summary>
    public static int[] Sides(JsonObject config) =>
        config["padding"] switch
        {
            JsonArray { Count: 2 } list =>
            [
                .. list.SelectMany(s => s is JsonArray two ? two.Select(v => (int)v!) : [(int)s!, (int)s!]),
            ],
            var one => [.. Enumerable.Repeat((int)one!, 4)],
        };

    /// <summary>Computes TensorFlow's padding before a row (or column) of pixels, and the number of windows.</summary>
    public static (int Before, int Windows) Line(string padding, int size, int window, int stride)
    {
        int windows =
            padding == "same"
                ? (int)Math.Ceiling(size / (double)stride)
                : (int)Math.Ceiling((size - window + 1) / (double)stride);
        int total = padding == "same" ? Math.Max(((windows - 1) * stride) + window - size, 0) : 0;
        return (total / 2, windows);
    }

    public static (int Rows, int Columns) Strides(MadeLayer layer, string key) =>
        layer.Pair("strides", key == "pool_size" ? layer.Pair(key, (2, 2)) : (1, 1));

    private static int[] Window(MadeLayer layer, int[] shape, string key, int channels)
    {
        (int rows, int columns) = layer.Pair(key, (2, 2));
        (int down, int right) = Strides(layer, key);
        (int dilateRows, int dilateColumns) = layer.Pair("dilation_rate", (1, 1));
        string padding = layer.Text("padding", "valid");
        return
        [
            Line(padding, shape[0], ((rows - 1) * dilateRows) + 1, down).Windows,
            Line(padding, shape[1], ((columns - 1) * dilateColumns) + 1, right).Windows,
            channels,
        ];
    }

    private static int[] Padded(JsonObject config, int[] shape)
    {
        int[] sides = Sides(config);
        return [shape[0] + sides[0] + sides[1], shape[1] + sides[2] + sides[3], shape[2]];
    }
}
