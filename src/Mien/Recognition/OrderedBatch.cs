using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Mien;

/// <summary>Works on many items at a time and gives the results in the items' order. Thread-safe.</summary>
internal static class OrderedBatch
{
    /// <summary>Results that wait for a slow one before them, as a multiple of the items worked on at a time.</summary>
    private const int LookAhead = 4;

    /// <summary>
    /// Starts at most <paramref name="parallelism"/> items at a time, and no more than the look-ahead before the caller
    /// wants them.
    /// </summary>
    /// <param name="source">The items; enumerated on another thread than the caller's.</param>
    /// <param name="work">Makes a result of an item. What it throws ends the enumeration, at the item's place.</param>
    /// <param name="parallelism">At least 1.</param>
    /// <param name="cancellationToken">Ends all.</param>
    /// <returns>The results. When its enumerator is disposed of, early or not, nothing runs any more.</returns>
    public static async IAsyncEnumerable<TResult> Run<T, TResult>(
        IAsyncEnumerable<T> source,
        Func<T, CancellationToken, Task<TResult>> work,
        int parallelism,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var slots = new SemaphoreSlim(parallelism);

        // The tasks in the items' order: the channel is full where the caller is slow, and then no further item begins.
        var started = Channel.CreateBounded<Task<TResult>>(
            new BoundedChannelOptions(parallelism * LookAhead) { SingleReader = true, SingleWriter = true }
        );
        Task producer = Task.Run(
            () => Produce(source, work, slots, started.Writer, stop.Token),
            CancellationToken.None
        );
        try
        {
            while (await started.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (started.Reader.TryRead(out Task<TResult>? task))
                {
                    yield return await task.ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await producer.ConfigureAwait(false);
            while (started.Reader.TryRead(out Task<TResult>? task))
            {
                // Only its end matters: an error there lies behind the place at which the caller stopped.
                await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Starts the items; never throws: what goes wrong reaches the reader through the channel.</summary>
    private static async Task Produce<T, TResult>(
        IAsyncEnumerable<T> source,
        Func<T, CancellationToken, Task<TResult>> work,
        SemaphoreSlim slots,
        ChannelWriter<Task<TResult>> started,
        CancellationToken stop
    )
    {
        try
        {
            await foreach (T item in source.WithCancellation(stop).ConfigureAwait(false))
            {
                await started.WaitToWriteAsync(stop).ConfigureAwait(false);
                await slots.WaitAsync(stop).ConfigureAwait(false);
                started.TryWrite(InSlot(item));
            }

            started.Complete();
        }
        catch (Exception e)
        {
            // After the results before it.
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
}
