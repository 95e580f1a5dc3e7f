using System.Globalization;
using TorchSharp;

namespace Mien.Training;

/// <summary>
/// The device that a user asked for: <c>auto</c>, <c>cpu</c>, <c>cuda</c>, <c>cuda:N</c> or <c>mps</c>.
/// </summary>
/// <param name="Kind">The kind.</param>
/// <param name="Index">The number of the GPU, counted from 0; 0 for other kinds.</param>
internal readonly record struct DeviceRequest(DeviceKind Kind, int Index = 0)
{
    /// <summary>The values that <see cref="Parse"/> accepts, for help texts.</summary>
    public const string Values = "auto, cpu, cuda, cuda:N or mps";

    /// <summary>Reads the value of an option.</summary>
    /// <param name="text">The value.</param>
    /// <param name="isMac">Whether this is macOS, the only system with <c>mps</c>.</param>
    /// <exception cref="TrainingException"><c>badDevice</c>.</exception>
    public static DeviceRequest Parse(string text, bool? isMac = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        const string Numbered = "cuda:";
        return text switch
        {
            "auto" => new DeviceRequest(DeviceKind.Auto),
            "cpu" => new DeviceRequest(DeviceKind.Cpu),
            "cuda" => new DeviceRequest(DeviceKind.Cuda),
            "mps" when isMac ?? OperatingSystem.IsMacOS() => new DeviceRequest(DeviceKind.Mps),
            "mps" => throw Wrong("--device is 'mps', which only macOS has. Expected auto, cpu, cuda or cuda:N."),
            _ when text.StartsWith(Numbered, StringComparison.Ordinal)
                    && int.TryParse(
                        text[Numbered.Length..],
                        NumberStyles.None,
                        CultureInfo.InvariantCulture,
                        out int index
                    ) => new DeviceRequest(DeviceKind.Cuda, index),
            _ => throw Wrong($"--device is '{text}', expected {Values}."),
        };
    }

    /// <summary>Chooses the device, after <see cref="LibTorch.Initialize"/>.</summary>
    /// <exception cref="TrainingException">
    /// <c>noDevice</c>: the device does not exist; the message says why and what to do.
    /// </exception>
    public ChosenDevice Choose() => Choose(LibTorch.HasCudaLibraries, () => torch.cuda.is_available(), DeviceCount);

    /// <summary>The same with given answers about CUDA.</summary>
    /// <param name="hasLibraries">Whether the loaded libtorch was built for CUDA.</param>
    /// <param name="isAvailable">Whether libtorch finds a GPU; asked only with such a libtorch.</param>
    /// <param name="count">The number of GPUs, if there are any.</param>
    public ChosenDevice Choose(bool hasLibraries, Func<bool> isAvailable, Func<int> count)
    {
        ArgumentNullException.ThrowIfNull(isAvailable);
        ArgumentNullException.ThrowIfNull(count);
        if (Kind is DeviceKind.Cpu)
        {
            return new ChosenDevice(DeviceType.CPU, -1, null);
        }

        if (Kind is DeviceKind.Mps)
        {
            return new ChosenDevice(DeviceType.MPS, -1, "mps is untried with Mien");
        }

        string? why =
            !hasLibraries ? "libtorch was built for the CPU only"
            : !isAvailable() ? "libtorch finds no NVIDIA GPU"
            : null;
        if (why is not null)
        {
            return Kind == DeviceKind.Auto
                ? new ChosenDevice(DeviceType.CPU, -1, why)
                : throw NoDevice(
                    $"--device is '{this}', but {why}. "
                        + (
                            hasLibraries
                                ? "Check with 'nvidia-smi' that the driver is installed and recent enough for this "
                                    + "libtorch, and that CUDA_VISIBLE_DEVICES does not hide the GPU; "
                                : "Give the folder of a PyTorch or libtorch with CUDA with --libtorch DIR; "
                        )
                        + "'mien-lab info' shows what was found. 'cpu' trains without a GPU."
                );
        }

        int found = count();
        return Index < found
            ? new ChosenDevice(DeviceType.CUDA, Index, null)
            : throw NoDevice(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"--device is '{this}', but {found} {(found == 1 ? "GPU was" : "GPUs were")} found, expected "
                        + $"cuda:0 to cuda:{found - 1}."
                )
            );
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Kind switch
        {
            DeviceKind.Auto => "auto",
            DeviceKind.Cpu => "cpu",
            DeviceKind.Mps => "mps",
            _ => string.Create(CultureInfo.InvariantCulture, $"cuda:{Index}"),
        };

    private static int DeviceCount() => torch.cuda.device_count();

    private static TrainingException Wrong(string message) => new(ErrorKind.BadUsage, "badDevice", message);

    private static TrainingException NoDevice(string message) => new(ErrorKind.BadUsage, "noDevice", message);
}
