using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Lab;

/// <summary><c>mien-lab info</c>: shows versions, libtorch and the devices for training.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var device = new DeviceOptions();
        var json = new Option<bool>("--json") { Description = "Write it as JSON." };
        var command = new Command(
            "info",
            "Shows which libtorch is used and where it is from, the devices that it finds, threads and allocator. "
                + "Fails if libtorch cannot be used, with the reason."
        )
        {
            json,
        };
        device.AddTo(command);
        command.SetAction(
            (result, _) =>
                Task.FromResult(
                    new InfoRun(CommandConsole.Of(result)).Execute(device.Of(result), result.GetValue(json))
                )
        );
        return command.WithExamples(
            ("mien-lab info", "show the libtorch that comes with mien-lab"),
            ("mien-lab info --libtorch venv/lib/python3.12/site-packages/torch", "check a PyTorch with CUDA"),
            ("mien-lab info --device cuda:1 --json", "fail unless there is a second GPU")
        );
    }
}
