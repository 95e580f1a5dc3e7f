using System.Globalization;
using System.Text.Json.Nodes;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;
using Mien.Training;

namespace Mien.Lab.Tests;

public sealed class CardTests(TrainedRun run) : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_card_contains_results_recipe_and_limits_and_is_written_with_plots_recipe_and_history()
    {
        string model = folder["models/tiny/tiny.onnx"];
        Assert.Equal(
            ExitCodes.Done,
            Lab.Run("export", TrainedRun.Name, "--runs", run.Runs, "--output", model, "--quiet").Code
        );
        run.CopyTo(folder["search"]);
        LabResult result = Lab.Run(
            "card",
            TrainedRun.Name,
            "--runs",
            run.Runs,
            "--model",
            model,
            "--searched",
            folder["search"],
            "--searched",
            run.Run,
            "--goal",
            "0.01",
            "--published",
            "0.5631",
            "--runs-evaluated",
            "4",
            "--checkpoints-evaluated",
            "12",
            "--hardware",
            "a small machine",
            "--note",
            "What was tried.",
            "--note",
            "What fell short.",
            "--quiet"
        );

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Equal($"Card written to {folder["models/tiny/README.md"]}.\n", result.Out);
        Assert.Equal(
            ["README.md", "curves.png", "history.csv", "recipe.json", "risk-coverage.png", "run.json", "tiny.onnx"],
            Directory.GetFiles(folder["models/tiny"]).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Equal((900, 1000), Files.PngSize(folder["models/tiny/curves.png"]));
        Assert.Equal(
            File.ReadAllText(Path.Combine(run.Run, "history.csv")),
            File.ReadAllText(folder["models/tiny/history.csv"])
        );
        Assert.Equal(
            RecipeFile.Load(Path.Combine(run.Run, "recipe.json")).LearningRate,
            RecipeFile.Load(folder["models/tiny/recipe.json"]).LearningRate
        );

        using ExpressionClassifier classifier = ExpressionClassifier.Load(model);
        double accuracy = classifier.Contract.Metrics["publicTest.accuracy"];
        string card = File.ReadAllText(folder["models/tiny/README.md"]);
        foreach (
            string part in new[]
            {
                "# tiny\n",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Accuracy on PublicTest (42 images): **{accuracy * 100:F2} %** (95 % interval "
                ),
                "The goal was 1.00 %: met, ",
                "Accuracy published for this network, on another split of the same data: 56.31 %.",
                // including the copy's three epochs; the run itself is counted once
                "5 runs and 15 checkpoints were evaluated on PublicTest",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The library marks predictions with a confidence below "
                        + $"{classifier.Contract.UncertainBelow:0.00##} as uncertain: "
                ),
                "The threshold is part of the contract.",
                "Nothing was chosen on PrivateTest.",
                "`mien-lab train recipes/tiny.json --data made.csv`, seed 1.",
                "a small machine",
                "\"learningRate\": 0.1",
                "Confusion matrix",
                "## Limits",
                "## Licences",
                "](curves.png)",
                "What was tried.",
                "What fell short.",
            }
        )
        {
            Assert.Contains(part, card, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_card_can_be_written_again_without_its_run_and_takes_robustness_from_an_evaluation()
    {
        string copy = run.CopyTo(folder["runs"]);
        Files.Edit(Path.Combine(copy, "run.json"), ("from", folder["elsewhere/begun.safetensors"]));
        string model = folder["models/tiny/tiny.onnx"];
        string card = folder["models/tiny/README.md"];
        Assert.Equal(
            ExitCodes.Done,
            Lab.Run("export", "first", "--runs", folder["runs"], "--output", model, "--quiet").Code
        );
        LabResult first = Lab.Run(
            "card",
            "first",
            "--runs",
            folder["runs"],
            "--model",
            model,
            "--robustness",
            "--quiet"
        );
        Assert.True(first.Code == ExitCodes.Done, first.Error);
        string text = File.ReadAllText(card);
        Assert.Contains("## Robustness to corruptions\n", text, StringComparison.Ordinal);
        Assert.Contains("--data made.csv --from begun.safetensors`, seed 1.", text, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["models/tiny/robustness.png"]));
        Assert.Contains(
            "\"data\": \"made.csv\"",
            File.ReadAllText(folder["models/tiny/run.json"]),
            StringComparison.Ordinal
        ); // no folder of this machine

        Directory.Delete(copy, recursive: true);
        File.Delete(card);

        // As an earlier version wrote it, without these keys: they must not be invented.
        JsonObject older = Files.Json(folder["models/tiny/run.json"]);
        Assert.True(older.Remove("system") && older.Remove("started"));
        string info = File.ReadAllText(folder.Write("models/tiny/run.json", older.ToJsonString()));
        string measured = folder.Write("measured.json", Measured(model).ToJson());
        LabResult again = Lab.Run(
            "card",
            folder["models/tiny"],
            "--model",
            model,
            "--data",
            run.Csv,
            "--robustness-from",
            measured,
            "--quiet"
        );
        Assert.True(again.Code == ExitCodes.Done, again.Error);
        Assert.Equal(text, File.ReadAllText(card));
        Assert.Equal(info, File.ReadAllText(folder["models/tiny/run.json"]));

        string other = folder.Write("other.json", (Measured(model) with { Model = "other" }).ToJson());
        LabResult refused = Lab.Run(
            "card",
            folder["models/tiny"],
            "--model",
            model,
            "--data",
            run.Csv,
            "--robustness-from",
            other,
            "--quiet"
        );
        Assert.Equal(ExitCodes.Usage, refused.Code);
        Assert.Contains(
            "other.json: found results for (other, PublicTest, None, 42, ",
            refused.Error,
            StringComparison.Ordinal
        );

        EvaluationReport Measured(string file)
        {
            using ExpressionClassifier classifier = ExpressionClassifier.Load(file);
            FaceDataset validation = DatasetReader.Read(run.Csv).Only(DatasetSplit.PublicTest);
            var evaluator = new ModelEvaluator(classifier);
            return new EvaluationReport
            {
                Model = "tiny",
                Data = validation.Name,
                Split = "PublicTest",
                Result = Metrics.Compute(evaluator.Predict(validation)),
                Robustness = Robustness.Measure(evaluator, validation),
            };
        }
    }

    [Fact]
    public void Speed_is_images_per_second_at_the_given_batch_size()
    {
        Assert.Equal(
            ExitCodes.Done,
            Lab.Run(
                "export",
                TrainedRun.Name,
                "--runs",
                run.Runs,
                "--output",
                folder["tiny.onnx"],
                "--uncalibrated"
            ).Code
        );
        using ExpressionClassifier classifier = ExpressionClassifier.Load(folder["tiny.onnx"]);

        ModelSpeed speed = SpeedMeasurement.Measure(classifier, 3, TimeSpan.Zero, CancellationToken.None);

        Assert.Equal(3, speed.BatchSize);
        Assert.True(double.IsFinite(speed.ImagesPerSecond) && speed.ImagesPerSecond > 0);
        Assert.Throws<OperationCanceledException>(() =>
            SpeedMeasurement.Measure(classifier, 3, TimeSpan.Zero, new CancellationToken(canceled: true))
        );
    }

    [Fact]
    public void Searched_folders_must_exist_and_contain_runs()
    {
        LabResult missing = Lab.Run(
            "card",
            TrainedRun.Name,
            "--runs",
            run.Runs,
            "--model",
            folder["x.onnx"],
            "--searched",
            folder["none"]
        );
        Directory.CreateDirectory(folder["empty"]);
        LabResult empty = Lab.Run(
            "card",
            TrainedRun.Name,
            "--runs",
            run.Runs,
            "--model",
            folder["x.onnx"],
            "--searched",
            folder["empty"]
        );

        Assert.Equal((ExitCodes.Usage, ExitCodes.Usage), (missing.Code, empty.Code));
        Assert.Contains($"--searched: folder not found: {folder["none"]}.", missing.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"--searched: no run found in {folder["empty"]}. Expected a run, an experiment, or a folder of runs.",
            empty.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_card_in_the_run_folder_leaves_the_run_usable()
    {
        string copy = run.CopyTo(folder["runs"]);
        Assert.Equal(ExitCodes.Done, Lab.Run("export", "first", "--runs", folder["runs"], "--quiet").Code);
        LabResult result = Lab.Run(
            "card",
            "first",
            "--runs",
            folder["runs"],
            "--model",
            Path.Combine(copy, "tiny.onnx"),
            "--quiet"
        );

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.True(File.Exists(Path.Combine(copy, "README.md")));
        Assert.Equal(ExitCodes.Done, Lab.Run("resume", "first", "--runs", folder["runs"], "--quiet").Code);
    }

    [Fact]
    public void A_model_of_another_run_is_rejected()
    {
        string copy = run.CopyTo(folder["runs"]);
        Files.Edit(Path.Combine(copy, "recipe.json"), ("seed", 2));
        string model = folder["other.onnx"];
        Assert.Equal(
            ExitCodes.Done,
            Lab.Run("export", "first", "--runs", folder["runs"], "--output", model, "--uncalibrated").Code
        );
        LabResult other = Lab.Run("card", TrainedRun.Name, "--runs", run.Runs, "--model", model);
        LabResult missing = Lab.Run("card", TrainedRun.Name, "--runs", run.Runs, "--model", folder["none.onnx"]);

        Assert.Equal((ExitCodes.Usage, ExitCodes.Usage), (other.Code, missing.Code));
        Assert.Contains(
            "other.onnx: the model was trained with another recipe than the run 'first'. Name the run that it "
                + "was exported from.",
            other.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("none.onnx: there is no such model file", missing.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["README.md"]));
    }
}
