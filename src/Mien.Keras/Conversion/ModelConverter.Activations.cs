using System.Text.Json;
using Mien.Networks;

namespace Mien.Keras;

/// <content>Activations: as layers, as names and as serialised objects.</content>
internal sealed partial class ModelConverter
{
    private const string Functions =
        "relu, relu6, leaky_relu, elu, selu, sigmoid, softmax (at the end), swish, silu, hard_swish, tanh and linear";

    /// <summary>Applies the activation named in a layer's configuration.</summary>
    private TensorValue Activate(KerasLayer layer, LayerConfig config, TensorValue input)
    {
        string name = layer.ClassName == "Activation" ? layer.Name : "";
        switch (config.Json("activation"))
        {
            case null:
                return input;
            case { ValueKind: JsonValueKind.String } text:
                return Apply(text.GetString()!, name, layer, config, input);
            case { ValueKind: JsonValueKind.Object } json when json.TryGetProperty("class_name", out JsonElement kind):
                // {"class_name": "function", "config": "relu"} (Keras 3), or a layer used as an activation.
                json.TryGetProperty("config", out JsonElement inner);
                string function = inner.ValueKind == JsonValueKind.String ? inner.GetString()! : kind.GetString()!;
                if (function is "ReLU" or "LeakyReLU" or "ELU" or "Softmax" && inner.ValueKind == JsonValueKind.Object)
                {
                    var used = new KerasLayer(function, layer.Name, inner, [], null);
                    return ActivationLayer(
                        function,
                        name.Length > 0 ? name : $"{layer.Name}_{function}",
                        layer,
                        new LayerConfig(used, source),
                        input
                    );
                }

                return Apply(function, name, layer, config, input);
            default:
                throw config.Bad("activation", "a name");
        }
    }

    private TensorValue Apply(string function, string name, KerasLayer layer, LayerConfig config, TensorValue input)
    {
        // 'keras.activations.relu', 'Custom>swish'.
        string plain = function[(function.LastIndexOfAny(['.', '>']) + 1)..];
        name = name.Length > 0 ? name : $"{layer.Name}_{plain}";
        switch (plain.ToLowerInvariant())
        {
            case "linear":
                return input;
            case "softmax":
                return Softmax(name, config, input, -1);
            case "sigmoid":
                input = Use(config, input);
                return input with { Pending = KerasFinalActivation.Sigmoid, PendingName = name };
            case "relu":
                return Add(new ReluLayer(), name, config, input);
            case "relu6":
                return Add(new Relu6Layer(), name, config, input);
            case "leaky_relu":
                // The default slope of TensorFlow and Keras 3.
                return Add(new LeakyReluLayer { Slope = 0.2 }, name, config, input);
            case "elu":
                return Add(new EluLayer(), name, config, input);
            case "selu":
                return Add(new SeluLayer(), name, config, input);
            case "swish" or "silu":
                return Add(new SiluLayer(), name, config, input);
            case "hard_swish" or "hard_silu":
                return Add(new HardSwishLayer(), name, config, input);
            case "tanh":
                return Add(new TanhLayer(), name, config, input);
            default:
                throw config.Unsupported($"has the activation '{function}', supported are {Functions}");
        }
    }

    /// <summary>
    /// Adds an activation that is a separate layer, with its parameters in <paramref name="config"/>.
    /// </summary>
    private TensorValue ActivationLayer(
        string kind,
        string name,
        KerasLayer layer,
        LayerConfig config,
        TensorValue input
    )
    {
        switch (kind)
        {
            case "Softmax":
                return Softmax(name, config, input, config.Numbers("axis") is [var axis] ? axis : -1);
            case "LeakyReLU":
                return Add(
                    new LeakyReluLayer
                    {
                        Slope = config.Number(config.Has("negative_slope") ? "negative_slope" : "alpha", 0.3),
                    },
                    name,
                    config,
                    input
                );
            case "ELU":
                return Add(new EluLayer { Alpha = config.Number("alpha", 1) }, name, config, input);
            default:
                double slope = config.Number("negative_slope", 0),
                    threshold = config.Number("threshold", 0);
                double? max = config.Has("max_value") ? config.Number("max_value", 0) : null;
                return (slope, threshold, max) switch
                {
                    (0, 0, null) => Add(new ReluLayer(), name, config, input),
                    (0, 0, 6) => Add(new Relu6Layer(), name, config, input),
                    (_, 0, null) => Add(new LeakyReluLayer { Slope = slope }, name, config, input),
                    _ => throw config.Unsupported(
                        "has a threshold, or a maximum other than 6, which are not supported"
                    ),
                };
        }
    }

    private TensorValue Softmax(string name, LayerConfig config, TensorValue input, int axis)
    {
        input = Use(config, input);
        bool onePixel = input.Shape.IsFlat || input.Shape is { Height: 1, Width: 1 };
        return
            axis == (channelsFirst && !input.Shape.IsFlat ? -3 : -1)
            || (axis == 1 && input.Shape.IsFlat)
            || (axis == 3 && !channelsFirst)
            ? onePixel
                ? input with
                {
                    Pending = KerasFinalActivation.Softmax,
                    PendingName = name,
                }
                : throw config.Unsupported(
                    "is a softmax at each pixel of a feature map, expected one over the classes at the end of the model"
                )
            : throw config.Unsupported($"is a softmax along the axis {axis}, expected one over the classes");
    }

    private TensorValue Add(LayerDescription activation, string name, LayerConfig config, TensorValue input)
    {
        input = Use(config, input);
        return input with { Layer = assembler.Add(activation, name, input) };
    }
}
