using System.Diagnostics;
using System.Text.Json.Nodes;
using Mien.CommandLine;
using Mien.Training;

namespace Mien.Lab.Tests;

/// <summary>The options <c>--device</c> and <c>--libtorch</c>, and <c>mien-lab info</c>.</summary>
public sealed class DeviceTests(TrainedRun trained) : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_run_folder_stores_the_device_and_the_version_of_libtorch()
    {
        JsonObject run = Files.Json(Path.Combine(trained.Run, "run.json"));
        Assert.Equal("cpu", (string?)run["device"]);
        Assert.Equal(LibTorch.Version?.ToString(), (string?)run["libTorch"]);
        Assert.Contains("Device: cpu, 1 thread", trained.Result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_is_resumed_on_another_device_names_both()
    {
        string copy = trained.CopyTo(folder["runs"]);
        string file = Path.Combine(copy, "run.json");
        JsonObject run = Files.Json(file);
        run["device"] = "cuda:0 (NVIDIA H100)";
        File.WriteAllText(file, run.ToJsonString());
        LabResult resumed = Lab.Run("resume", TrainedRun.Name, "--runs", folder["runs"], "--device", "cpu");
        Assert.True(resumed.Code == ExitCodes.Done, resumed.Error);
        Assert.Equal("cuda:0 (NVIDIA H100), then cpu", (string?)Files.Json(file)["device"]);

        // Once more on the same device changes nothing.
        Assert.Equal(ExitCodes.Done, Lab.Run("resume", TrainedRun.Name, "--runs", folder["runs"]).Code);
        Assert.Equal("cuda:0 (NVIDIA H100), then cpu", (string?)Files.Json(file)["device"]);
    }

    [Theory]
    [InlineData("gpu", "error: --device is 'gpu', expected auto, cpu, cuda, cuda:N or mps.\n")]
    [InlineData("cuda:1", "error: --device is 'cuda:1', but libtorch was built for the CPU only. Give the folder of ")]
    [InlineData("cuda", "error: --device is 'cuda:0', but libtorch was built for the CPU only. Give the folder of ")]
    public void A_device_that_is_not_there_is_wrong_usage_and_writes_nothing(string device, string message)
    {
        string[][] commands =
        [
            ["train", trained.Recipe, "--data", trained.Csv, "--runs", folder["runs"], "--device", device],
            ["info", "--device", device],
        ];
        Check.All(
            commands,
            command =>
            {
                LabResult result = Lab.Run(command);
                Assert.Equal(ExitCodes.Usage, result.Code);
                Assert.Contains(message, result.Error, StringComparison.Ordinal);
            }
        );
        Assert.False(Directory.Exists(folder["runs"]) && Directory.GetDirectories(folder["runs"]).Length > 0);
    }

    [Fact]
    public void A_folder_without_libtorch_is_wrong_usage_before_anything_is_read()
    {
        Directory.CreateDirectory(folder["empty"]);
        string[][] commands =
        [
            ["train", trained.Recipe, "--data", "nowhere.csv"],
            ["resume", "nothing"],
            ["experiment", "run", "nowhere.json"],
            ["info"],
        ];
        Check.All(
            commands,
            command =>
            {
                LabResult result = Lab.Run([.. command, "--libtorch", folder["empty"]]);
                Assert.Equal(ExitCodes.Usage, result.Code);
                Assert.StartsWith("error: --libtorch: there is no libtorch (", result.Error, StringComparison.Ordinal);
            }
        );
    }

    [Fact]
    public void Info_shows_libtorch_and_the_devices_as_text_and_json()
    {
        LabResult text = Lab.Run("info");
        Assert.True(text.Code == ExitCodes.Done, text.Error);
        Assert.Contains($"libtorch    {LibTorch.Version}, for the CPU\n", text.Out, StringComparison.Ordinal);
        Assert.Contains(
            $"from        {LibTorch.LoadedFrom} (comes with mien-lab)\n",
            text.Out,
            StringComparison.Ordinal
        );
        Assert.Contains("used        cpu (libtorch was built for the CPU only)\n", text.Out, StringComparison.Ordinal);

        JsonNode json = JsonNode.Parse(Lab.Run("info", "--json", "--device", "cpu").Out)!;
        Assert.Equal("cpu", (string?)json["device"]);
        Assert.Null(json["reason"]);
        Assert.Equal("cpu", (string?)json["devices"]![0]);
        Assert.Equal(LibTorch.LoadedFrom, (string?)json["from"]);
        Assert.True((bool)json["isBundled"]!);
        Assert.False((bool)json["builtForCuda"]!);
        Assert.Equal(Environment.ProcessorCount, (int)json["cores"]!);
    }

    /// <summary>
    /// Another copy of libtorch, in a folder like that of Python's package: the one that comes with mien-lab must not
    /// be loaded beside it, which would end the process. In processes of their own, since a process has one libtorch.
    /// </summary>
    [Fact]
    public async Task A_network_is_trained_with_another_libtorch_given_as_an_option_or_a_variable()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsWindows(), "On macOS there is no other one.");
        string other = folder["site-packages/torch/lib"];
        Directory.CreateDirectory(other);
        foreach (string file in Directory.GetFiles(LibTorch.LoadedFrom!))
        {
            string name = Path.GetFileName(file);
            if (!name.Contains("python", StringComparison.Ordinal) && !name.Contains("test", StringComparison.Ordinal))
            {
                File.Copy(file, Path.Combine(other, name));
            }
        }

        folder.Write("site-packages/torch/version.py", "__version__ = '2.10.0+cpu'\n");
        (int code, string output) = await RunAsync(null, "info", "--json", "--libtorch", folder["site-packages"]);
        Assert.True(code == ExitCodes.Done, output);
        JsonNode info = JsonNode.Parse(output)!;
        Assert.Equal(other, (string?)info["from"]);
        Assert.False((bool)info["isBundled"]!);

        (code, output) = await RunAsync(
            folder["site-packages"],
            "train",
            trained.Recipe,
            "--data",
            trained.Csv,
            "--runs",
            folder["runs"],
            "--name",
            "other",
            "--quiet"
        );
        Assert.True(code == ExitCodes.Done, output);

        // The same version of libtorch gives the same weights on one thread.
        SortedDictionary<string, byte[]> expected = Files.Weights(Path.Combine(trained.Run, "last.safetensors"));
        SortedDictionary<string, byte[]> found = Files.Weights(folder["runs/other/last.safetensors"]);
        Check.All(expected, t => Assert.True(t.Value.AsSpan().SequenceEqual(found[t.Key]), $"{t.Key} differs"));
    }

    private static async Task<(int Code, string Output)> RunAsync(string? libTorch, params string[] arguments)
    {
        string dotnet =
            Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo(dotnet, [Path.Combine(AppContext.BaseDirectory, "mien-lab.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[LibTorch.FolderVariable] = libTorch;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, process.ExitCode == 0 ? output : output + await error);
    }
}
