namespace Mien.Workers;

/// <summary>
/// The time that a worker has in the end, for giving its shard back and for its lists of files together. Thread-safe.
/// </summary>
internal sealed class WorkerEnding(TimeProvider time, TimeSpan length) : IDisposable
{
    private readonly CancellationTokenSource limit = new(Timeout.InfiniteTimeSpan, time);
    private int hasBegun;

    /// <summary>Begins the time, unless it has begun.</summary>
    /// <returns>Its end.</returns>
    public CancellationToken Begin()
    {
        if (Interlocked.Exchange(ref hasBegun, 1) == 0)
        {
            limit.CancelAfter(length);
        }

        return limit.Token;
    }

    public void Dispose() => limit.Dispose();
}
