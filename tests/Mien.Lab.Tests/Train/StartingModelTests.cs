using System.Text.Json.Nodes;
using Mien.CommandLine;
using Mien.Training;

namespace Mien.Lab.Tests;

/// <summary>Trainings that start with the weights of a model file.</summary>
public sealed class StartingModelTests(TrainedRun run) : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_exported_model_starts_where_its_training_ended(bool half)
    {
        string model = Export(half ? ["--half"] : []);
        LabResult trained = Train(model, "on");
        Assert.True(trained.Code == ExitCodes.Done, trained.Error);

        // A learning rate of 1e-7 changes nothing that the accuracy shows.
        IReadOnlyList<EpochRecord> history = new RunFolder(run.Run).ReadHistory();
        double before = history.Max(e => e.ValidationAccuracy);
        Assert.True(before > 2.0 / 7, $"{before}"); // better than chance
        EpochRecord epoch = Assert.Single(new RunFolder(folder["runs/on"]).ReadHistory());
        Assert.Equal(before, epoch.ValidationAccuracy, 1.5 / (7 * TrainedRun.PublicTestEach));
        Assert.Equal(before, epoch.TrainAccuracy, 0.1);

        JsonNode info = Files.Json(folder["runs/on/run.json"]);
        Assert.Equal(model, (string?)info["from"]);
        Assert.Equal("made.csv, split Training (392 images)", (string?)info["before"]);
        Assert.Equal(ExitCodes.Done, Lab.Run("resume", "on", "--runs", folder["runs"]).Code);
    }

    [Fact]
    public void One_head_starts_both()
    {
        string votes = folder.Write("votes.csv", MadeData.Votes(TrainedRun.TrainingEach, TrainedRun.PublicTestEach));
        LabResult trained = Train(Export(), "two", "--set", "heads=[\"fer2013\",\"ferplus\"]", "--votes", votes);
        Assert.True(trained.Code == ExitCodes.Done, trained.Error);
        EpochRecord epoch = Assert.Single(new RunFolder(folder["runs/two"]).ReadHistory());
        Assert.Equal(["fer2013", "ferplus"], epoch.Heads!.Select(h => h.Head));
        Check.All(epoch.Heads!, h => Assert.True(h.Accuracy > 2.0 / 7, $"{h}"));
    }

    [Fact]
    public void A_built_in_model_is_named_and_keeps_its_heads_and_its_training_data()
    {
        string votes = folder.Write("votes.csv", MadeData.Votes(TrainedRun.TrainingEach, TrainedRun.PublicTestEach));
        string[] heads = ["--set", "heads=[\"fer2013\",\"ferplus\"]", "--votes", votes];
        LabResult trained = Lab.Run(["train", "--from", "tiny", "--name", "built-in", .. heads, .. Fast()]);
        Assert.True(trained.Code == ExitCodes.Done, trained.Error);
        JsonNode info = Files.Json(folder["runs/built-in/run.json"]);
        Assert.Equal("tiny", (string?)info["from"]);
        using ExpressionClassifier tiny = ExpressionClassifier.Load("tiny");
        Assert.Equal(tiny.Contract.TrainingData, (string?)info["before"]);
        Assert.Equal("tiny", RecipeFile.Load(folder["runs/built-in/recipe.json"]).Network);
    }

    [Fact]
    public void Wrong_models_are_errors_that_say_what_was_found()
    {
        LabResult missing = Train(folder["none.onnx"], "missing");
        Assert.Equal(ExitCodes.Usage, missing.Code);
        Assert.Contains("none.onnx' not found, expected a model (.onnx).", missing.Error, StringComparison.Ordinal);

        // A model that another program made has other constants.
        LabResult other = Train(BrightnessModel.Write(folder["other.onnx"]), "other");
        Assert.Equal(ExitCodes.SomeFailed, other.Code);
        Assert.Contains("other.onnx: no constant 'conv1.weight' found", other.Error, StringComparison.Ordinal);

        LabResult text = Train(folder.Write("text.onnx", "text"), "text");
        Assert.Equal(ExitCodes.SomeFailed, text.Code);
        Assert.Contains("text.onnx", text.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["runs/text"]));
    }

    private string Export(params string[] more)
    {
        string model = folder["model.onnx"];
        LabResult exported = Lab.Run(["export", TrainedRun.Name, "--runs", run.Runs, "--output", model, .. more]);
        Assert.True(exported.Code == ExitCodes.Done, exported.Error);
        return model;
    }

    // The recipe in the model names a network file of another machine, so the recipe of the new run names the network.
    private LabResult Train(string model, string name, params string[] more) =>
        Lab.Run(["train", "--from", model, "--network", run.Network, "--name", name, .. Fast(), .. more]);

    private string[] Fast() =>
        [
            "--data",
            run.Csv,
            "--runs",
            folder["runs"],
            "--epochs",
            "1",
            "--batch-size",
            "56",
            "--threads",
            "1",
            "--learning-rate",
            "1e-7",
            "--weight-decay",
            "0",
            "--shift",
            "0",
            "--rotation",
            "0",
            "--scale",
            "0",
        ];
}
