using System.Text.Json;
using Mien.CommandLine;
using Mien.Training;

namespace Mien.Lab.Tests;

/// <summary>A full disk ends a command with the file's name, and what was there before stays.</summary>
public sealed class DiskFullTests(TrainedRun run) : IDisposable
{
    private const string Full = "the disk is full, so the file cannot be written.";

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_training_keeps_its_checkpoint()
    {
        string runs = folder["runs"],
            last = Path.Combine(runs, "full", "last.safetensors");
        string[] train = ["train", run.Recipe, "--data", run.Csv, "--runs", runs, "--name", "full", "--quiet"];
        int written = 0;
        LabResult result;
        using (new FullDisk(0, f => f == last && ++written > 1))
        {
            result = Lab.Run(train);
        }

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.StartsWith($"error: {last}: {Full}", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Out);
        Assert.Single(CheckpointReader.Read(last).State.History);
        Assert.Empty(Directory.GetFiles(runs, "*.part", SearchOption.AllDirectories));

        LabResult resumed = Lab.Run("resume", "full", "--runs", runs, "--quiet");
        Assert.True(resumed.Code == ExitCodes.Done, resumed.Error);
        Assert.Equal(Files.Weights(Path.Combine(run.Run, "last.safetensors")), Files.Weights(last));
    }

    [Theory]
    [InlineData("export", "first", "--output", "m.onnx")]
    [InlineData("data", "info", "--sheet", "m.png")]
    public void Other_files_stay_as_they_were(params string[] command)
    {
        string file = folder.Write(command[^1], "former");
        string[] more =
            command[0] == "export" ? ["--runs", Path.GetDirectoryName(run.Run)!, "--quiet"] : ["--data", run.Csv];
        LabResult result;
        using (new FullDisk(100))
        {
            result = Lab.Run([.. command[..^1], file, .. more]);
        }

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains($"{Full}", result.Error, StringComparison.Ordinal);
        Assert.Contains(file, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("written to", result.Error, StringComparison.Ordinal);
        Assert.Equal("former", File.ReadAllText(file));
        Assert.Equal([file], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void An_experiment_ends_and_does_not_count_the_trial_as_failed()
    {
        string file = folder.Write(
            "study.json",
            $$"""
            {
              "recipe": {
                "network": {{JsonSerializer.Serialize(run.Network)}}, "threads": 1, "epochs": 1, "batchSize": 56
              },
              "seeds": [1, 2]
            }
            """
        );
        string[] command = ["experiment", "run", file, "--data", run.Csv, "--runs", folder["runs"], "--quiet"];
        LabResult full;
        using (new FullDisk(0, f => f.EndsWith("last.safetensors", StringComparison.Ordinal)))
        {
            full = Lab.Run(command);
        }

        Assert.Equal(ExitCodes.SomeFailed, full.Code);
        Assert.Contains($"last.safetensors: {Full}", full.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder["runs"], "failed.txt", SearchOption.AllDirectories));

        LabResult goneOn = Lab.Run(command);
        Assert.True(goneOn.Code == ExitCodes.Done, goneOn.Error);
    }
}
