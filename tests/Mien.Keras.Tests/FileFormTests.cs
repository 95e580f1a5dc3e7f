using System.Text.Json;
using System.Text.Json.Nodes;
using Mien.Networks;

namespace Mien.Keras.Tests;

public sealed class FileFormTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<KerasForm> Forms =>
        [
            new KerasForm { Compressed = true, Optimizer = true },
            new KerasForm { BareList = true, KerasVersion = "2.0.6" },
            new KerasForm { HasInputLayer = true, KerasVersion = "2.11.0" },
            new KerasForm { SplitNames = true },
            new KerasForm { InnerNames = true },
            new KerasForm { Bytes = 8, KerasVersion = null },
            new KerasForm { Bytes = 2, Compressed = true },
            new KerasForm { Keras3 = true, KerasVersion = "3.5.0" },
            new KerasForm
            {
                BareList = true,
                SplitNames = true,
                Compressed = true,
                Bytes = 8,
                Optimizer = true,
            },
        ];

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_model_is_read_in_every_form_that_keras_has_written(KerasForm form)
    {
        // Half precision rounds weights to 11 bits.
        double tolerance = form.Bytes == 2 ? 5e-3 : 1e-4;
        KerasModel imported = Imported.AssertSame(Small(), folder["m.h5"], form, tolerance: tolerance);
        Assert.Equal(form.KerasVersion, imported.KerasVersion);
        Imported.AssertSame(
            MadeModels.Xception(24, 8, 12),
            folder["functional.h5"],
            form with
            {
                BareList = false,
            },
            tolerance: tolerance
        );
    }

    [Fact]
    public void Weights_of_another_session_are_matched_by_order()
    {
        MadeModel made = MadeModels.Xception(24, 8, 12);
        string structure = folder.Write("m.json", KerasWriter.Structure(made).ToJsonString());
        KerasWriter.Save(made, folder["w.h5"], new KerasForm { WeightsOnly = true, OtherSession = true });
        Imported.AssertSame(made, KerasImporter.Load(structure, folder["w.h5"]));
    }

    [Fact]
    public void The_structure_may_be_json_within_json_and_the_weights_a_whole_model()
    {
        MadeModel made = Small();
        KerasWriter.Save(made, folder["m.h5"]);
        string structure = folder.Write("m.json", JsonSerializer.Serialize(KerasWriter.Structure(made).ToJsonString()));
        Imported.AssertSame(made, KerasImporter.Load(structure, folder["m.h5"]));
    }

    [Fact]
    public void An_open_input_size_must_be_given_and_a_closed_one_cannot_be_changed()
    {
        var made = new MadeModel(14, 10, name: "model_1");
        string x = made.Add(
            "Conv2D",
            """{ "filters": 5, "kernel_size": [3, 3], "strides": [2, 2], "padding": "same" }""",
            MadeModel.InputName
        );
        made.Add("Dense", """{ "units": 7, "activation": "softmax" }""", made.Add("GlobalAveragePooling2D", "{}", x));
        var open = new KerasForm { OpenInput = true };
        KerasModel imported = Imported.AssertSame(
            made,
            folder["open.h5"],
            open,
            new KerasImportOptions
            {
                Width = 10,
                Height = 14,
                Name = "given",
            }
        );
        Assert.Equal(
            ("given", 10, 14),
            (imported.Network.Name, imported.Network.Input.Width, imported.Network.Input.Height)
        );

        var missing = Assert.Throws<KerasException>(() => KerasImporter.Load(folder["open.h5"]));
        Assert.Equal(
            $"{folder["open.h5"]}: the model leaves its input size open. Pass the size that it was trained "
                + $"with: --input-size 48x48.",
            missing.Message
        );
        KerasWriter.Save(made, folder["closed.h5"]);
        var other = Assert.Throws<KerasException>(() =>
            KerasImporter.Load(folder["closed.h5"], new KerasImportOptions { Width = 48, Height = 48 })
        );
        Assert.Equal(
            $"{folder["closed.h5"]}: the model's input has a height of 14 pixels, but 48 was given "
                + $"(--input-size). Omit it: faces are resized to the model's own size.",
            other.Message
        );
        Assert.Equal(
            14,
            KerasImporter
                .Load(folder["closed.h5"], new KerasImportOptions { Width = 10, Height = 14 })
                .Network.Input.Height
        );
    }

    [Fact]
    public void Invalid_names_are_changed_and_stay_unique()
    {
        var made = new MadeModel(8, 8);
        made.Add("Conv2D", """{ "filters": 3, "kernel_size": [3, 3], "name": "block-1/conv", "activation": "relu" }""");
        made.Add("Conv2D", """{ "filters": 3, "kernel_size": [3, 3], "name": "block_1_conv" }""");
        made.Add("Conv2D", """{ "filters": 3, "kernel_size": [1, 1], "name": "input" }""");
        made.Add("Flatten", """{ "name": "größe" }""");
        made.Add("Dense", """{ "units": 7, "activation": "softmax", "name": "block_1_conv_relu" }""");
        KerasModel imported = Imported.AssertSame(made, folder["m.h5"]);
        Assert.Equal(
            ["block_1_conv", "block_1_conv_relu", "block_1_conv_2", "input_2", "gr__e", "block_1_conv_relu_2"],
            imported.Network.Layers.Select(l => l.Name)
        );
        Assert.Equal(
            imported.Network.ToJson(),
            NetworkDescription.FromJson(imported.Network.ToJson(), "again").ToJson()
        );
    }

    [Fact]
    public void Tuples_may_be_objects_and_invalid_numbers_are_errors()
    {
        MadeModel made = Small();
        KerasWriter.Save(made, folder["w.h5"], new KerasForm { WeightsOnly = true });
        JsonObject structure = KerasWriter.Structure(made);
        JsonObject config = structure["config"]!["layers"]![0]!["config"]!.AsObject();
        config["kernel_size"] = JsonNode.Parse("""{ "class_name": "__tuple__", "items": [3, 3] }""");
        Imported.AssertSame(made, KerasImporter.Load(folder.Write("m.json", structure.ToJsonString()), folder["w.h5"]));

        config["kernel_size"] = JsonNode.Parse("[3.5, 3]");
        var error = Assert.Throws<KerasException>(() =>
            KerasImporter.Load(folder.Write("m.json", structure.ToJsonString()), folder["w.h5"])
        );
        Assert.Equal("badStructure", error.Code);
        Assert.StartsWith(
            $"{folder["m.json"]}: a layer's configuration has an invalid value: ",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Frozen_nested_models_store_their_weights_in_another_order()
    {
        // Frozen weights count as not trained, so a kernel can come after the statistics of an earlier batch norm.
        var inner = new MadeModel(12, 10, seed: 2, name: "inner");
        inner.Add("Conv2D", """{ "filters": 4, "kernel_size": [3, 3], "name": "a", "trainable": false }""");
        inner.Add("BatchNormalization", """{ "name": "b", "trainable": false }""");
        inner.Add("Conv2D", """{ "filters": 4, "kernel_size": [3, 3], "name": "c" }""");
        MadeWeight[] frozen = [.. inner.Layers.Take(2).SelectMany(l => l.Weights)];
        foreach (MadeLayer layer in inner.Layers.Take(2))
        {
            MadeWeight[] untrained = [.. layer.Weights.Select(w => w with { Trained = false })];
            layer.Weights.Clear();
            layer.Weights.AddRange(untrained);
        }

        var made = new MadeModel(12, 10, name: "outer");
        made.Add(inner);
        made.Add("Flatten");
        made.Add("Dense", """{ "units": 7, "activation": "softmax" }""");
        Assert.Equal(6, frozen.Length);
        Imported.AssertSame(made, folder["m.h5"], new KerasForm { InnerNames = true });
        Imported.AssertSame(made, folder["n.h5"]);
    }

    [Fact]
    public void A_sequential_model_built_later_has_its_shape_elsewhere()
    {
        MadeModel made = Small();
        KerasWriter.Save(made, folder["w.h5"], new KerasForm { WeightsOnly = true });
        JsonObject structure = KerasWriter.Structure(made);
        structure["config"]!["build_input_shape"] = new JsonArray(null, 12, 10, 1);
        structure["config"]!["layers"]![0]!["config"]!.AsObject().Remove("batch_input_shape");
        Imported.AssertSame(made, KerasImporter.Load(folder.Write("m.json", structure.ToJsonString()), folder["w.h5"]));
    }

    private static MadeModel Small() =>
        MadeModels.Sequential(
            """
            Conv2D { "filters": 6, "kernel_size": [3, 3], "padding": "same" }
            BatchNormalization
            Activation { "activation": "relu" }
            MaxPooling2D
            Dropout { "rate": 0.25 }
            """
        );
}
