namespace Mien.Workers;

/// <summary>
/// Repeats calls of the server until they succeed, with growing pauses, and tells an observer once when the server goes
/// away and once when it is back. Thread-safe.
/// </summary>
internal sealed class PatientCalls(TimeProvider time, IWorkerObserver observer)
{
    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(5);

    private int isAway;

    /// <summary>Makes a call until it succeeds.</summary>
    /// <param name="call">The call; it may have had its effect although it has failed.</param>
    /// <param name="cancel">Ends the tries.</param>
    /// <exception cref="QueueException">An error that does not pass.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<T> UntilDoneAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancel)
    {
        for (TimeSpan pause = MinPause; ; pause = Longer(pause))
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                T result = await call(cancel);
                if (Interlocked.Exchange(ref isAway, 0) == 1)
                {
                    observer.ServerBack();
                }

                return result;
            }
            catch (QueueException e) when (e.IsTransient)
            {
                if (Interlocked.Exchange(ref isAway, 1) == 0)
                {
                    observer.ServerAway(e.Message);
                }
            }

            await Task.Delay(pause, time, cancel);
        }
    }

    /// <inheritdoc cref="UntilDoneAsync{T}"/>
    public Task UntilDoneAsync(Func<CancellationToken, Task> call, CancellationToken cancel) =>
        UntilDoneAsync(
            async token =>
            {
                await call(token);
                return true;
            },
            cancel
        );

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < MaxPause ? pause * 2 : MaxPause;
}
