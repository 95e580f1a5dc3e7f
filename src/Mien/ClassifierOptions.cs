namespace Mien;

/// <summary>How an <see cref="ExpressionClassifier"/> runs its network. Immutable.</summary>
public sealed record ClassifierOptions
{
    /// <summary>
    /// Threads that share the work of one run, the calling thread included; 0 (unless set) takes one a physical core. Set 1
    /// where many threads classify at the same time.
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

    /// <summary>What the network runs on.</summary>
    public InferenceDevice Device { get; init; } = InferenceDevice.Cpu;

    /// <summary>
    /// Whether waiting threads spin for a moment instead of sleeping at once: quicker where images come one by one, at the
    /// cost of processor time that other work may need. On unless set.
    /// </summary>
    public bool Spinning { get; init; } = true;
}
