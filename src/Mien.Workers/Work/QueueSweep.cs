namespace Mien.Workers;

/// <summary>
/// Removes messages that the server never delivers although they are in the queue. A server that ends without notice
/// (2.9: kill -9) can forget that a message was removed, and remember that it was acknowledged; the queue would then
/// never be empty. Not what the server remembers decides, but the record: only the message of a shard is removed that
/// needs nothing more.
/// </summary>
internal sealed class QueueSweep(WorkerContext context)
{
    /// <summary>The maximum number of messages at a time: those in the hand of other workers are read too.</summary>
    private const int MaxMessages = 50;

    private readonly Dictionary<string, (long Since, ulong After)> idle = [];

    /// <summary>A message of a job was received.</summary>
    public void Received(string job) => idle.Remove(job);

    /// <summary>No message of a job was received, although the queue holds some.</summary>
    public async Task NothingAsync(string job, CancellationToken stop)
    {
        if (!idle.TryGetValue(job, out (long Since, ulong After) state))
        {
            idle[job] = (context.Time.GetTimestamp(), 0);
        }
        else if (context.Time.GetElapsedTime(state.Since) >= context.Queue.AckWait)
        {
            IReadOnlyList<IWorkDelivery> messages = await context.Calls.UntilDoneAsync(
                token => context.Queue.ReadAsync(job, state.After, MaxMessages, token),
                stop
            );
            foreach (IWorkDelivery message in messages)
            {
                await context.Calls.UntilDoneAsync(token => RemoveIfFinalAsync(message, token), stop);
            }

            ulong after = messages.Count == MaxMessages ? messages[^1].Message : 0;
            idle[job] = (context.Time.GetTimestamp(), after);
        }
    }

    private async Task RemoveIfFinalAsync(IWorkDelivery message, CancellationToken stop)
    {
        try
        {
            if (
                ShardManifest.Parse(message.Data.Span) is { } shard
                && await context.Store.FindJobAsync(message.Job, stop) is { } job
                && shard.IsOf(job.Value)
                && await context.Store.FindShardAsync(shard.Job, shard.Id, stop) is { } found
                && found.Value.State is ShardState.Done or ShardState.Split or ShardState.Dead
            )
            {
                await ShardClosing.RunAsync(context, message, job.Value, shard, found.Value, stop);
            }
        }
        catch (QueueException e) when (e.Code is "badJob" or "badRecord")
        {
            // It stays for the operator.
        }
    }
}
