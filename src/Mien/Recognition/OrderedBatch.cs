using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Mien;

/// <summary>Works on many items at a time and gives the results in the items' order. Thread-safe.</summary>
internal static class OrderedBatch
{
    /// <summary>
    /// Items that are taken before their results are, as a multiple of those worked on at a time: one that takes long
    /// must not leave the other workers without work.
    /// </summary>
    private const int LookAhead = 4;

    /// <summary>
    /// Starts at most <paramref name="parallelism"/> items at a time, and takes no more than the look-ahead before the
    /// caller wants their results.
    /// </summary>
    /// <param name="source">The items; enumerated on another thread than the caller's.</param>
    /// <param name="work">Makes a result of an item. What it throws ends the enumeration, at the item's place.</param>
    /// <param name="parallelism">At least 1.</param>
    /// <param name="grace">
    /// How long work under way is waited for when all is ended; <see cref="Timeout.InfiniteTimeSpan"/>: until it ends.
    /// </param>
    /// <param name="cancellationToken">
    /// Begins no more items. What is under way is told, and still comes where it gives a result all the same; then an
    /// <see cref="OperationCanceledException"/> is thrown.
    /// </param>
    /// <returns>
    /// The results. When its enumerator is disposed of, early or not, nothing runs any more, but for what outlasts the
    /// grace.
    /// </returns>
    public static async IAsyncEnumerable<TResult> Run<T, TResult>(
        IAsyncEnumerable<T> source,
        Func<T, CancellationToken, Task<TResult>> work,
        int parallelism,
        TimeSpan grace,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // Not disposed of: what outlasts the grace still gives them back.
        var room = new SemaphoreSlim(parallelism * LookAhead);
        var slots = new SemaphoreSlim(parallelism);

        // The tasks in the items' order; there are never more than there is room for.
        var started = Channel.CreateUnbounded<Task<TResult>>(
            new UnboundedChannelOptions { SingleReader = true, SingleWriter = true }
        );
        Task producer = Task.Run(
            () => Produce(source, work, room, slots, started.Writer, stop.Token),
            CancellationToken.None
        );
        try
        {
            // Not ended by the token: the producer is, and then closes the channel.
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

    /// <summary>Starts the items; never throws: what goes wrong reaches the reader through the channel.</summary>
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
            // Room first: an item that is taken and cannot begin would be one too many.
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

    /// <summary>A result; after a cancellation it is waited for no longer than the grace.</summary>
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

    /// <summary>Waits for all that was begun.</summary>
    private static async Task End<TResult>(Task producer, ChannelReader<Task<TResult>> started)
    {
        await producer.ConfigureAwait(false);
        while (started.TryRead(out Task<TResult>? task))
        {
            // Only its end matters: an error there lies behind the place at which the caller stopped.
            await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
