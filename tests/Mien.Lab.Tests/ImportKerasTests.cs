using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab.Tests;

public sealed class ImportKerasTests(TrainedRun run) : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_trained_network_converted_to_keras_and_back_gives_the_same_probabilities_and_accuracy()
    {
        string csv = folder.Write("made.csv", MadeCsv.Of(8, 3));
        LabResult trained = Lab.Run(
            "train",
            "--network",
            "shallow",
            "--epochs",
            "1",
            "--batch-size",
            "14",
            "--threads",
            "1",
            "--learning-rate",
            "0.01",
            "--data",
            csv,
            "--runs",
            folder["runs"],
            "--name",
            "r",
            "--quiet"
        );
        Assert.True(trained.Code == ExitCodes.Done, trained.Error);
        Assert.Equal(
            ExitCodes.Done,
            Lab.Run(
                "export",
                "r",
                "--runs",
                folder["runs"],
                "--uncalibrated",
                "--last",
                "--output",
                folder["mien.onnx"]
            ).Code
        );
        (NetworkDescription network, NetworkWeights weights, _) = CheckpointReader.Read(
            Path.Combine(folder["runs"], "r", "last.safetensors")
        );
        KerasWriter.Save(ToKeras.Convert(NetworkGraph.Build(network), weights), folder["shallow.h5"]);

        LabResult imported = Lab.Run(
            "import",
            "keras",
            folder["shallow.h5"],
            "--output",
            folder["keras.onnx"],
            "--resize",
            "bicubic",
            "--checkpoint",
            folder["start.safetensors"]
        );
        Assert.True(imported.Code == ExitCodes.Done, imported.Error);
        using ExpressionClassifier before = ExpressionClassifier.Load(folder["mien.onnx"]),
            after = ExpressionClassifier.Load(folder["keras.onnx"]);
        FaceDataset validation = DatasetReader.Read(csv).Only(DatasetSplit.PublicTest);
        Predictions expected = new ModelEvaluator(before).Predict(validation),
            found = new ModelEvaluator(after).Predict(validation);
        Check.All(
            expected.Probabilities.ToArray().Zip(found.Probabilities.ToArray()),
            p => Assert.Equal(p.First, p.Second, 1e-5)
        );
        Assert.Equal(Metrics.Compute(expected).Accuracy, Metrics.Compute(found).Accuracy);
        Assert.True(expected.Probabilities.ToArray().Distinct().Count() > 7);

        // And the weights are the same, one by one.
        (NetworkDescription again, NetworkWeights back, TrainingState state) = CheckpointReader.Read(
            folder["start.safetensors"]
        );
        Assert.Equal((0, 0L), (state.History.Count, state.Step));
        List<string> order =
        [
            .. NetworkGraph.Build(network).Nodes.SelectMany(n => n.Operator.Weights.Select(w => $"{n.Name}.{w.Name}")),
        ];
        List<string> keras =
        [
            .. NetworkGraph.Build(again).Nodes.SelectMany(n => n.Operator.Weights.Select(w => $"{n.Name}.{w.Name}")),
        ];
        Check.All(order.Zip(keras), p => Assert.Equal(weights[p.First], back[p.Second]));
    }

    [Fact]
    public void An_import_can_be_fine_tuned()
    {
        SaveSmall(folder["small.h5"]);
        string start = folder["start.safetensors"];
        Assert.Equal(
            ExitCodes.Done,
            Lab.Run(
                "import",
                "keras",
                folder["small.h5"],
                "--output",
                folder["small.onnx"],
                "--checkpoint",
                start,
                "--network",
                folder["small.json"]
            ).Code
        );
        Assert.Equal(ExitCodes.Done, Lab.Run("networks", "show", folder["small.json"]).Code);

        string[] train =
        [
            "train",
            "--from",
            start,
            "--epochs",
            "1",
            "--batch-size",
            "28",
            "--threads",
            "1",
            "--learning-rate",
            "1e-6",
            "--weight-decay",
            "0",
            "--data",
            run.Csv,
            "--runs",
            folder["runs"],
            "--name",
            "on",
        ];
        LabResult trained = Lab.Run(train);
        Assert.True(trained.Code == ExitCodes.Done, trained.Error);
        (NetworkDescription network, NetworkWeights after, _) = CheckpointReader.Read(
            Path.Combine(folder["runs"], "on", "last.safetensors")
        );
        NetworkWeights before = CheckpointReader.Read(start).Weights;
        Assert.Equal("small", network.Name);
        Check.All(before["conv2d_1.weight"].Zip(after["conv2d_1.weight"]), p => Assert.Equal(p.First, p.Second, 1e-3));
        Assert.NotEqual(before["conv2d_1.weight"], after["conv2d_1.weight"]);
        Assert.Equal(start, (string?)Files.Json(Path.Combine(folder["runs"], "on", "run.json"))["from"]);
        Assert.True(File.Exists(Path.Combine(folder["runs"], "on", "initial.safetensors")));

        // A training that cannot start leaves the existing run unchanged.
        byte[] last = File.ReadAllBytes(Path.Combine(folder["runs"], "on", "last.safetensors")),
            initial = File.ReadAllBytes(Path.Combine(folder["runs"], "on", "initial.safetensors"));
        LabResult failed = Lab.Run([.. train.Select(a => a == "28" ? "100000" : a), "--overwrite"]);
        Assert.Equal(ExitCodes.Usage, failed.Code);
        Assert.Contains("expected at least one batch (100000) and one image.", failed.Error, StringComparison.Ordinal);
        Assert.Equal(last, File.ReadAllBytes(Path.Combine(folder["runs"], "on", "last.safetensors")));
        Assert.Equal(initial, File.ReadAllBytes(Path.Combine(folder["runs"], "on", "initial.safetensors")));
        Assert.Empty(Directory.GetFiles(Path.Combine(folder["runs"], "on"), "*.old"));
        LabResult nothing = Lab.Run(
            "train",
            "--from",
            folder["none.safetensors"],
            "--data",
            run.Csv,
            "--runs",
            folder["runs"]
        );
        Assert.Equal(ExitCodes.Usage, nothing.Code);
        Assert.Contains("--from: file '", nothing.Error, StringComparison.Ordinal);

        // Overwritten with random weights: nothing of the first start is left.
        Assert.Equal(
            ExitCodes.Done,
            Lab.Run(["train", "--network", folder["small.json"], .. train[3..], "--overwrite"]).Code
        );
        Assert.False(File.Exists(Path.Combine(folder["runs"], "on", "initial.safetensors")));
        NetworkWeights random = CheckpointReader.Read(Path.Combine(folder["runs"], "on", "last.safetensors")).Weights;
        Assert.Contains(
            before["conv2d_1.weight"].Zip(random["conv2d_1.weight"]),
            p => Math.Abs(p.First - p.Second) > 0.01
        );

        // And from its own checkpoint, which the new run replaces.
        string own = Path.Combine(folder["runs"], "on", "last.safetensors");
        Assert.Equal(ExitCodes.Done, Lab.Run(["train", "--from", own, .. train[3..], "--overwrite"]).Code);
        Check.All(
            random["conv2d_1.weight"].Zip(CheckpointReader.Read(own).Weights["conv2d_1.weight"]),
            p => Assert.Equal(p.First, p.Second, 1e-3)
        );
    }

    [Fact]
    public void The_output_describes_the_model_and_the_source_of_each_contract_entry()
    {
        SaveSmall(folder["small.h5"]);
        LabResult result = Lab.Run(
            "import",
            "keras",
            folder["small.h5"],
            "--output",
            folder["a.onnx"],
            "--checkpoint",
            folder["a.safetensors"]
        );

        Assert.Equal((ExitCodes.Done, ""), (result.Code, result.Error));
        Assert.StartsWith(
            "small: Keras 2.2.4 (tensorflow), 6 layers, 4,039 parameters, 23,220 MACs per image\n"
                + "Layers: 1 Conv2D, 1 BatchNormalization, 1 Activation, 1 MaxPooling2D, 1 Flatten, 1 Dense\n",
            result.Out,
            StringComparison.Ordinal
        );
        foreach (
            string part in (string[])
                [
                    "10×12 pixels, gray",
                    "the file (layer 'conv2d_1')",
                    "pixel × 0.00392157: 0 to 1",
                    "default; change it with --scaling",
                    "bilinear",
                    "default: like cv2.resize",
                    "anger, disgust, fear,",
                    "default: the order of fer2013.csv",
                    "logits; the library",
                    "the file (it ends with",
                    "not stated",
                    "a.onnx: ",
                    "mien-lab train RECIPE --from ",
                    "--scaling unit",
                    "mien evaluate ",
                ]
        )
        {
            Assert.Contains(part, result.Out, StringComparison.Ordinal);
        }

        Assert.Equal(
            ["a.onnx", "a.safetensors", "small.h5"],
            Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order()
        );
    }

    [Theory]
    [InlineData("", 1 / 255.0, 0, ResizeKernel.Bilinear, "anger,disgust,fear,happiness,sadness,surprise,neutral")]
    [InlineData(
        "--scaling -1..1 --labels alphabetical --resize nearest",
        2 / 255.0,
        -1,
        ResizeKernel.Nearest,
        "anger,disgust,fear,happiness,neutral,sadness,surprise"
    )]
    [InlineData(
        "--scaling 0..255 --labels FER2013 --resize Lanczos",
        1,
        0,
        ResizeKernel.Lanczos,
        "anger,disgust,fear,happiness,sadness,surprise,neutral"
    )]
    [InlineData(
        "--mean 127.5 --std 50 --labels sad,Happy,neutral,surprise,fearful,disgust,angry",
        0.02,
        -2.55,
        ResizeKernel.Bilinear,
        "sadness,happiness,neutral,surprise,fear,disgust,anger"
    )]
    public void The_options_become_the_contract(
        string options,
        double scale,
        double offset,
        ResizeKernel resize,
        string labels
    )
    {
        SaveSmall(folder["small.h5"]);
        LabResult result = Lab.Run([
            "import",
            "keras",
            folder["small.h5"],
            "-o",
            folder["a.onnx"],
            "--name",
            "mine",
            "--licence",
            "MIT",
            "--training-data",
            "FER2013",
            .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ]);
        Assert.True(result.Code == ExitCodes.Done, result.Error);
        using ExpressionClassifier classifier = ExpressionClassifier.Load(folder["a.onnx"]);
        ModelContract contract = classifier.Contract;
        Assert.Equal(
            ("mine", "MIT", "FER2013", 10, 12, 1, resize),
            (
                contract.Name,
                contract.Licence,
                contract.TrainingData,
                contract.Width,
                contract.Height,
                contract.Channels,
                contract.Resize
            )
        );
        Assert.Equal(scale, contract.Scale, 1e-6);
        Assert.Equal(offset, contract.Offset, 1e-5);
        Assert.Equal(labels.Split(','), contract.Labels);
        Assert.Equal(
            (ModelOutput.Logits, "logits", 1f, 4039.0),
            (contract.Output, contract.OutputName, contract.Temperature, contract.Metrics["parameters"])
        );
    }

    [Fact]
    public void A_model_that_ends_in_global_pooling_has_class_activation_maps()
    {
        var made = new MadeModel(12, 10);
        made.Add("GlobalAveragePooling2D");
        made.Add("Dense", """{ "units": 7, "activation": "softmax" }""");
        KerasWriter.Save(made, folder["m.h5"]);
        SaveSmall(folder["small.h5"]);
        foreach ((string name, bool maps) in ((string, bool)[])[("m", true), ("small", false)])
        {
            LabResult result = Lab.Run("import", "keras", folder[name + ".h5"], "-o", folder[name + ".onnx"]);
            Assert.True(result.Code == ExitCodes.Done, result.Error);
            using ExpressionClassifier classifier = ExpressionClassifier.Load(folder[name + ".onnx"]);
            Assert.Equal(maps ? "maps" : null, classifier.Contract.Maps?.Name);
            Assert.Equal(
                maps ? ExplanationMethod.ClassActivationMap : ExplanationMethod.Occlusion,
                classifier.Explain(new GrayImage(10, 12, new byte[120])).Method
            );
        }
    }

    [Fact]
    public void A_rescaling_layer_becomes_part_of_the_scaling()
    {
        var made = new MadeModel(12, 10);
        made.Add("Rescaling", """{ "scale": 0.00784313725490196, "offset": -1.0 }""");
        made.Add("Flatten");
        made.Add("Dense", """{ "units": 7, "activation": "sigmoid" }""");
        KerasWriter.Save(made, folder["m.h5"]);
        LabResult result = Lab.Run("import", "keras", folder["m.h5"], "-o", folder["m.onnx"], "--half");
        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Contains("the file, with the Rescaling", result.Out, StringComparison.Ordinal);
        using ExpressionClassifier classifier = ExpressionClassifier.Load(folder["m.onnx"]);
        Assert.Equal(
            (2f / 255, -1f, ModelOutput.Probabilities, "probabilities"),
            (
                classifier.Contract.Scale,
                classifier.Contract.Offset,
                classifier.Contract.Output,
                classifier.Contract.OutputName
            )
        );

        // The sigmoid outputs are divided by their sum.
        byte[] pixels = [.. Enumerable.Range(0, 120).Select(i => (byte)(2 * i))];
        double[] sigmoids = ReferenceKerasOf(made, pixels);
        float[] found = new float[7];
        classifier.Classify(pixels, 1, found);
        Check.All(sigmoids.Zip(found), p => Assert.Equal(p.First / sigmoids.Sum(), p.Second, 1e-2));
        Assert.Equal(1, found.Sum(), 1e-5);
    }

    private static double[] ReferenceKerasOf(MadeModel made, byte[] pixels) =>
        ReferenceKeras.Run(made, [.. pixels.Select(p => (double)p)]);

    private static void SaveSmall(string path) => KerasWriter.Save(MadeModels.Small(), path);
}
