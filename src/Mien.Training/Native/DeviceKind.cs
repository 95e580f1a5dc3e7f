namespace Mien.Training;

/// <summary>A kind of device for training.</summary>
internal enum DeviceKind
{
    /// <summary>CUDA if libtorch finds it, otherwise the CPU.</summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU.</summary>
    Cuda,

    /// <summary>The GPU of a Mac with Apple silicon.</summary>
    Mps,
}
