namespace Mien;

/// <summary>The device that a network runs on.</summary>
public enum InferenceDevice
{
    /// <summary>
    /// <see cref="Cuda"/> if this build of ONNX Runtime supports it and it works on this machine, otherwise
    /// <see cref="Cpu"/>. A request only: the device in use is one of the two.
    /// </summary>
    Auto,

    /// <summary>The CPU, with the default execution provider of ONNX Runtime.</summary>
    Cpu,

    /// <summary>
    /// The first NVIDIA GPU, through CUDA. Requires CUDA, cuDNN and a build of ONNX Runtime with the CUDA provider: the
    /// package <c>Microsoft.ML.OnnxRuntime.Gpu</c> instead of <c>Microsoft.ML.OnnxRuntime</c>.
    /// </summary>
    Cuda,
}
