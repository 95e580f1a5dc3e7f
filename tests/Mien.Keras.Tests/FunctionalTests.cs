using System.Text.Json.Nodes;
using Mien.Networks;

namespace Mien.Keras.Tests;

public sealed class FunctionalTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(64)]
    [InlineData(48)]
    [InlineData(31)]
    public void A_residual_network_with_separable_convolutions_and_stride_2_equals_plain_loops(int side)
    {
        KerasModel imported = Imported.AssertSame(MadeModels.Xception(side, 16, 32, 64, 128), folder["mini.hdf5"]);

        // 58,423 is Keras's count for mini-Xception with seven classes.
        Assert.Equal(58_423, NetworkGraph.Build(imported.Network).Parameters);
        Assert.Equal((side, side), (imported.Network.Input.Width, imported.Network.Input.Height));
    }

    [Fact]
    public void Joined_branches_and_flattened_feature_maps_keep_their_features_in_order()
    {
        var made = new MadeModel(9, 11, name: "model_1");
        string left = made.Add(
            "Conv2D",
            """{ "filters": 3, "kernel_size": [3, 3], "strides": [2, 2], "padding": "same", "activation": "relu" }""",
            MadeModel.InputName
        );
        string right = made.Add(
            "AveragePooling2D",
            """{ "pool_size": [2, 2], "padding": "same" }""",
            MadeModel.InputName
        );
        string both = made.Add("Concatenate", """{ "axis": -1 }""", right, left, right);
        string flat = made.Add("Flatten", "{}", both);
        string small = made.Add("Flatten", "{}", made.Add("MaxPooling2D", """{ "pool_size": [2, 2] }""", left));
        string means = made.Add("GlobalAveragePooling2D", "{}", both);
        string features = made.Add("Concatenate", "{}", small, means, flat);
        features = made.Add("BatchNormalization", "{}", features);
        made.Add("Dense", """{ "units": 7, "activation": "softmax" }""", features);
        Imported.AssertSame(made, folder["m.h5"]);
        Imported.AssertSame(made, folder["3.h5"], new KerasForm { Keras3 = true, KerasVersion = "3.4.1" });
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(true, true, false)]
    [InlineData(false, false, false)]
    [InlineData(false, false, true)]
    public void Channels_may_be_scaled_by_a_gate_as_in_squeeze_and_excitation(
        bool reshape,
        bool convolutions,
        bool kept
    )
    {
        var made = new MadeModel(12, 10, name: "model_1");
        string x = made.Add(
            "Conv2D",
            """{ "filters": 8, "kernel_size": [3, 3], "padding": "same", "activation": "relu" }""",
            MadeModel.InputName
        );
        string gate = made.Add("GlobalAveragePooling2D", "{}", x);
        gate = reshape ? made.Add("Reshape", """{ "target_shape": [1, 1, 8] }""", gate) : gate;
        gate = convolutions
            ? made.Add("Conv2D", """{ "filters": 2, "kernel_size": [1, 1], "activation": "relu" }""", gate)
            : made.Add("Dense", """{ "units": 2, "activation": "relu", "use_bias": false }""", gate);
        gate = convolutions
            ? made.Add("Conv2D", """{ "filters": 8, "kernel_size": [1, 1], "activation": "sigmoid" }""", gate)
            : made.Add("Dense", """{ "units": 8, "activation": "sigmoid" }""", gate);
        gate = kept ? made.Add("BatchNormalization", "{}", gate) : gate;
        x = made.Add("Multiply", "{}", kept ? [gate, x] : [x, gate]);
        x = made.Add("Flatten", "{}", x);
        made.Add("Dense", """{ "units": 7, "activation": "softmax" }""", x);
        Imported.AssertSame(made, folder["m.h5"]);
    }

    [Fact]
    public void A_network_may_end_with_convolutions_on_reshaped_means()
    {
        var made = new MadeModel(12, 10);
        made.Add("Conv2D", """{ "filters": 6, "kernel_size": [3, 3], "activation": "relu" }""");
        made.Add("GlobalAveragePooling2D");
        made.Add("Reshape", """{ "target_shape": [1, 1, 6] }""");
        made.Add("Dropout", """{ "rate": 0.001 }""");
        made.Add("Conv2D", """{ "filters": 7, "kernel_size": [1, 1], "padding": "same" }""");
        made.Add("Reshape", """{ "target_shape": [7] }""");
        made.Add("Activation", """{ "activation": "softmax" }""");
        Imported.AssertSame(made, folder["m.h5"]);
    }

    [Fact]
    public void Products_of_two_feature_maps_are_an_error()
    {
        var made = new MadeModel(12, 10, name: "model_1");
        string x = made.Add("Conv2D", """{ "filters": 8, "kernel_size": [3, 3] }""", MadeModel.InputName);
        x = made.Add("GlobalAveragePooling2D", "{}", made.Add("Multiply", "{}", x, x));
        made.Add("Dense", """{ "units": 7 }""", x);
        KerasWriter.Save(made, folder["m.h5"]);
        var error = Assert.Throws<KerasException>(() => KerasImporter.Load(folder["m.h5"]));
        Assert.EndsWith(
            "layer 'multiply_1' (Multiply) multiplies 8×10×8 and 8×10×8 (channels × rows × columns), expected "
                + "a feature map and one value per channel.",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Nested_models_get_their_weights(bool innerNames, bool functional)
    {
        // The trained weights of all nested layers come first in the file, independent of their names.
        var inner = new MadeModel(12, 10, seed: 2, name: "inner");
        inner.Add("Conv2D", """{ "filters": 4, "kernel_size": [3, 3], "name": "first" }""");
        inner.Add("BatchNormalization", """{ "name": "second" }""");
        inner.Add("Conv2D", """{ "filters": 4, "kernel_size": [3, 3], "name": "third" }""");
        inner.Add("BatchNormalization", """{ "name": "fourth" }""");
        var made = new MadeModel(12, 10, name: "outer");
        made.Add(inner, functional ? MadeModel.InputName : null);
        made.Add("Flatten", "{}", functional ? ["inner"] : []);
        made.Add("Dense", """{ "units": 7, "activation": "softmax" }""", functional ? ["flatten_1"] : []);
        KerasModel imported = Imported.AssertSame(made, folder["m.h5"], new KerasForm { InnerNames = innerNames });
        Assert.Equal(
            ["first", "second", "third", "fourth", "flatten_1", "dense_1"],
            imported.Network.Layers.Select(l => l.Name)
        );
        Assert.Equal(6, imported.LayerCount);
    }

    [Fact]
    public void A_shared_layer_becomes_two_layers_with_the_same_weights()
    {
        var made = new MadeModel(8, 8, name: "model_1");
        string a = made.Add(
            "Conv2D",
            """{ "filters": 4, "kernel_size": [3, 3], "padding": "same" }""",
            MadeModel.InputName
        );
        string shared = made.Add(
            "Conv2D",
            """{ "filters": 4, "kernel_size": [1, 1], "activation": "tanh", "name": "shared" }""",
            a
        );
        string b = made.Add("MaxPooling2D", """{ "pool_size": [3, 3], "strides": [1, 1], "padding": "same" }""", a);
        string sum = made.Add("Add", "{}", shared, b);
        made.Add("Dense", """{ "units": 7 }""", made.Add("GlobalAveragePooling2D", "{}", sum));
        string path = folder["m.h5"];
        KerasWriter.Save(made, path, new KerasForm { WeightsOnly = true });

        JsonObject structure = KerasWriter.Structure(made);
        JsonArray layers = structure["config"]!["layers"]!.AsArray();
        JsonNode use = layers.Single(l => (string?)l!["name"] == "shared")!["inbound_nodes"]!;
        use.AsArray().Add(JsonNode.Parse($$"""[["{{b}}", 0, 0, {}]]"""));
        layers.Single(l => (string?)l!["name"] == sum)!["inbound_nodes"] = JsonNode.Parse(
            """[[["shared", 0, 0, {}], ["shared", 1, 0, {}]]]"""
        );
        KerasModel imported = KerasImporter.Load(folder.Write("shared.json", structure.ToJsonString()), path);
        Assert.Equal(2, imported.Network.Layers.Count(l => l.Name is "shared" or "shared_2"));
        Assert.Equal(imported.Weights["shared.weight"], imported.Weights["shared_2.weight"]);
    }

    [Theory]
    [InlineData(
        """[["conv", 0, 0, {}]]""",
        "layer 'conv' takes the output of a later layer; the model's structure is damaged."
    )]
    [InlineData(
        """[["gone", 0, 0, {}]]""",
        "the model's structure refers to an output of layer 'gone' that does not exist."
    )]
    public void Damaged_connections_are_errors(string inputs, string message)
    {
        var made = new MadeModel(8, 8, name: "model_1");
        made.Add("Conv2D", """{ "filters": 4, "kernel_size": [3, 3], "name": "conv" }""", MadeModel.InputName);
        made.Add("Dense", """{ "units": 7 }""", made.Add("GlobalAveragePooling2D", "{}", "conv"));
        KerasWriter.Save(made, folder["m.h5"], new KerasForm { WeightsOnly = true });
        JsonObject structure = KerasWriter.Structure(made);
        structure["config"]!["layers"]!.AsArray().Single(l => (string?)l!["name"] == "conv")!["inbound_nodes"] =
            JsonNode.Parse($"[{inputs}]");
        var error = Assert.Throws<KerasException>(() =>
            KerasImporter.Load(folder.Write("m.json", structure.ToJsonString()), folder["m.h5"])
        );
        Assert.Equal("badStructure", error.Code);
        Assert.EndsWith(message, error.Message, StringComparison.Ordinal);
    }
}
