using Mien.Networks;

namespace Mien.Testing;

/// <summary>A network that uses every layer type, with odd sizes, strides, groups and each kind of input.</summary>
internal static class EveryLayer
{
    public const string Json = """
        {
          "name": "every", "summary": "One of each.",
          "input": { "width": 19, "height": 17, "channels": 2 },
          "layers": [
            { "type": "conv", "name": "stem", "filters": 8, "kernel": 5, "stride": 2, "bias": false },
            { "type": "batchNorm" },
            { "type": "silu" },
            { "type": "conv", "filters": 12, "kernel": 3, "groups": 4 },
            { "type": "leakyRelu", "slope": 0.2 },
            { "type": "maxPool", "size": 3, "stride": 2, "padding": "same" },
            { "type": "residual", "name": "block", "body": [
              { "type": "conv", "filters": 16, "stride": 2, "bias": false },
              { "type": "batchNorm" },
              { "type": "elu", "alpha": 0.7 },
              { "type": "depthwiseConv" },
              { "type": "batchNorm" },
              { "type": "squeezeExcitation", "reduction": 4 }
            ] },
            { "type": "residual", "relu": false, "shortcut": [], "body": [
              { "type": "conv", "filters": 16, "kernel": 1 },
              { "type": "tanh" }
            ] },
            { "type": "depthwiseConv", "name": "left", "multiplier": 2, "kernel": 5, "bias": false },
            { "type": "hardSwish", "name": "leftOut" },
            { "type": "conv", "name": "right", "inputs": ["residual1"], "filters": 3, "kernel": 1, "padding": "valid" },
            { "type": "sigmoid", "name": "rightOut" },
            { "type": "concat", "inputs": ["leftOut", "rightOut", "block"] },
            { "type": "averagePool", "size": 3, "stride": 1, "padding": "same" },
            { "type": "zeroPad", "top": 1, "right": 3, "bottom": 2 },
            { "type": "prelu", "perValue": true },
            { "type": "conv", "filters": 51, "kernel": 2, "stride": 2, "padding": "sameUpper" },
            { "type": "prelu" },
            { "type": "depthwiseConv", "stride": 2, "padding": "sameUpper" },
            { "type": "relu6" },
            { "type": "maxPool", "size": 3, "stride": 1, "padding": "sameUpper" },
            { "type": "averagePool", "size": 2, "stride": 1, "padding": "sameUpper" },
            { "type": "globalAveragePool", "name": "gate", "inputs": ["averagePool2"] },
            { "type": "sigmoid", "name": "opened" },
            { "type": "channelScale", "inputs": ["averagePool2", "opened"] },
            { "type": "globalAveragePool", "name": "means" },
            { "type": "flatten", "inputs": ["rightOut"] },
            { "type": "dense", "units": 51, "bias": false },
            { "type": "batchNorm" },
            { "type": "selu", "name": "side" },
            { "type": "add", "inputs": ["means", "side", "means"] },
            { "type": "relu" },
            { "type": "dropout", "rate": 0.5 },
            { "type": "dense", "units": 7 }
          ]
        }
        """;

    public static NetworkGraph Graph() => NetworkGraph.Build(NetworkDescription.FromJson(Json, "every"));
}
