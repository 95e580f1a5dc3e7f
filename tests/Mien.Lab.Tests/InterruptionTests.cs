using System.Diagnostics;
using System.Text.Json;
using Mien.CommandLine;
using Mien.Training;

namespace Mien.Lab.Tests;

/// <summary>The built program, started in a process of its own and stopped in the middle of a training.</summary>
public sealed class InterruptionTests : IDisposable
{
    private const int Epochs = 12; // enough that a fast machine is still training when the signal arrives

    private readonly TempFolder folder = new();
    private readonly string recipe;
    private readonly string csv;

    /// <summary>
    /// A recipe with everything that a checkpoint must restore: momentum, moving average, dropout, mixup, and a warm-up
    /// that ends within an epoch.
    /// </summary>
    public InterruptionTests()
    {
        csv = folder.Write("made.csv", MadeCsv.Of(24, 2));
        string network = folder.Write(
            "slow.json",
            """
            {
              "name": "slow",
              "input": { "width": 32, "height": 32 },
              "layers": [
                { "type": "conv", "filters": 16, "kernel": 3 },
                { "type": "batchNorm" },
                { "type": "relu" },
                { "type": "dropout", "rate": 0.25 },
                { "type": "conv", "filters": 24, "kernel": 3 },
                { "type": "batchNorm" },
                { "type": "relu" },
                { "type": "globalAveragePool" },
                { "type": "dense", "units": 7 }
              ]
            }
            """
        );
        recipe = folder.Write(
            "slow-recipe.json",
            $$"""
            {
              "network": {{JsonSerializer.Serialize(network)}},
              "threads": 1, "epochs": {{Epochs}}, "batchSize": 12, "learningRate": 0.05, "warmupEpochs": 1.5,
              "ema": 0.95, "mixup": 0.2, "erasing": 0.5, "brightness": 0.1, "labelSmoothing": 0.1
            }
            """
        );
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_training_resumed_after_a_kill_or_an_interruption_gives_bit_identical_weights()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has neither SIGKILL nor SIGINT.");

        LabResult unbroken = Lab.Run(
            "train",
            recipe,
            "--data",
            csv,
            "--runs",
            folder["runs"],
            "--name",
            "unbroken",
            "--quiet"
        );
        Assert.True(unbroken.Code == ExitCodes.Done, unbroken.Error);
        SortedDictionary<string, byte[]> expected = Files.Weights(Checkpoint("unbroken"));
        Assert.Contains(expected.Keys, k => k.StartsWith("ema.", StringComparison.Ordinal));

        using (Process killed = Start("killed"))
        {
            await UntilEpochAsync(killed, 1);
            killed.Kill(); // SIGKILL
            await killed.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(128 + 9, killed.ExitCode);
        }

        TrainingState state = CheckpointReader.Read(Checkpoint("killed")).State;
        Assert.InRange(state.History.Count, 1, Epochs - 1);
        Assert.Equal(state.History.Count * 14, state.Step);
        LabResult resumed = Lab.Run("resume", "killed", "--runs", folder["runs"]);
        Assert.True(resumed.Code == ExitCodes.Done, resumed.Error);
        Assert.Contains(
            $"Resuming from step {state.Step} of {Epochs * 14}.\n",
            resumed.Error,
            StringComparison.Ordinal
        );
        AssertSame(expected, "killed");

        using (Process interrupted = Start("interrupted"))
        {
            await UntilEpochAsync(interrupted, 1);
            Interruption.Send(interrupted);
            string error = await interrupted.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await interrupted.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(ExitCodes.Interrupted, interrupted.ExitCode);
            Assert.Contains(Interruption.Message + "\n", error, StringComparison.Ordinal);
            long step = CheckpointReader.Read(Checkpoint("interrupted")).State.Step;
            Assert.InRange(step, 14, (Epochs * 14) - 1);
            Assert.EndsWith(
                $"A checkpoint was written at step {step} of {Epochs * 14}. Resume with: mien-lab "
                    + $"resume \"{folder["runs/interrupted"]}\"\nInterrupted.\n",
                error,
                StringComparison.Ordinal
            );
        }

        LabResult resumedAgain = Lab.Run("resume", "interrupted", "--runs", folder["runs"]);
        Assert.True(resumedAgain.Code == ExitCodes.Done, resumedAgain.Error);
        AssertSame(expected, "interrupted");
        Assert.Equal(Epochs + 1, File.ReadAllLines(folder["runs/interrupted/history.csv"]).Length);
    }

    private static async Task UntilEpochAsync(Process process, int epoch)
    {
        // The line of an epoch is written after its checkpoint.
        string all = "";
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            all += line + "\n";
            if (line.StartsWith($"epoch   {epoch}/", StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"The training ended before epoch {epoch}:\n{all}");
    }

    private void AssertSame(SortedDictionary<string, byte[]> expected, string name)
    {
        SortedDictionary<string, byte[]> found = Files.Weights(Checkpoint(name));
        Assert.Equal(expected.Keys, found.Keys);
        Check.All(
            expected,
            t => Assert.True(t.Value.AsSpan().SequenceEqual(found[t.Key]), $"'{name}': {t.Key} differs")
        );
    }

    private string Checkpoint(string name) => Path.Combine(folder["runs"], name, "last.safetensors");

    private Process Start(string name)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "mien-lab.dll");
        string dotnet =
            Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        return Process.Start(
            new ProcessStartInfo(
                dotnet,
                [program, "train", recipe, "--data", csv, "--runs", folder["runs"], "--name", name]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardErrorEncoding = System.Text.Encoding.UTF8,
            }
        )!;
    }
}
