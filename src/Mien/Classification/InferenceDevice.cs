namespace Mien;

/// <summary>What a network runs on.</summary>
public enum InferenceDevice
{
    /// <summary>The processor, through ONNX Runtime's own kernels.</summary>
    Cpu,
}
