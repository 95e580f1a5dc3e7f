using System.Globalization;
using Mien.Networks;

namespace Mien.Testing;

/// <summary>
/// The inverse of the import: converts a sequential network of Mien with its weights to a Keras model.
/// </summary>
internal static class ToKeras
{
    public static MadeModel Convert(NetworkGraph graph, NetworkWeights weights)
    {
        var made = new MadeModel(graph.Input.Height, graph.Input.Width);
        TensorShape flattened = default;
        foreach (GraphNode node in graph.Nodes)
        {
            string name = node.Operator switch
            {
                ConvOperator conv => made.Add(
                    "Conv2D",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $$"""{ "filters": {{conv.Filters}}, "kernel_size": [{{conv.Kernel}}, {{conv.Kernel}}],"""
                            + $$""" "padding": "same" }"""
                    )
                ),
                BatchNormOperator norm => made.Add(
                    "BatchNormalization",
                    string.Create(CultureInfo.InvariantCulture, $$"""{ "epsilon": {{norm.Epsilon}} }""")
                ),
                ActivationOperator { Function: ActivationFunction.Relu } => made.Add(
                    "Activation",
                    """{ "activation": "relu" }"""
                ),
                PoolOperator { Kind: PoolKind.Max } pool => made.Add(
                    "MaxPooling2D",
                    string.Create(CultureInfo.InvariantCulture, $$"""{ "pool_size": [{{pool.Size}}, {{pool.Size}}] }""")
                ),
                DropoutOperator drop => made.Add(
                    "Dropout",
                    string.Create(CultureInfo.InvariantCulture, $$"""{ "rate": {{drop.Rate}} }""")
                ),
                FlattenOperator => made.Add("Flatten"),
                DenseOperator dense => made.Add(
                    "Dense",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $$"""{ "units": {{dense.Units}},"""
                            + $$""" "activation": "{{(node == graph.Nodes[^1] ? "softmax" : "linear")}}" }"""
                    )
                ),
                _ => throw new InvalidOperationException($"There is no Keras layer for {node.Type}."),
            };
            float[] Of(string weight) => weights[$"{node.Name}.{weight}"];
            switch (node.Operator)
            {
                case FlattenOperator flatten:
                    flattened = flatten.Input;
                    break;
                case ConvOperator conv:
                    // [filters, channels, rows, columns] → [rows, columns, channels, filters]
                    Set(
                        made,
                        name,
                        "kernel",
                        conv.Kernel * conv.Kernel * conv.Channels * conv.Filters,
                        i =>
                            Of("weight")[
                                (
                                    ((i % conv.Filters * conv.Channels) + (i / conv.Filters % conv.Channels))
                                    * conv.Kernel
                                    * conv.Kernel
                                ) + (i / conv.Filters / conv.Channels)
                            ]
                    );
                    Set(made, name, "bias", conv.Filters, i => Of("bias")[i]);
                    break;
                case DenseOperator dense:
                    // Keras counts features rows first, then columns, then channels.
                    int[] places =
                        flattened.Elements == dense.Features
                            ?
                            [
                                .. Enumerable
                                    .Range(0, dense.Features)
                                    .Select(k =>
                                        (k % flattened.Channels * flattened.Height * flattened.Width)
                                        + (k / flattened.Channels)
                                    ),
                            ]
                            : [.. Enumerable.Range(0, dense.Features)];
                    Set(
                        made,
                        name,
                        "kernel",
                        dense.Features * dense.Units,
                        i => Of("weight")[(i % dense.Units * dense.Features) + places[i / dense.Units]]
                    );
                    Set(made, name, "bias", dense.Units, i => Of("bias")[i]);
                    flattened = default;
                    break;
                case BatchNormOperator norm:
                    Set(made, name, "gamma", norm.Channels, i => Of("weight")[i]);
                    Set(made, name, "beta", norm.Channels, i => Of("bias")[i]);
                    Set(made, name, "moving_mean", norm.Channels, i => Of("runningMean")[i]);
                    Set(made, name, "moving_variance", norm.Channels, i => Of("runningVariance")[i]);
                    break;
            }
        }

        return made;
    }

    private static void Set(MadeModel made, string layer, string role, int count, Func<int, float> value)
    {
        float[] values = made[layer][role];
        Assert.Equal(count, values.Length);
        for (int i = 0; i < count; i++)
        {
            values[i] = value(i);
        }
    }
}
