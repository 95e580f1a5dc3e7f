using System.CommandLine;
using Mien.CommandLine;
using Mien.Training;

namespace Mien.Lab;

/// <summary>The options for the device and for libtorch. Every command creates its own.</summary>
internal sealed class DeviceOptions
{
    private readonly Option<string> device = new Option<string>("--device")
    {
        Description =
            "Where to train: cpu, cuda or cuda:N (an NVIDIA GPU), mps (macOS, untried), or auto: cuda if libtorch "
            + "finds it, otherwise cpu.",
        HelpName = "DEVICE",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<string?> libTorch = new("--libtorch")
    {
        Description =
            "The folder of another libtorch, or of Python's package 'torch', to use instead of the one that comes "
            + $"with mien-lab; by default ${LibTorch.FolderVariable}. 'mien-lab info' shows what is used.",
        HelpName = "DIR",
    };

    public DeviceOptions() => device.CompletionSources.Add("auto", "cpu", "cuda", "mps");

    public void AddTo(Command command) => command.AddSection("Device", [device, libTorch]);

    public GivenDevice Of(ParseResult result) => new(result.GetValue(device)!, result.GetValue(libTorch));
}
