namespace Mien;

/// <summary>What a network runs on.</summary>
public enum InferenceDevice
{
    /// <summary>
    /// <see cref="Cuda"/> where this build of ONNX Runtime has it and it works on this machine, else <see cref="Cpu"/>.
    /// Only a wish: what runs is one of the two.
    /// </summary>
    Auto,

    /// <summary>The processor, through ONNX Runtime's own kernels.</summary>
    Cpu,

    /// <summary>
    /// The first NVIDIA GPU, through CUDA. Needs a build of ONNX Runtime that has the provider (the package
    /// <c>Microsoft.ML.OnnxRuntime.Gpu</c> in place of <c>Microsoft.ML.OnnxRuntime</c>), CUDA and cuDNN.
    /// </summary>
    Cuda,
}
