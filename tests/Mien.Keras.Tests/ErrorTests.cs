using System.IO.Compression;
using System.Text.Json.Nodes;
using PureHDF;

namespace Mien.Keras.Tests;

public sealed class ErrorTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(
        "Lambda",
        "Lambda",
        "contains Python code or a TensorFlow operation, which cannot be imported. Supported are " + "Activation, Add,"
    )]
    [InlineData("LSTM", "LSTM", "has an unsupported type. Supported are Activation, Add,")]
    [InlineData("Conv2DTranspose", "Conv2DTranspose", "has an unsupported type.")]
    [InlineData("Custom>Attention", "Custom>Attention", "has an unsupported type.")]
    public void An_unsupported_layer_is_named_with_the_supported_ones(string type, string shown, string message)
    {
        KerasException error = Structure("unsupportedLayer", s => s["config"]!["layers"]![1]!["class_name"] = type);
        Assert.StartsWith(
            $"{folder["m.json"]}: layer 'activation_1' ({shown}) {message}",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Equal("activation_1", error.Layer);
    }

    [Fact]
    public void Errors_name_the_format_of_foreign_files()
    {
        Assert.Contains(
            "is not an HDF5 file. Expected a Keras 2 model in HDF5, as written by model.save('model.h5').",
            Refused("notHdf5", folder.Write("photo.h5", "\u00ff\u00d8 JFIF")),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "the file is empty",
            Refused("notHdf5", folder.Write("empty.h5", "")),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "is a Git LFS pointer and not the model itself. Fetch the model with 'git lfs pull'",
            Refused("notHdf5", folder.Write("lfs.h5", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n")),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "is a web page and not the model itself.",
            Refused("notHdf5", folder.Write("page.h5", "<!DOCTYPE html><html>")),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "is JSON and not HDF5. Pass a model's structure with --structure and its weights with --weights.",
            Refused("notHdf5", folder.Write("m.h5", """{"class_name": "Sequential"}""")),
            StringComparison.Ordinal
        );
        Assert.Contains("there is no such file", Refused("fileNotFound", folder["none.h5"]), StringComparison.Ordinal);
        Assert.Contains("path is empty", Refused("badPath", " "), StringComparison.Ordinal);
        Assert.Contains("is a folder. Expected", Refused("isDirectory", folder.Path), StringComparison.Ordinal);
        folder.Write("saved_model.pb", "x");
        Assert.Contains(
            "is a folder with a TensorFlow SavedModel.",
            Refused("isDirectory", folder.Path),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Archives_and_weights_of_keras_3_are_named_with_their_version()
    {
        Archive(
            "new.keras",
            ("metadata.json", """{"keras_version": "3.4.1", "date_saved": "2024-07-01"}"""),
            ("config.json", "{}"),
            ("model.weights.h5", "x")
        );
        Assert.Equal(
            $"{folder["new.keras"]}: is an archive in the Keras 3 format (.keras), written by Keras 3.4.1. "
                + $"Expected a Keras 2 model in HDF5, as written by model.save('model.h5'). In Python: "
                + $"keras.models.load_model('new.keras').save('model.h5').",
            Refused("kerasVersion", folder["new.keras"])
        );
        Archive("broken.keras", ("metadata.json", "{"), ("config.json", "{}"));
        Assert.Contains(
            "(.keras), written by Keras 3. ",
            Refused("kerasVersion", folder["broken.keras"]),
            StringComparison.Ordinal
        );
        Archive("model.zip", ("model.h5", "x"));
        Assert.Contains("is a zip archive. ", Refused("notHdf5", folder["model.zip"]), StringComparison.Ordinal);

        new H5File
        {
            ["layers"] = new H5Group
            {
                ["conv2d"] = new H5Group { ["vars"] = new H5Group { ["0"] = new float[] { 1 } } },
            },
        }.Write(folder["m.weights.h5"]);
        Assert.Equal(
            $"{folder["m.weights.h5"]}: has weights in the Keras 3 format (.weights.h5: layers/…/vars/0), "
                + $"expected Keras 2's HDF5. In Python, with the model loaded: model.save('model.h5').",
            Refused("kerasVersion", folder["m.weights.h5"])
        );
    }

    [Fact]
    public void Models_of_keras_1_are_named_with_their_version()
    {
        MadeModel made = MadeModels.Sequential("Flatten");
        KerasWriter.Save(made, folder["old.h5"], new KerasForm { KerasVersion = "1.2.2" });
        Assert.Contains(
            "old.h5: is a model of Keras 1 (the file names Keras 1.2.2), expected Keras 2.",
            Refused("kerasVersion", folder["old.h5"]),
            StringComparison.Ordinal
        );

        KerasException unnamed = Structure(
            "kerasVersion",
            s =>
            {
                s.Remove("keras_version");
                JsonNode layer = s["config"]!["layers"]![0]!;
                layer["class_name"] = "Convolution2D";
                layer["config"]!["nb_filter"] = 4;
            }
        );
        Assert.Contains(
            "is a model of Keras 1 (layer 'conv2d_1' is a Convolution2D in the Keras 1 format), expected Keras 2.",
            unnamed.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Hdf5_without_a_model_and_weights_without_a_structure_are_distinguished()
    {
        new H5File { ["x"] = new float[] { 1 } }.Write(folder["other.h5"]);
        Assert.Contains(
            "is an HDF5 file without a Keras model: it has neither 'model_config' nor 'layer_names'.",
            Refused("badFile", folder["other.h5"]),
            StringComparison.Ordinal
        );
        KerasWriter.Save(MadeModels.Sequential("Flatten"), folder["w.h5"], new KerasForm { WeightsOnly = true });
        Assert.Contains(
            "has weights but no structure ('model_config' is missing). Pass the structure too, as "
                + "written by model.to_json(): --structure model.json --weights w.h5.",
            Refused("noStructure", folder["w.h5"]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_truncated_file_is_an_error()
    {
        KerasWriter.Save(MadeModels.Sequential("Conv2D { \"filters\": 8, \"kernel_size\": [3, 3] }"), folder["m.h5"]);
        byte[] whole = File.ReadAllBytes(folder["m.h5"]);
        foreach (double share in (double[])[0.02, 0.1, 0.3, 0.5, 0.7, 0.9])
        {
            File.WriteAllBytes(folder["cut.h5"], whole[..(int)(whole.Length * share)]);
            var error = Assert.Throws<KerasException>(() => KerasImporter.Load(folder["cut.h5"]));
            Assert.StartsWith(folder["cut.h5"], error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_error_for_mismatched_weights_names_the_layer_and_both_shapes()
    {
        MadeModel made = MadeModels.Sequential("Conv2D { \"filters\": 8, \"kernel_size\": [3, 3] }"),
            other = MadeModels.Sequential("Conv2D { \"filters\": 6, \"kernel_size\": [3, 3] }");
        string structure = folder.Write("m.json", KerasWriter.Structure(made).ToJsonString());
        KerasWriter.Save(other, folder["w.h5"], new KerasForm { WeightsOnly = true });
        KerasException error = Refused("weightsMismatch", structure, folder["w.h5"]);
        Assert.Equal(
            (
                "conv2d_1",
                $"{folder["w.h5"]}: layer 'conv2d_1' (Conv2D): 'conv2d_1/kernel:0' is 3×3×1×6, expected "
                    + $"3×3×1×8 (rows × columns × inputs × filters). The weights belong to another model, or its "
                    + $"structure has changed."
            ),
            (error.Layer, error.Message)
        );

        KerasWriter.Save(
            MadeModels.Sequential("Conv2D { \"filters\": 8, \"kernel_size\": [3, 3], \"use_bias\": false }"),
            folder["w.h5"],
            new KerasForm { WeightsOnly = true }
        );
        Assert.Contains(
            "layer 'conv2d_1' (Conv2D) has 1 weights in the file (conv2d_1/kernel:0), expected 2 (kernel, bias).",
            Refused("weightsMismatch", structure, folder["w.h5"]).Message,
            StringComparison.Ordinal
        );

        KerasWriter.Save(MadeModels.Sequential("Flatten"), folder["w.h5"], new KerasForm { WeightsOnly = true });
        Assert.Contains(
            "the model has 2 layers with weights, the file has weights for 1; it has no weights named conv2d_1.",
            Refused("weightsMismatch", structure, folder["w.h5"]).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Several_inputs_or_outputs_and_other_numbers_of_classes_are_errors()
    {
        var made = new MadeModel(8, 8, name: "model_1");
        made.Add("Dense", """{ "units": 7 }""", made.Add("GlobalAveragePooling2D", "{}", MadeModel.InputName));
        JsonObject two = KerasWriter.Structure(made);
        two["config"]!["input_layers"] = JsonNode.Parse("""[["input_1", 0, 0], ["input_2", 0, 0]]""");
        KerasWriter.Save(made, folder["w.h5"], new KerasForm { WeightsOnly = true });
        Assert.Contains(
            "the model has 2 inputs (input_1, input_2) and 1 outputs (dense_1), expected one image and one "
                + "output of scores.",
            Refused("unsupportedModel", folder.Write("two.json", two.ToJsonString()), folder["w.h5"]).Message,
            StringComparison.Ordinal
        );

        var five = new MadeModel(8, 8);
        five.Add("Flatten");
        five.Add("Dense", """{ "units": 5 }""");
        KerasWriter.Save(five, folder["five.h5"]);
        Assert.EndsWith(
            "the model outputs 5 values, expected 7: one for each of anger, disgust, fear, happiness, sadness, "
                + "surprise, neutral.",
            Refused("unsupportedModel", folder["five.h5"]),
            StringComparison.Ordinal
        );

        var four = new MadeModel(8, 8, channels: 4);
        four.Add("Flatten");
        four.Add("Dense", """{ "units": 7 }""");
        KerasWriter.Save(four, folder["four.h5"]);
        Assert.EndsWith(
            "the model takes 8×8×4 (rows × columns × channels), expected 1 channel (gray) or 3 (colour).",
            Refused("unsupportedModel", folder["four.h5"]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_softmax_in_the_middle_and_a_too_large_window_are_errors()
    {
        KerasWriter.Save(
            MadeModels.Sequential("Flatten\nDense { \"units\": 9, \"activation\": \"softmax\", \"name\": \"middle\" }"),
            folder["m.h5"]
        );
        Assert.EndsWith(
            "layer 'dense_2' (Dense) takes the output of the softmax 'middle_softmax'; softmax is supported only "
                + "at the end of the model.",
            Refused("unsupportedLayer", folder["m.h5"]),
            StringComparison.Ordinal
        );

        KerasException large = Structure(
            "unsupportedLayer",
            s => s["config"]!["layers"]![0]!["config"]!["batch_input_shape"] = new JsonArray(null, 2, 2, 1)
        );
        Assert.EndsWith(
            "layer 'conv2d_1' (Conv2D) has a window of 3×3 pixels, larger than its input of 2×2; the given "
                + "input size may be too small.",
            large.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(
        "backend: tensorflow\nclass_name: Model\n",
        "is not JSON. Expected the output of model.to_json() (not YAML, and not the model itself)."
    )]
    [InlineData("{ \"class_name\": ", "the model's structure cannot be read: ")]
    [InlineData(
        "{ \"layers\": [] }",
        "the JSON is not a model's structure: class_name, or config with layers, is missing."
    )]
    [InlineData("[1]", "the JSON is not a model's structure")]
    [InlineData(
        """{ "class_name": "Sequential", "config": { "layers": [] } }""",
        "the model 'Sequential' has no layers."
    )]
    [InlineData(
        """{ "class_name": "Sequential", "config": [ { "class_name": "Dense", "config": { "units": "many","""
            + """ "batch_input_shape": [null, 8, 8, 1] } } ] }""",
        "layer 'Dense_1' (Dense) has \"many\" as 'units', expected a whole number greater than 0."
    )]
    [InlineData(
        """{ "class_name": "Sequential", "config": [ { "class_name": "Flatten", "config": { "name": "a" } },"""
            + """ { "class_name": "Flatten", "config": { "name": "a" } } ] }""",
        "two layers of the model 'Sequential' are named 'a'."
    )]
    public void The_error_for_an_unreadable_structure_gives_the_reason(string json, string message)
    {
        var made = new MadeModel(8, 8);
        made.Add("Flatten");
        made.Add("Dense", """{ "units": 7, "name": "Dense_1" }""");
        KerasWriter.Save(made, folder["w.h5"], new KerasForm { WeightsOnly = true });
        KerasException error = Refused("badStructure", folder.Write("m.json", json), folder["w.h5"]);
        Assert.StartsWith(folder["m.json"] + ": ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private KerasException Structure(string code, Action<JsonObject> change)
    {
        MadeModel made = MadeModels.Sequential(
            "Conv2D { \"filters\": 4, \"kernel_size\": [3, 3] }\nActivation { \"activation\": \"relu\" }"
        );
        KerasWriter.Save(made, folder["w.h5"], new KerasForm { WeightsOnly = true });
        JsonObject structure = KerasWriter.Structure(made);
        change(structure);
        return Refused(code, folder.Write("m.json", structure.ToJsonString()), folder["w.h5"]);
    }

    private static string Refused(string code, string path)
    {
        var error = Assert.Throws<KerasException>(() => KerasImporter.Load(path));
        Assert.Equal(code, error.Code);
        return error.Message;
    }

    private static KerasException Refused(string code, string structure, string weights)
    {
        var error = Assert.Throws<KerasException>(() => KerasImporter.Load(structure, weights));
        Assert.Equal(code, error.Code);
        return error;
    }

    private void Archive(string name, params (string Entry, string Content)[] entries)
    {
        using ZipArchive archive = ZipFile.Open(folder[name], ZipArchiveMode.Create);
        foreach ((string entry, string content) in entries)
        {
            using var writer = new StreamWriter(archive.CreateEntry(entry).Open());
            writer.Write(content);
        }
    }
}
