namespace Mien;

/// <summary>Options for running the network of an <see cref="ExpressionClassifier"/>. Immutable.</summary>
public sealed record ClassifierOptions
{
    /// <summary>
    /// The number of threads for one run of the network, including the calling thread. The default 0 uses one thread
    /// per physical core. Set 1 if many threads classify at the same time.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Threads
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>
    /// The requested device; the default is <see cref="InferenceDevice.Auto"/>.
    /// <see cref="ExpressionClassifier.Device"/> gives the device in use.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a known device.</exception>
    public InferenceDevice Device
    {
        get;
        init =>
            field = Enum.IsDefined(value)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected Auto, Cpu, Cuda or CoreMl.");
    }

    /// <summary>
    /// Whether waiting threads spin briefly before they sleep (<c>session.intra_op.allow_spinning</c> of ONNX Runtime).
    /// Spinning lowers the latency but takes processor time from other work. The default is <see langword="true"/>, as
    /// in ONNX Runtime.
    /// </summary>
    public bool Spinning { get; init; } = true;
}
