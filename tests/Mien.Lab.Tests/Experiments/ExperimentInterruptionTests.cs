using System.Diagnostics;
using System.Text.Json.Nodes;
using Mien.CommandLine;

namespace Mien.Lab.Tests;

/// <summary>
/// The built program during an experiment: status requests, a kill, an interruption, and resuming.
/// </summary>
public sealed class ExperimentInterruptionTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string file;
    private readonly string csv;

    public ExperimentInterruptionTests()
    {
        csv = folder.Write("made.csv", MadeCsv.Of(24, 2));
        file = MadeExperiment.Write(
            folder,
            """
            {
              "name": "search",
              "recipe": { "network": "tiny.json", "threads": 1, "epochs": 10, "batchSize": 12, "ema": 0.95,
                "mixup": 0.2 },
              "set": { "network.conv1.filters": 16, "network.input.size": 32 },
              "vary": { "learningRate": [0.01, 0.1, 0.03] },
              "seeds": [1, 2],
              "halving": { "epochs": [2], "keep": 0.5 }
            }
            """
        );
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_experiment_resumed_after_a_kill_or_an_interruption_gives_the_same_ranking_and_shows_progress()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has neither SIGKILL nor SIGINT.");

        LabResult unbroken = Lab.Run("experiment", "run", file, "--data", csv, "--runs", folder["unbroken"], "--quiet");
        Assert.True(unbroken.Code == ExitCodes.Done, unbroken.Error);
        Assert.Contains("4 done, 2 stopped; ", unbroken.Out, StringComparison.Ordinal);

        using (Process killed = Start())
        {
            await UntilTrialEndsAsync(killed);
            JsonNode report = await RunningReportAsync(killed);
            killed.Kill(); // SIGKILL
            await killed.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(128 + 9, killed.ExitCode);
            Assert.False((bool)report["isComplete"]!);
            Assert.Equal(10, (int)report["running"]!["epochs"]!);
            Assert.StartsWith("learningRate=", (string)report["running"]!["trial"]!, StringComparison.Ordinal);
        }

        LabResult status = Status();
        Assert.DoesNotContain("running", status.Out, StringComparison.Ordinal);
        Assert.Contains(
            "Nothing is being trained. Resume with: mien-lab experiment run ",
            status.Out,
            StringComparison.Ordinal
        );

        using (Process interrupted = Start())
        {
            await UntilTrialEndsAsync(interrupted);
            LabResult busy = Lab.Run("experiment", "run", file, "--runs", folder["broken"]);
            Interruption.Send(interrupted);
            string error = await interrupted.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await interrupted.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(ExitCodes.Interrupted, interrupted.ExitCode);
            Assert.Contains(Interruption.Message + "\n", error, StringComparison.Ordinal);
            Assert.Contains(
                $"Resume with: mien-lab experiment run \"{file}\" --runs \"{folder["broken"]}\"\nInterrupted.\n",
                error,
                StringComparison.Ordinal
            );
            Assert.Equal(ExitCodes.Usage, busy.Code);
            Assert.Contains($": another run, process {interrupted.Id} (", busy.Error, StringComparison.Ordinal);
        }

        LabResult resumed = Lab.Run("experiment", "run", file, "--runs", folder["broken"]);
        Assert.True(resumed.Code == ExitCodes.Done, resumed.Error);
        Assert.Equal(
            MadeExperiment.WithoutTimes(folder["unbroken/search/report.json"]),
            MadeExperiment.WithoutTimes(folder["broken/search/report.json"])
        );
    }

    private static async Task UntilTrialEndsAsync(Process process)
    {
        string all = "";
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            all += line + "\n";
            if (line.StartsWith('[') && line.Contains(" in epoch ", StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"The experiment ended before a trial did:\n{all}");
    }

    /// <summary>The report while the process trains. Requested again if no trial is running at that moment.</summary>
    private async Task<JsonNode> RunningReportAsync(Process process)
    {
        while (!process.HasExited)
        {
            LabResult status = Lab.Run("experiment", "status", "search", "--runs", folder["broken"], "--json");
            Assert.True(status.Code == ExitCodes.Done, status.Error);
            JsonNode report = JsonNode.Parse(status.Out)!;
            if (
                report["running"] is not null
                && report["configurations"]!
                    .AsArray()
                    .SelectMany(s => s!["trials"]!.AsArray())
                    .Any(t => (string)t!["state"]! == "Running")
            )
            {
                Assert.Contains("running: learningRate=", Status().Out, StringComparison.Ordinal);
                return report;
            }

            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.Fail("The experiment ended before it was seen running.");
        return null!;
    }

    private LabResult Status() => Lab.Run("experiment", "status", "search", "--runs", folder["broken"]);

    private Process Start()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "mien-lab.dll");
        string dotnet =
            Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        return Process.Start(
            new ProcessStartInfo(
                dotnet,
                [program, "experiment", "run", file, "--data", csv, "--runs", folder["broken"]]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardErrorEncoding = System.Text.Encoding.UTF8,
            }
        )!;
    }
}
