namespace Mien.Workers;

/// <summary>How far the processing of a shard is, to notice that it hangs. Thread-safe.</summary>
internal sealed class ShardProgress(TimeProvider time) : IProgress<int>
{
    private int done;
    private long changed = time.GetTimestamp();

    /// <summary>Reports the number of photos that are done.</summary>
    public void Report(int value)
    {
        if (Interlocked.Exchange(ref done, value) != value)
        {
            Volatile.Write(ref changed, time.GetTimestamp());
        }
    }

    /// <summary>Has a shard processed, but does not wait for ever: the decoder of a photo may hang.</summary>
    /// <returns>
    /// The outcome; <see langword="null"/> if the processing hangs, or does not end after it was cancelled. Then it may
    /// still be running.
    /// </returns>
    public static async Task<ShardOutcome?> RunAsync(
        WorkerContext context,
        JobDescription job,
        ShardManifest shard,
        CancellationToken cancel
    )
    {
        var progress = new ShardProgress(context.Time);
        using var ended = new CancellationTokenSource();
        Task<ShardOutcome> processing = context.Processor.ProcessAsync(job, shard, progress, cancel);
        Task hung = progress.UntilHungAsync(context.Options, cancel, ended.Token);
        await Task.WhenAny(processing, hung);
        if (!processing.IsCompleted)
        {
            return null;
        }

        ended.Cancel();
        await hung;
        return await processing;
    }

    /// <summary>Waits until nothing has been reported for too long.</summary>
    private async Task UntilHungAsync(WorkerOptions options, CancellationToken cancel, CancellationToken ended)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, ended);
        try
        {
            for (TimeSpan left = options.MaxStall; left > TimeSpan.Zero; left = options.MaxStall - Idle())
            {
                await Task.Delay(left, time, either.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // A part of the time is left for giving the shard back.
            await Task.Delay(options.GiveBackTime / 2, time, ended)
                .ConfigureAwait(
                    ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext
                );
        }
    }

    private TimeSpan Idle() => time.GetElapsedTime(Volatile.Read(ref changed));
}
