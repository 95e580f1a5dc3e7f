using System.Diagnostics;
using System.Text.Json.Nodes;
using Mien.CommandLine;

namespace Mien.Lab.Tests;

/// <summary>Experiments whose trials are trained side by side, each in a process of its own.</summary>
public sealed class SideBySideTests : IDisposable
{
    private const string Plan = """
        {
          "name": "search",
          "recipe": { "network": "tiny.json", "threads": 1, "epochs": 4, "batchSize": 12, "ema": 0.95, "mixup": 0.2 },
          "vary": { "learningRate": [0.01, 0.1, 0.03] },
          "seeds": [1, 2],
          "halving": { "epochs": [2], "keep": 0.5 }
        }
        """;

    private readonly TempFolder folder = new();
    private readonly string csv;

    public SideBySideTests() => csv = folder.Write("made.csv", MadeCsv.Of(24, 2));

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Trials_side_by_side_give_the_same_report_as_one_after_the_other()
    {
        string file = MadeExperiment.Write(folder, Plan);
        LabResult alone = Run(file, "alone", "--quiet");
        Assert.True(alone.Code == ExitCodes.Done, alone.Error);
        LabResult jobs = Run(file, "jobs", "--jobs", "3");
        Assert.True(jobs.Code == ExitCodes.Done, jobs.Error);
        Assert.Equal(
            MadeExperiment.WithoutTimes(folder["alone/search/report.json"]),
            MadeExperiment.WithoutTimes(folder["jobs/search/report.json"])
        );
        Assert.Contains("4 done, 2 stopped; ", jobs.Out, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder["jobs"], "progress.json", SearchOption.AllDirectories));
        Assert.Equal(4, Lines(jobs.Error, "% in epoch ", without: "compared after"));
        Assert.EndsWith(
            " --jobs 3",
            (string)Files.Json(folder["jobs/search/experiment.json"])["options"]!,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_failed_trial_does_not_end_the_others()
    {
        string file = MadeExperiment.Write(
            folder,
            """
            {
              "name": "search",
              "recipe": { "network": "tiny.json", "threads": 1, "epochs": 2, "batchSize": 12, "warmupEpochs": 0 },
              "vary": { "learningRate": [1000, 0.1, 0.03] }
            }
            """
        );
        LabResult result = Run(file, "runs", "--jobs", "2");
        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains("2 done, 1 failed; ", result.Out, StringComparison.Ordinal);
        Assert.Contains("learningRate=1000,seed=1 failed: ", result.Error, StringComparison.Ordinal);
        Assert.NotEmpty(File.ReadAllText(folder["runs/search/learningRate=1000,seed=1/failed.txt"]));
    }

    [Fact]
    public async Task Interrupted_trials_stop_with_checkpoints_and_resume_to_the_same_report()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGINT.");
        string file = MadeExperiment.Write(
            folder,
            Plan.Replace("\"epochs\": 4", "\"epochs\": 40", StringComparison.Ordinal)
                .Replace("[2], \"keep\"", "[20], \"keep\"", StringComparison.Ordinal)
        );
        LabResult unbroken = Run(file, "unbroken", "--jobs", "2", "--quiet");
        Assert.True(unbroken.Code == ExitCodes.Done, unbroken.Error);
        using (Process process = Start(file))
        {
            await UntilAsync(() => Running().Count == 2, process);
            Interruption.Send(process);
            string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(ExitCodes.Interrupted, process.ExitCode);
            Assert.Contains(" --jobs 2\nInterrupted.\n", error, StringComparison.Ordinal);
        }

        // The processes of the trials have ended, with checkpoints.
        string[] begun = Directory.GetDirectories(folder["broken/search"]);
        Assert.NotEmpty(begun);
        Check.All(
            begun,
            run =>
            {
                Assert.False(new Training.RunFolder(run).IsLocked, run);
                Assert.True(File.Exists(Path.Combine(run, "last.safetensors")), run);
            }
        );
        using (Process process = Start(file))
        {
            await UntilAsync(() => Running().Count == 2, process);
            process.Kill(); // SIGKILL: the trials notice that their input has ended
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            await UntilAsync(() =>
                Directory.GetDirectories(folder["broken/search"]).All(r => !new Training.RunFolder(r).IsLocked)
            );
        }

        LabResult resumed = Run(file, "broken", "--jobs", "2", "--quiet");
        Assert.True(resumed.Code == ExitCodes.Done, resumed.Error);
        Assert.Equal(
            MadeExperiment.WithoutTimes(folder["unbroken/search/report.json"]),
            MadeExperiment.WithoutTimes(folder["broken/search/report.json"])
        );
    }

    private static int Lines(string text, string with, string without) =>
        text.Split('\n')
            .Count(l => l.Contains(with, StringComparison.Ordinal) && !l.Contains(without, StringComparison.Ordinal));

    private static async Task UntilAsync(Func<bool> condition, Process? process = null)
    {
        for (int i = 0; i < 1200 && process?.HasExited != true; i++)
        {
            if (condition())
            {
                return;
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Fail(process?.HasExited == true ? "The process has ended." : "This took too long.");
    }

    private JsonArray Running()
    {
        if (!File.Exists(folder["broken/search/experiment.json"]))
        {
            return [];
        }

        LabResult status = Lab.Run("experiment", "status", "search", "--runs", folder["broken"], "--json");
        return status.Code == ExitCodes.Done ? JsonNode.Parse(status.Out)!["runningTrials"]!.AsArray() : [];
    }

    private LabResult Run(string file, string runs, params string[] more) =>
        Lab.Run(["experiment", "run", file, "--data", csv, "--runs", folder[runs], .. more]);

    private Process Start(string file)
    {
        string dotnet =
            Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        string[] arguments = ["experiment", "run", file, "--data", csv, "--runs", folder["broken"], "--jobs", "2"];
        return Process.Start(
            new ProcessStartInfo(dotnet, [Path.Combine(AppContext.BaseDirectory, "mien-lab.dll"), .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardErrorEncoding = System.Text.Encoding.UTF8,
            }
        )!;
    }
}
