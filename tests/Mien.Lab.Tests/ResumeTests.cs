using System.Text.Json.Nodes;
using Mien.CommandLine;
using Mien.Training;

namespace Mien.Lab.Tests;

public sealed class ResumeTests(TrainedRun run) : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Resuming_a_finished_run_only_restores_its_history()
    {
        string copy = run.CopyTo(folder["runs"]);
        File.Delete(Path.Combine(copy, "history.csv")); // as if killed between the checkpoint and the history
        File.Delete(Path.Combine(copy, "curves.png"));
        LabResult result = Lab.Run("resume", "first", "--runs", folder["runs"]);

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Contains("Resuming from step 21 of 21.\n", result.Error, StringComparison.Ordinal);
        Assert.StartsWith("Best PublicTest accuracy ", result.Out, StringComparison.Ordinal);
        Assert.Equal(
            Files.Weights(Path.Combine(run.Run, "last.safetensors")),
            Files.Weights(Path.Combine(copy, "last.safetensors"))
        );
        Assert.Equal(
            File.ReadAllText(Path.Combine(run.Run, "history.csv")),
            File.ReadAllText(Path.Combine(copy, "history.csv"))
        );
        Assert.Equal((900, 1000), Files.PngSize(Path.Combine(copy, "curves.png")));
    }

    [Fact]
    public void A_run_in_which_another_process_trains_is_refused_and_left_alone()
    {
        string copy = run.CopyTo(folder["runs"]);
        var before = Directory.GetFiles(copy).ToDictionary(f => f, File.ReadAllBytes);
        string moved = folder.Write("moved.csv", File.ReadAllBytes(run.Csv));
        using (new RunFolder(copy).Lock())
        {
            string[] runs = ["--runs", folder["runs"], "--quiet"];
            foreach (
                LabResult result in (LabResult[])
                    [
                        Lab.Run(["resume", "first", "--data", moved, .. runs]),
                        Lab.Run(["train", run.Recipe, "--data", run.Csv, "--name", "first", "--overwrite", .. runs]),
                    ]
            )
            {
                Assert.True(result.Code == ExitCodes.Usage, result.Error);
                Assert.StartsWith($"error: {copy}: another run, process ", result.Error, StringComparison.Ordinal);
            }
        }

        Assert.Equal(before.Keys.Order(), Directory.GetFiles(copy).Order());
        Check.All(before, f => Assert.Equal(f.Value, File.ReadAllBytes(f.Key)));
        Assert.Equal(ExitCodes.Done, Lab.Run("resume", "first", "--runs", folder["runs"], "--quiet").Code);
    }

    [Fact]
    public void A_run_is_found_by_its_path()
    {
        string copy = run.CopyTo(folder["runs"]);
        Assert.Equal(ExitCodes.Done, Lab.Run("resume", copy, "--runs", folder["elsewhere"], "--quiet").Code);
    }

    [Fact]
    public void Moved_data_needs_a_new_path_which_is_stored()
    {
        string copy = run.CopyTo(folder["runs"]);
        string info = Path.Combine(copy, "run.json");
        Files.Edit(info, ("data", folder["gone.csv"]));
        LabResult gone = Lab.Run("resume", "first", "--runs", folder["runs"]);
        Assert.Equal(ExitCodes.Usage, gone.Code);
        Assert.Contains(
            "gone.csv: the data that the run was started with was not found. If it was moved, give the new path with "
                + "--data PATH.",
            gone.Error,
            StringComparison.Ordinal
        );

        LabResult other = Lab.Run(
            "resume",
            "first",
            "--runs",
            folder["runs"],
            "--data",
            folder.Write("other.csv", MadeCsv.Of(57, 6))
        );
        Assert.Equal(ExitCodes.Usage, other.Code);
        Assert.Contains(
            "other.csv: found 399 images in Training and 42 in PublicTest, but the run was started with 392 and 42.",
            other.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(folder["gone.csv"], (string?)Files.Json(info)["data"]);

        LabResult found = Lab.Run("resume", "first", "--runs", folder["runs"], "--data", run.Csv);
        Assert.True(found.Code == ExitCodes.Done, found.Error);
        JsonObject kept = Files.Json(info);
        Assert.Equal(run.Csv, (string?)kept["data"]);
        Assert.Equal((string?)Files.Json(Path.Combine(run.Run, "run.json"))["started"], (string?)kept["started"]);
    }

    [Fact]
    public void A_damaged_run_file_or_checkpoint_ends_with_1_and_is_named()
    {
        string copy = run.CopyTo(folder["runs"]);
        string last = Path.Combine(copy, "last.safetensors");
        File.WriteAllBytes(last, File.ReadAllBytes(last)[..100]);
        LabResult cut = Lab.Run("resume", "first", "--runs", folder["runs"]);
        Assert.Equal(ExitCodes.SomeFailed, cut.Code);
        Assert.Contains(
            "last.safetensors: not a checkpoint in the safetensors format, or truncated: ",
            cut.Error,
            StringComparison.Ordinal
        );

        File.WriteAllText(Path.Combine(copy, "run.json"), "{ \"data\": ");
        LabResult json = Lab.Run("resume", "first", "--runs", folder["runs"]);
        Assert.Equal(ExitCodes.SomeFailed, json.Code);
        Assert.Contains("run.json: not a valid run.json: ", json.Error, StringComparison.Ordinal);
    }
}
