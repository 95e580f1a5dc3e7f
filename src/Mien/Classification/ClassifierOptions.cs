namespace Mien;

/// <summary>How an <see cref="ExpressionClassifier"/> runs its network. Immutable.</summary>
public sealed record ClassifierOptions
{
    /// <summary>
    /// Threads that share the work of one run, the calling thread included; 0 (unless set) takes one a physical core.
    /// Set 1 where many threads classify at the same time.
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
    /// What the network is to run on; <see cref="InferenceDevice.Auto"/> unless set. What it does run on says
    /// <see cref="ExpressionClassifier.Device"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no known device.</exception>
    public InferenceDevice Device
    {
        get;
        init =>
            field = Enum.IsDefined(value)
                ? value
                : throw new ArgumentOutOfRangeException(
                    nameof(value),
                    value,
                    "Expected a device that this version knows: Auto, Cpu, Cuda."
                );
    }

    /// <summary>
    /// Whether waiting threads spin for a moment instead of sleeping at once (ONNX Runtime's
    /// <c>session.intra_op.allow_spinning</c>): shorter waits, paid for with processor time that other work may need.
    /// On unless set, as in ONNX Runtime.
    /// </summary>
    public bool Spinning { get; init; } = true;
}
