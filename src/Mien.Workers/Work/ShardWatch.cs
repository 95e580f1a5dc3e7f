namespace Mien.Workers;

/// <summary>
/// What a worker does beside the processing of a shard: it reports to the server that it is alive, and looks whether
/// the job was cancelled. The two do not wait for each other, and no call that gets no answer holds up the next report.
/// </summary>
internal sealed class ShardWatch : IAsyncDisposable
{
    private readonly WorkerContext context;
    private readonly IWorkDelivery delivery;
    private readonly CancellationTokenSource ended = new();
    private readonly CancellationTokenSource cancelled;
    private readonly Task reports;
    private Task looks = Task.CompletedTask;

    /// <summary>Begins to report.</summary>
    public ShardWatch(WorkerContext context, IWorkDelivery delivery, CancellationToken abort)
    {
        (this.context, this.delivery) = (context, delivery);
        cancelled = CancellationTokenSource.CreateLinkedTokenSource(abort);
        reports = ReportAsync();
    }

    /// <summary>The job was cancelled, or the shard is to be given back.</summary>
    public CancellationToken Cancelled => cancelled.Token;

    /// <summary>Whether the job was cancelled.</summary>
    public bool IsJobCancelled { get; private set; }

    /// <summary>Several reports fit into the time after which a silent worker is believed to be gone.</summary>
    private TimeSpan Interval => context.Queue.AckWait * 0.3;

    /// <summary>Cancels the processing, which hangs; perhaps it ends then.</summary>
    public void Cancel() => cancelled.Cancel();

    /// <summary>Begins to look whether the job was cancelled.</summary>
    public void Look(string job) => looks = LookAsync(job);

    /// <summary>Ends the reports. Can be called again.</summary>
    public async Task StopAsync()
    {
        ended.Cancel();
        await Task.WhenAll(reports, looks)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        cancelled.Dispose();
        ended.Dispose();
    }

    private async Task ReportAsync()
    {
        bool isSent = true;
        while (true)
        {
            // As soon as a lost connection is made again, before the server gives the shard to another worker.
            await Task.Delay(isSent ? Interval : Interval * 0.1, context.Time, ended.Token);
            using var limit = new CancellationTokenSource(Interval, context.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ended.Token);
            try
            {
                isSent = await delivery.ReportAsync(either.Token);
            }
            catch (OperationCanceledException) when (!ended.IsCancellationRequested)
            {
                isSent = false;
            }
        }
    }

    private async Task LookAsync(string job)
    {
        while (!IsJobCancelled)
        {
            await Task.Delay(Interval, context.Time, ended.Token);
            try
            {
                IsJobCancelled =
                    await context.Store.FindJobAsync(job, ended.Token) is { Value.State: JobState.Cancelled };
            }
            catch (QueueException)
            {
                // The next look may succeed.
            }
        }

        cancelled.Cancel();
    }
}
