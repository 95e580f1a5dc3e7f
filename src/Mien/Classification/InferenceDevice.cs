namespace Mien;

/// <summary>The device that a network runs on.</summary>
public enum InferenceDevice
{
    /// <summary>
    /// <see cref="Cuda"/> if this build of ONNX Runtime supports it and it works on this machine, otherwise
    /// <see cref="Cpu"/>. A request only, never the device in use.
    /// </summary>
    Auto,

    /// <summary>The CPU, with the default execution provider of ONNX Runtime.</summary>
    Cpu,

    /// <summary>
    /// The first NVIDIA GPU, through CUDA. Requires CUDA, cuDNN and a build of ONNX Runtime with the CUDA provider: the
    /// package <c>Microsoft.ML.OnnxRuntime.Gpu</c> instead of <c>Microsoft.ML.OnnxRuntime</c>.
    /// </summary>
    Cuda,

    /// <summary>
    /// Apple's Core ML, which uses the neural engine or the GPU; a Mac. ONNX Runtime's package for macOS contains it.
    /// Untried, and therefore never chosen by <see cref="Auto"/>.
    /// </summary>
    CoreMl,
}
