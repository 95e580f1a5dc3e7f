using System.Globalization;
using Mien.Training;

namespace Mien.Lab;

/// <summary>The device and the libtorch that a command was given.</summary>
/// <param name="Device">The value of <c>--device</c>.</param>
/// <param name="Folder">The value of <c>--libtorch</c>; <c>null</c> if it was not given.</param>
internal sealed record GivenDevice(string Device = "auto", string? Folder = null)
{
    /// <summary>The options that give the same to another process, or in a command line for the user.</summary>
    public IEnumerable<string> Arguments =>
        [
            .. Device == "auto" ? (string[])[] : ["--device", Device],
            .. Folder is null ? (string[])[] : ["--libtorch", Path.GetFullPath(Folder)],
        ];

    /// <summary>Checks the values before anything is read or loaded.</summary>
    /// <exception cref="TrainingException">The device is unknown, or there is no libtorch in the folder.</exception>
    public void Check()
    {
        DeviceRequest.Parse(Device);
        if (Folder is not null)
        {
            TorchFolder.Find(Folder, "--libtorch");
        }
    }

    /// <summary>Loads libtorch and chooses the device.</summary>
    /// <param name="threads">The number of threads; 0: one per core.</param>
    /// <exception cref="TrainingException">libtorch cannot be loaded, or the device does not exist.</exception>
    public ChosenDevice Use(int threads)
    {
        DeviceRequest request = DeviceRequest.Parse(Device);
        LibTorch.Initialize(threads, folder: Folder);
        return request.Choose();
    }

    /// <summary>Describes what was chosen, in one line.</summary>
    public static string Describe(ChosenDevice device)
    {
        int threads = TorchSharp.torch.get_num_threads();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Device: {device.Description}, {threads} {(threads == 1 ? "thread" : "threads")}"
                + $"{(device.Reason is { } reason ? $" ({reason})" : "")}."
        );
    }
}
