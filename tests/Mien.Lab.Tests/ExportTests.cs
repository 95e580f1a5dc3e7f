using System.Globalization;
using System.Text.Json;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;
using Mien.Networks;
using Mien.Training;
using TorchSharp;

namespace Mien.Lab.Tests;

public sealed class ExportTests(TrainedRun run) : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_contract_has_a_fitted_temperature_and_the_metrics_of_an_evaluation()
    {
        string file = folder["models/tiny.onnx"];
        LabResult result = Export("--output", file);

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        using ExpressionClassifier classifier = ExpressionClassifier.Load(file);
        ModelContract contract = classifier.Contract;
        Assert.Equal(
            ("tiny", 16, 16, 1, 1f / 255, 0f),
            (contract.Name, contract.Width, contract.Height, contract.Channels, contract.Scale, contract.Offset)
        );
        Assert.Equal(Expressions.Names, contract.Labels);
        Assert.Equal("made.csv, split Training (392 images)", contract.TrainingData);
        Assert.Equal("MIT", contract.Licence);
        Assert.Equal(3, RecipeFile.Parse(contract.Recipe!, file).Epochs);

        // The network ends in global pooling and a dense layer, so the file has features and class activation maps.
        Assert.Equal("features", contract.FeaturesName);
        Assert.Equal(
            new ClassMapOutput
            {
                Name = "maps",
                Top = 0,
                Left = 0,
                Step = 1,
            },
            contract.Maps
        );
        Assert.Equal(
            ExplanationMethod.ClassActivationMap,
            classifier.Explain(new GrayImage(16, 16, new byte[256])).Method
        );

        FaceDataset validation = DatasetReader.Read(run.Csv).Only(DatasetSplit.PublicTest);
        Predictions predictions = new ModelEvaluator(classifier).Predict(validation);
        EvaluationResult evaluated = Metrics.Compute(predictions);
        Assert.Equal(evaluated.Accuracy, contract.Metrics["publicTest.accuracy"]);
        Assert.Equal(evaluated.LogLoss, contract.Metrics["publicTest.logLoss"], 12);
        Assert.Equal(42, contract.Metrics["publicTest.count"]);
        Assert.Equal(
            (float)TemperatureScaling.Fit(predictions.LogitsOrLogProbabilities(), validation.Labels),
            contract.Temperature,
            1e-5f
        );
        Assert.InRange(contract.Temperature, 0.05f, 20f);
        Assert.Equal((float)RiskCoverage.ChooseThreshold(predictions), contract.UncertainBelow);

        TrainingState best = CheckpointReader.Read(Path.Combine(run.Run, "best.safetensors")).State;
        NetworkGraph graph = NetworkGraph.Build(NetworkDescription.Load(run.Network));
        Assert.Equal(
            (best.BestEpoch, 3, graph.Parameters, graph.Macs),
            (
                (int)contract.Metrics["epoch"],
                (int)contract.Metrics["epochs"],
                (long)contract.Metrics["parameters"],
                (long)contract.Metrics["macs"]
            )
        );
        Assert.Matches(
            string.Create(
                CultureInfo.InvariantCulture,
                $@"^.*tiny\.onnx: \d+\.\d kB, temperature {contract.Temperature:F3}, "
                    + $@"uncertain below {contract.UncertainBelow:F2}, PublicTest {evaluated.Accuracy:P2}\n$"
            ),
            result.Out
        );
        Assert.Equal(["tiny.onnx"], Directory.GetFiles(folder["models"]).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(false, 1e-4)]
    [InlineData(true, 5e-3)]
    public void The_model_gives_the_outputs_of_the_trained_network(bool half, double tolerance)
    {
        string file = folder["tiny.onnx"];
        Assert.Equal(
            ExitCodes.Done,
            Export(["--output", file, "--uncalibrated", .. half ? (string[])["--half"] : []]).Code
        );
        using ExpressionClassifier classifier = ExpressionClassifier.Load(file);
        byte[] pixels = new byte[5 * 16 * 16];
        new Random(2).NextBytes(pixels);
        float[] found = new float[5 * Expressions.Count];
        classifier.Classify(pixels, 5, found);

        LibTorch.Initialize(1);
        (NetworkDescription network, NetworkWeights weights, _) = CheckpointReader.Read(
            Path.Combine(run.Run, "best.safetensors")
        );
        using var module = new NetworkModule(NetworkGraph.Build(network), 0);
        module.Load(weights);
        module.eval();
        using (torch.NewDisposeScope())
        using (torch.no_grad())
        {
            torch.Tensor input = torch.tensor(
                pixels.Select(p => p * classifier.Contract.Scale + classifier.Contract.Offset).ToArray(),
                [5, 1, 16, 16]
            );
            float[] expected = torch.nn.functional.softmax(module.forward(input), 1).data<float>().ToArray();
            Check.All(expected.Zip(found), p => Assert.Equal(p.First, p.Second, tolerance));
        }
    }

    [Fact]
    public void Half_precision_saves_at_most_half_of_the_weights()
    {
        NetworkGraph graph = NetworkGraph.Build(NetworkDescription.Load(run.Network));
        Export("--output", folder["full.onnx"], "--uncalibrated");
        Export("--output", folder["half.onnx"], "--uncalibrated", "--half");
        long saved = new FileInfo(folder["full.onnx"]).Length - new FileInfo(folder["half.onnx"]).Length;

        Assert.InRange(saved, 1, 2 * graph.Parameters);
    }

    [Fact]
    public void The_last_weights_are_exported_under_another_name_without_data()
    {
        string copy = run.CopyTo(folder["runs"]);
        Files.Edit(Path.Combine(copy, "run.json"), ("data", folder["gone.csv"]));
        LabResult result = Lab.Run(
            "export",
            "first",
            "--runs",
            folder["runs"],
            "--last",
            "--uncalibrated",
            "--name",
            "newest"
        );

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        using ExpressionClassifier classifier = ExpressionClassifier.Load(Path.Combine(copy, "newest.onnx"));
        Assert.Null(classifier.Contract.UncertainBelow);
        Assert.Equal(
            ("newest", 1f, 3.0),
            (classifier.Contract.Name, classifier.Contract.Temperature, classifier.Contract.Metrics["epoch"])
        );
        Assert.DoesNotContain(
            classifier.Contract.Metrics.Keys,
            k => k.StartsWith("publicTest", StringComparison.Ordinal)
        );

        LabResult calibrated = Lab.Run("export", "first", "--runs", folder["runs"]);
        Assert.Equal(ExitCodes.Usage, calibrated.Code);
        Assert.Contains("gone.csv does not exist; ", calibrated.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Done, Lab.Run("export", "first", "--runs", folder["runs"], "--data", run.Csv).Code);
        Assert.True(File.Exists(Path.Combine(copy, "tiny.onnx")));
    }

    [Fact]
    public void Standard_scaling_uses_mean_and_deviation_of_the_training_images()
    {
        string copy = run.CopyTo(folder["runs"]);
        Files.Edit(Path.Combine(copy, "recipe.json"), ("scaling", "standard"));
        LabResult result = Lab.Run("export", "first", "--runs", folder["runs"], "--uncalibrated");

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        using ExpressionClassifier classifier = ExpressionClassifier.Load(Path.Combine(copy, "tiny.onnx"));
        double[] inputs =
        [
            .. DatasetReader
                .Read(run.Csv)
                .Only(DatasetSplit.Training)
                .Pixels.Select(p => (p * classifier.Contract.Scale) + classifier.Contract.Offset),
        ];
        Assert.Equal(0, inputs.Average(), 1e-4);
        Assert.Equal(1, inputs.Average(x => x * x), 1e-3);
    }

    [Fact]
    public void The_crop_normalisation_is_that_of_the_recipe_unless_an_option_names_another()
    {
        string copy = run.CopyTo(folder["runs"]);
        Files.Edit(Path.Combine(copy, "recipe.json"), ("cropNormalisation", "percentiles"));
        string[] export = ["export", "first", "--runs", folder["runs"], "--uncalibrated", "--output"];
        LabResult recipe = Lab.Run([.. export, folder["recipe.onnx"]]);
        Assert.True(recipe.Code == ExitCodes.Done, recipe.Error);
        Assert.Equal(
            ExitCodes.Done,
            Lab.Run([.. export, folder["mean.onnx"], "--normalisation", "meanDeviation"]).Code
        );
        Assert.Equal(ExitCodes.Done, Lab.Run([.. export, folder["none.onnx"], "--normalisation", "none"]).Code);

        Assert.Equal(
            new CropNormalisation
            {
                Kind = CropNormalisationKind.Percentiles,
                Low = 0.25f,
                High = 99.75f,
            },
            Contract("recipe.onnx").CropNormalisation
        );
        Assert.Equal(CropNormalisationKind.MeanDeviation, Contract("mean.onnx").CropNormalisation?.Kind);
        Assert.Null(Contract("none.onnx").CropNormalisation);
        Assert.Equal(2, Contract("mean.onnx").Version);
        Assert.Equal(1, Contract("none.onnx").Version);

        // A darker image gives the same output if it is normalised.
        byte[] image = [.. Enumerable.Range(0, 256).Select(i => (byte)(i * 37))];
        GrayImage bright = new(16, 16, [.. image.Select(p => (byte)(p / 2 * 2))]);
        GrayImage dark = new(16, 16, [.. image.Select(p => (byte)(p / 2))]);
        foreach ((string file, bool same) in new[] { ("recipe", true), ("mean", true), ("none", false) })
        {
            using ExpressionClassifier classifier = ExpressionClassifier.Load(folder[file + ".onnx"]);
            float[] first = new float[7];
            float[] second = new float[7];
            classifier.Classify(bright.Pixels, 1, first);
            classifier.Classify(dark.Pixels, 1, second);
            Assert.Equal(same, first.Zip(second).All(p => Math.Abs(p.First - p.Second) < 1e-4));
        }

        ModelContract Contract(string file)
        {
            using ExpressionClassifier classifier = ExpressionClassifier.Load(folder[file]);
            return classifier.Contract;
        }
    }

    [Fact]
    public void A_run_that_cannot_be_exported_is_wrong_usage_with_a_reason()
    {
        string copy = run.CopyTo(folder["runs"]);
        File.Delete(Path.Combine(copy, "best.safetensors"));
        LabResult none = Lab.Run("export", "first", "--runs", folder["runs"]);
        Assert.Equal(ExitCodes.Usage, none.Code);
        Assert.Contains(
            "The run 'first' has no best.safetensors yet. Resume it with 'mien-lab resume ",
            none.Error,
            StringComparison.Ordinal
        );

        LabResult noValidation = Export(
            "--data",
            folder.Write("train.csv", MadeCsv.Of(1, 0)),
            "--output",
            folder["x.onnx"]
        );
        Assert.Equal(ExitCodes.Usage, noValidation.Code);
        Assert.Contains(
            "train.csv has no PublicTest images, which calibration needs. Give other --data, or --uncalibrated.",
            noValidation.Error,
            StringComparison.Ordinal
        );

        LabResult intoFolder = Export("--output", folder.Path);
        Assert.Equal(ExitCodes.Usage, intoFolder.Code);
        Assert.Contains(
            "is a folder, expected the name of a file to write.",
            intoFolder.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_interrupted_export_keeps_the_existing_model()
    {
        string file = folder.Write("tiny.onnx", "an older model");
        LabResult result = Lab.Run(
            new CancellationToken(canceled: true),
            "export",
            TrainedRun.Name,
            "--runs",
            run.Runs,
            "--output",
            file
        );

        Assert.Equal(ExitCodes.Interrupted, result.Code);
        Assert.Equal("an older model", File.ReadAllText(file));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.part"));
    }

    private LabResult Export(params string[] more) => Lab.Run(["export", TrainedRun.Name, "--runs", run.Runs, .. more]);
}
