using System.Globalization;
using TorchSharp;

namespace Mien.Training;

/// <summary>The device of a training.</summary>
/// <param name="Type">The kind of device.</param>
/// <param name="Index">The number of the GPU; −1 for other devices.</param>
/// <param name="Reason">Why it was chosen, for the user; <c>null</c> if there is nothing to say.</param>
internal sealed record ChosenDevice(DeviceType Type, int Index, string? Reason)
{
    /// <summary>The device's name: <c>cpu</c>, <c>cuda:0</c>, <c>mps</c>.</summary>
    public string Name =>
        Type == DeviceType.CUDA
            ? string.Create(CultureInfo.InvariantCulture, $"cuda:{Index}")
            : Type.ToString().ToLowerInvariant();

    /// <summary>The device with the model of the GPU, if it is known.</summary>
    public string Description =>
        Type == DeviceType.CUDA && CudaDriver.NameOf(Index) is { } model ? $"{Name} ({model})" : Name;

    /// <summary>Waits until a GPU has finished its work.</summary>
    public void Wait()
    {
        if (Type == DeviceType.CUDA)
        {
            torch.cuda.synchronize(ToTorch());
        }
    }

    /// <summary>TorchSharp's object for it.</summary>
    public torch.Device ToTorch() =>
        Type == DeviceType.CUDA ? new torch.Device(DeviceType.CUDA, Index) : new torch.Device(Type);
}
