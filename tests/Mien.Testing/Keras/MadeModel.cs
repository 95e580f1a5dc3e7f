using System.Text.Json.Nodes;

namespace Mien.Testing;

/// <summary>
/// A synthetic Keras model: layers given by their Keras configurations, with random weights in the shapes that Keras
/// uses. Shapes are rows, columns, channels; or features.
/// </summary>
public sealed class MadeModel
{
    public const string InputName = "input_1";
    private readonly Random random;
    private readonly Dictionary<string, int> counters = [];
    private readonly List<MadeLayer> layers = [];

    public MadeModel(int height, int width, int channels = 1, int seed = 1, string name = "sequential_1")
    {
        Input = [height, width, channels];
        random = new Random(seed);
        Name = name;
    }

    public string Name { get; }

    public int[] Input { get; }

    /// <summary>Whether layers name their inputs; otherwise the input is the preceding layer.</summary>
    public bool IsFunctional { get; private set; }

    public bool ChannelsFirst { get; init; }

    /// <summary>Whether convolutions flip their kernels, as Theano does.</summary>
    public bool IsTheano { get; init; }

    public IReadOnlyList<MadeLayer> Layers => layers;

    public string Last => layers.Count == 0 ? InputName : layers[^1].Name;

    public MadeLayer this[string name] => layers.Single(l => l.Name == name);

    /// <summary>Adds a layer after the last one, or after the named ones.</summary>
    public string Add(string type, string config = "{}", params string[] from)
    {
        IsFunctional |= from.Length > 0;
        JsonObject json = JsonNode.Parse(config)!.AsObject();
        string stem = string.Concat(
                type.Select(
                    (c, i) =>
                        char.IsUpper(c) && i > 0 && !char.IsUpper(type[i - 1]) && !char.IsDigit(type[i - 1])
                            ? "_" + c
                            : c.ToString()
                )
            )
            .ToLowerInvariant();
        counters[stem] = counters.GetValueOrDefault(stem) + 1;
        string name = (string?)json["name"] ?? $"{stem}_{counters[stem]}";
        json["name"] = name;
        string[] taken = from.Length > 0 ? from : [Last];
        int[][] shapes = [.. taken.Select(ShapeOf)];
        if (
            ChannelsFirst
            && type is "Conv2D" or "MaxPooling2D" or "AveragePooling2D" or "ZeroPadding2D" or "GlobalAveragePooling2D"
        )
        {
            json["data_format"] = "channels_first";
        }

        var layer = new MadeLayer(type, name, json, taken, Shapes.Of(type, json, shapes));
        layers.Add(layer);
        AddWeights(layer, shapes[0]);
        return name;
    }

    /// <summary>Adds a model as a layer.</summary>
    public string Add(MadeModel nested, string? from = null)
    {
        IsFunctional |= from is not null;
        string type = nested.IsFunctional ? "Model" : "Sequential";
        layers.Add(
            new MadeLayer(type, nested.Name, [], [from ?? Last], nested.ShapeOf(nested.Last)) { Nested = nested }
        );
        return nested.Name;
    }

    public int[] ShapeOf(string name) => name == InputName ? Input : this[name].Shape;

    private void AddWeights(MadeLayer layer, int[] from)
    {
        int channels = from[^1];
        (int rows, int columns) = layer.Pair("kernel_size", (1, 1));
        int multiplier = layer.Number("depth_multiplier"),
            filters = layer.Number("filters");
        bool bias = layer.Flag("use_bias");
        switch (layer.Class)
        {
            case "Conv2D":
                Weight("kernel", 2, rows, columns, channels / layer.Number("groups"), filters);
                break;
            case "DepthwiseConv2D":
                Weight("depthwise_kernel", 2, rows, columns, channels, multiplier);
                filters = channels * multiplier;
                break;
            case "SeparableConv2D":
                Weight("depthwise_kernel", 2, rows, columns, channels, multiplier);
                Weight("pointwise_kernel", 2, 1, 1, channels * multiplier, filters);
                break;
            case "Dense":
                filters = layer.Number("units");
                Weight("kernel", 2, channels, filters);
                break;
            case "BatchNormalization":
                AddNorm(layer, channels);
                return;
            case "PReLU":
                int[] shape = from.Length == 3 && ChannelsFirst ? [from[2], from[0], from[1]] : [.. from];
                foreach (JsonNode? axis in layer.Config["shared_axes"]?.AsArray() ?? [])
                {
                    shape[(int)axis! - 1] = 1;
                }

                layer.Weights.Add(new MadeWeight("alpha", shape, Values(shape, 0.5, 0)));
                return;
            default:
                return;
        }

        if (bias)
        {
            layer.Weights.Add(new MadeWeight("bias", [filters], Values([filters], 0.3, 0)));
        }

        void Weight(string role, double gain, params int[] shape) =>
            layer.Weights.Add(new MadeWeight(role, shape, Values(shape, Math.Sqrt(3 * gain / FanIn(role, shape)), 0)));
    }

    private static double FanIn(string role, int[] shape) =>
        role == "depthwise_kernel" ? shape[0] * shape[1] : shape[..^1].Aggregate(1.0, (p, s) => p * s);

    private void AddNorm(MadeLayer layer, int channels)
    {
        if (layer.Flag("scale"))
        {
            layer.Weights.Add(new MadeWeight("gamma", [channels], Values([channels], 0.4, 1)));
        }

        if (layer.Flag("center"))
        {
            layer.Weights.Add(new MadeWeight("beta", [channels], Values([channels], 0.4, 0)));
        }

        layer.Weights.Add(new MadeWeight("moving_mean", [channels], Values([channels], 0.4, 0), Trained: false));
        layer.Weights.Add(new MadeWeight("moving_variance", [channels], Values([channels], 0.6, 1), Trained: false));
    }

    private float[] Values(int[] shape, double scale, double centre) =>
        [
            .. Enumerable
                .Range(0, shape.Aggregate(1, (p, s) => p * s))
                .Select(_ => (float)(centre + (scale * ((2 * random.NextDouble()) - 1)))),
        ];
}
