using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Mien.CommandLine;
using Mien.Training;
using TorchSharp;

namespace Mien.Lab;

/// <summary>Shows what trainings would use on this machine.</summary>
internal sealed class InfoRun(CommandConsole console)
{
    /// <summary>Runs the command.</summary>
    /// <returns>The exit code.</returns>
    public int Execute(GivenDevice given, bool json)
    {
        given.Check();
        ChosenDevice device = given.Use(threads: 0);
        bool cuda = LibTorch.HasCudaLibraries && torch.cuda.is_available();
        string[] devices =
        [
            "cpu",
            .. Enumerable
                .Range(0, cuda ? torch.cuda.device_count() : 0)
                .Select(i => new ChosenDevice(DeviceType.CUDA, i, null).Description),
            .. torch.mps_is_available() ? (string[])["mps"] : [],
        ];
        var info = new
        {
            Mien = Versions.Mien,
            TorchSharp = Versions.TorchSharp,
            LibTorch = LibTorch.Version?.ToString(),
            From = LibTorch.LoadedFrom,
            IsBundled = given.Folder is null
                && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(LibTorch.FolderVariable)),
            BuiltForCuda = LibTorch.HasCudaLibraries,
            Device = device.Name,
            Reason = device.Reason,
            Devices = devices,
            Threads = torch.get_num_threads(),
            Cores = Environment.ProcessorCount,
            AllocatorTuned = LibTorch.AllocatorTuned,
            Note = LibTorch.Notice,
            Runtime = RuntimeInformation.FrameworkDescription,
            System = RuntimeInformation.OSDescription,
            Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
        };
        if (json)
        {
            console.Out.WriteLine(JsonSerializer.Serialize(info, ReadableJson.Options));
            return ExitCodes.Done;
        }

        string from = info.IsBundled ? " (comes with mien-lab)" : "";
        string reason = info.Reason is null ? "" : $" ({info.Reason})";
        Row("mien-lab", info.Mien);
        Row("TorchSharp", info.TorchSharp);
        Row("libtorch", $"{info.LibTorch ?? "unknown version"}, {(info.BuiltForCuda ? "with CUDA" : "for the CPU")}");
        Row("from", $"{info.From ?? "unknown"}{from}");
        Row("devices", string.Join(", ", info.Devices));
        Row("used", info.Device + reason);
        Row("threads", string.Create(CultureInfo.InvariantCulture, $"{info.Threads} on {info.Cores} cores"));
        Row("allocator", info.AllocatorTuned ? "tuned for training" : "the system's settings");
        Row("system", $"{info.System}, {info.Architecture}, {info.Runtime}");
        if (info.Note is { } note)
        {
            Row("note", note);
        }

        if (LibTorch.Version is { } version && version.Minor > TorchFolder.MaxTriedVersion.Minor)
        {
            Row("note", $"libtorch {version} is untried; trainings ran with {TorchFolder.MaxTriedVersion} and older.");
        }

        return ExitCodes.Done;
    }

    private void Row(string name, string value) => console.Out.WriteLine($"{name, -12}{value}");
}
