using System.Globalization;
using System.Text.Json.Nodes;
using Mien.CommandLine;
using Mien.Training;

namespace Mien.Lab.Tests;

public sealed class TrainTests(TrainedRun run) : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_folder_contains_recipe_network_data_history_curves_and_checkpoints()
    {
        Assert.True(run.Result.Code == ExitCodes.Done, run.Result.Error);
        Assert.Equal(
            [
                "best.safetensors",
                "curves.png",
                "history.csv",
                "last.safetensors",
                "network.json",
                "recipe.json",
                "run.json",
            ],
            Directory.GetFiles(run.Run).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );

        JsonObject recipe = Files.Json(Path.Combine(run.Run, "recipe.json"));
        Assert.Equal(RecipeKey.Names, recipe.Select(k => k.Key));
        Assert.Equal(
            (3, 56, 0.9, 0.5),
            ((int)recipe["epochs"]!, (int)recipe["batchSize"]!, (double)recipe["ema"]!, (double)recipe["flip"]!)
        );

        JsonObject info = Files.Json(Path.Combine(run.Run, "run.json"));
        Assert.Equal(run.Csv, (string?)info["data"]);
        Assert.Equal(
            (TrainedRun.TrainingEach * 7, TrainedRun.PublicTestEach * 7),
            ((int)info["trainingImages"]!, (int)info["validationImages"]!)
        );
        foreach (string key in new[] { "mien", "torchSharp", "runtime", "system", "architecture", "cores", "started" })
        {
            Assert.True(info[key] is not null, $"run.json lacks '{key}'");
        }

        Assert.Equal("tiny", (string?)Files.Json(Path.Combine(run.Run, "network.json"))["name"]);
        Assert.Equal((900, 1000), Files.PngSize(Path.Combine(run.Run, "curves.png")));
    }

    [Fact]
    public void The_history_has_one_row_per_epoch_and_the_output_names_the_best_one()
    {
        string[] lines = File.ReadAllLines(Path.Combine(run.Run, "history.csv"));
        Assert.Equal(
            "epoch,size,learning_rate,train_loss,train_accuracy,validation_loss,validation_accuracy,seconds,"
                + "images_per_second",
            lines[0]
        );
        double[][] rows =
        [
            .. lines[1..]
                .Select(l => l.Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray()),
        ];
        Assert.Equal([1, 2, 3], rows.Select(r => (int)r[0]));
        Check.All(rows, r => Assert.Equal(16, r[1]));
        Check.All(rows, r => Assert.InRange(r[6], 0, 1));
        Assert.True(rows[2][3] < rows[0][3], "The loss did not fall from the first epoch to the last.");

        TrainingState state = CheckpointReader.Read(Path.Combine(run.Run, "best.safetensors")).State;
        double best = rows.Max(r => r[6]);
        Assert.Equal(best, state.BestAccuracy, 4);
        Assert.Equal(best, rows[state.BestEpoch - 1][6]);
        Assert.Matches(
            $@"^Best PublicTest accuracy {(state.BestAccuracy * 100).ToString("F2", CultureInfo.InvariantCulture)} % "
                + $@"in epoch {state.BestEpoch} of 3 \(.*\)\. Run folder: .*first\n$",
            run.Result.Out
        );
    }

    [Fact]
    public void Progress_is_one_line_per_epoch_on_standard_error_and_quiet_suppresses_it()
    {
        Assert.Equal(3, run.Result.Error.Split('\n').Count(l => l.StartsWith("epoch ", StringComparison.Ordinal)));
        Assert.Contains("epoch   3/3  16px  loss ", run.Result.Error, StringComparison.Ordinal);

        LabResult quiet = Train("--name", "quiet", "--epochs", "1", "--quiet");
        Assert.Equal(ExitCodes.Done, quiet.Code);
        Assert.Empty(quiet.Error);
        Assert.StartsWith("Best PublicTest accuracy", quiet.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void An_existing_run_is_replaced_only_with_overwrite()
    {
        string copy = run.CopyTo(folder["runs"]);
        LabResult refused = Train("--name", "first");
        Assert.Equal(ExitCodes.Usage, refused.Code);
        Assert.Empty(refused.Out);
        Assert.Contains(
            $"The run 'first' already exists ({copy}). Resume it with 'mien-lab resume ",
            refused.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("or give another --name, or --overwrite.", refused.Error, StringComparison.Ordinal);

        LabResult anew = Train("--name", "first", "--overwrite", "--epochs", "1", "--seed", "5");
        Assert.True(anew.Code == ExitCodes.Done, anew.Error);
        Assert.Equal(2, File.ReadAllLines(Path.Combine(copy, "history.csv")).Length);
        Assert.Equal(5, (int)Files.Json(Path.Combine(copy, "recipe.json"))["seed"]!);
        Assert.Equal(7, CheckpointReader.Read(Path.Combine(copy, "last.safetensors")).State.Step);
        Assert.NotEqual(
            Files.Weights(Path.Combine(run.Run, "best.safetensors")).Values.First(),
            Files.Weights(Path.Combine(copy, "best.safetensors")).Values.First()
        );
    }

    [Fact]
    public void A_training_that_cannot_start_changes_no_existing_run_and_leaves_no_new_folder()
    {
        string copy = run.CopyTo(folder["runs"]);
        LabResult old = Train("--name", "first", "--overwrite", "--vote-share", "0.5");
        LabResult fresh = Train("--name", "new", "--vote-share", "0.5");

        Assert.Equal((ExitCodes.Usage, ExitCodes.Usage), (old.Code, fresh.Code));
        Assert.Contains(
            "The recipe's voteShare needs FER+ votes, but the data has none. Pass fer2013new.csv with --votes.",
            fresh.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(
            Directory.GetFiles(run.Run).Select(Path.GetFileName).Order(),
            Directory.GetFiles(copy).Select(Path.GetFileName).Order()
        );
        Check.All(
            Directory.GetFiles(copy),
            f => Assert.Equal(File.ReadAllBytes(Path.Combine(run.Run, Path.GetFileName(f))), File.ReadAllBytes(f))
        );
        Assert.False(Directory.Exists(folder["runs/new"]));
    }

    [Fact]
    public void Options_override_recipe_keys_and_the_run_records_votes_and_random_split()
    {
        string votes = folder.Write("votes.csv", MadeData.Votes(TrainedRun.TrainingEach, TrainedRun.PublicTestEach));
        LabResult result = Train(
            "--name",
            "flags",
            "--epochs",
            "1",
            "--learning-rate",
            "0.02",
            "--optimizer",
            "adamW",
            "--set",
            "labelSmoothing=0.1",
            "--set",
            "epochs=2",
            "--votes",
            votes,
            "--vote-share",
            "0.5",
            "--random-split",
            "3"
        );

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        JsonObject recipe = Files.Json(folder["runs/flags/recipe.json"]);
        Assert.Equal(
            (2, 0.02, "adamW", 0.1, 0.5),
            (
                (int)recipe["epochs"]!,
                (double)recipe["learningRate"]!,
                (string)recipe["optimizer"]!,
                (double)recipe["labelSmoothing"]!,
                (double)recipe["voteShare"]!
            )
        );
        Assert.Contains("FER+ votes joined: 434 images with votes; 0 without", result.Error, StringComparison.Ordinal);
        JsonObject info = Files.Json(folder["runs/flags/run.json"]);
        Assert.Equal((votes, 3), ((string?)info["votes"], (int)info["randomSplit"]!));
        Assert.InRange((int)info["trainingImages"]!, 340, 354); // 80 % of 434

        LabResult resumed = Lab.Run("resume", "flags", "--runs", folder["runs"]);
        Assert.True(resumed.Code == ExitCodes.Done, resumed.Error);
        Assert.Contains("Resuming from step 12 of 12.", resumed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_are_in_MIEN_RUNS_by_default()
    {
        string? before = Environment.GetEnvironmentVariable("MIEN_RUNS");
        Environment.SetEnvironmentVariable("MIEN_RUNS", folder["from environment"]);
        try
        {
            // Without --name, the run has the name of the recipe file.
            LabResult result = Lab.Run("train", run.Recipe, "--data", run.Csv, "--epochs", "1", "--quiet");
            Assert.True(result.Code == ExitCodes.Done, result.Error);
            Assert.True(File.Exists(folder["from environment/recipe/last.safetensors"]));
            LabResult again = Lab.Run("train", run.Recipe, "--data", run.Csv);
            Assert.Contains("Resume it with 'mien-lab resume recipe'", again.Error, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("MIEN_RUNS", before);
        }
    }

    [Fact]
    public void A_loss_that_is_not_finite_ends_with_1_and_keeps_the_last_good_checkpoint()
    {
        string copy = run.CopyTo(folder["runs"]);
        Files.Edit(Path.Combine(copy, "recipe.json"), ("epochs", 60), ("learningRate", 1000), ("schedule", "constant"));
        LabResult result = Lab.Run("resume", "first", "--runs", folder["runs"], "--quiet");

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Matches(
            @"^error: The (loss|validation loss|weights '\S+') .*"
                + @"The last good checkpoint is kept\. Try a lower learningRate.*\n$",
            result.Error
        );
        foreach (string checkpoint in new[] { "last.safetensors", "best.safetensors" })
        {
            Check.All(
                Files.Weights(Path.Combine(copy, checkpoint)),
                t => Check.All(Floats(t.Value), v => Assert.True(float.IsFinite(v), $"{checkpoint}: {t.Key}"))
            );
        }

        static float[] Floats(byte[] bytes)
        {
            float[] values = new float[bytes.Length / sizeof(float)];
            Buffer.BlockCopy(bytes, 0, values, 0, bytes.Length);
            return values;
        }
    }

    private LabResult Train(params string[] more) =>
        Lab.Run(["train", run.Recipe, "--data", run.Csv, "--runs", folder["runs"], .. more]);
}
