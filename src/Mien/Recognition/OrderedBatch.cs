using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Mien;

/// <summary>Processes many items in parallel and returns the results in the order of the items. Thread-safe.</summary>
internal static class OrderedBatch
{
    /// <summary>
    /// The maximum number of pending items, as a multiple of the parallelism. With more pending items than workers, one
    /// slow item does not leave the other workers idle.
    /// </summary>
    public const int LookAhead = 4;

    /// <summary>
    /// Processes at most <paramref name="parallelism"/> items at a time, and stops taking items when the look-ahead is
    /// full of results that the caller has not fetched.
    /// </summary>
    /// <param name="source">The items; enumerated on another thread.</param>
    /// <param name="work">Processes an item. An exception ends the enumeration at the position of the item.</param>
    /// <param name="parallelism">The number of items processed at a time, at least 1.</param>
    /// <param name="grace">
    /// How long to wait for work in progress after a cancellation or an early exit;
    /// <see cref="Timeout.InfiniteTimeSpan"/> waits until it ends.
    /// </param>
    /// <param name="cancellationToken">
    /// Stops starting items and cancels those in progress. Items that complete anyway are still returned; then an
    /// <see cref="OperationCanceledException"/> is thrown.
    /// </param>
    /// <param name="lookAhead">
    /// The maximum number of items that were taken and whose results were not fetched, as a multiple of
    /// <paramref name="parallelism"/>.
    /// </param>
    /// <returns>
    /// The results. After its enumerator is disposed, early or not, no work runs any more, except work that exceeded
    /// the grace period.
    /// </returns>
    public static async IAsyncEnumerable<TResult> Run<T, TResult>(
        IAsyncEnumerable<T> source,
        Func<T, CancellationToken, Task<TResult>> work,
        int parallelism,
        TimeSpan grace,
        [EnumeratorCancellation] CancellationToken cancellationToken,
        int lookAhead = LookAhead
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // Not disposed: work that exceeds the grace period still releases them.
        var room = new SemaphoreSlim(parallelism * lookAhead);
        var slots = new SemaphoreSlim(parallelism);

        // The tasks in the order of the items. The room semaphore bounds their number, so the channel needs no bound.
        var started = Channel.CreateUnbounded<Task<TResult>>(
            new UnboundedChannelOptions { SingleReader = true, SingleWriter = true }
        );
        Task producer = Task.Run(
            () => Produce(source, work, room, slots, started.Writer, stop.Token),
            CancellationToken.None
        );
        try
        {
            // Not cancelled by the token: the producer is, and it then completes the channel.
            while (await started.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
            {
                while (started.Reader.TryRead(out Task<TResult>? task))
                {
                    yield return await InTime(task, grace, cancellationToken).ConfigureAwait(false);
                    room.Release();
                }
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            Task end = End(producer, started.Reader);
            await end.WaitAsync(grace, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Starts the items. Never throws: errors reach the reader through the channel.</summary>
    private static async Task Produce<T, TResult>(
        IAsyncEnumerable<T> source,
        Func<T, CancellationToken, Task<TResult>> work,
        SemaphoreSlim room,
        SemaphoreSlim slots,
        ChannelWriter<Task<TResult>> started,
        CancellationToken stop
    )
    {
        try
        {
            // Wait for room before taking an item, so that no more items are taken than the look-ahead allows.
            await room.WaitAsync(stop).ConfigureAwait(false);
            await foreach (T item in source.WithCancellation(stop).ConfigureAwait(false))
            {
                await slots.WaitAsync(stop).ConfigureAwait(false);
                started.TryWrite(InSlot(item));
                await room.WaitAsync(stop).ConfigureAwait(false);
            }

            started.Complete();
        }
        catch (Exception e)
        {
            // The reader sees the error after the results that precede it.
            started.Complete(e);
        }

        async Task<TResult> InSlot(T item)
        {
            try
            {
                return await work(item, stop).ConfigureAwait(false);
            }
            finally
            {
                slots.Release();
            }
        }
    }

    /// <summary>Waits for a result; after a cancellation, no longer than the grace period.</summary>
    private static async Task<TResult> InTime<TResult>(
        Task<TResult> task,
        TimeSpan grace,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            try
            {
                return await task.WaitAsync(grace, CancellationToken.None).ConfigureAwait(false);
            }
            catch (TimeoutException) when (!task.IsCompleted)
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }
    }

    /// <summary>Waits for all work that was started.</summary>
    private static async Task End<TResult>(Task producer, ChannelReader<Task<TResult>> started)
    {
        await producer.ConfigureAwait(false);
        while (started.TryRead(out Task<TResult>? task))
        {
            // Errors are ignored: they belong to items after the one at which the caller stopped.
            await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
