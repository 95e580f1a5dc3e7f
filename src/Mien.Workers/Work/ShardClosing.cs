namespace Mien.Workers;

/// <summary>
/// What belongs to a shard whose record is done, split or dead. It can be repeated: a worker may end at any point.
/// </summary>
internal static class ShardClosing
{
    /// <summary>Queues the halves of a split shard, keeps a dead letter of a dead one, and acknowledges.</summary>
    public static async Task RunAsync(
        WorkerContext context,
        IWorkDelivery delivery,
        JobDescription job,
        ShardManifest shard,
        ShardRecord record,
        CancellationToken abort
    )
    {
        if (record.State == ShardState.Split)
        {
            (ShardManifest first, ShardManifest second) = shard.Halve(job);
            await QueueAsync(context, job, first, abort);
            await QueueAsync(context, job, second, abort);
        }
        else if (record.State == ShardState.Dead)
        {
            var letter = new DeadLetter
            {
                Job = job.Name,
                Id = shard.Id,
                Photos = shard.Paths.Count,
                Reason = record.Reason ?? "",
                Worker = record.Worker,
                Message = delivery.Message,
                Retries = record.Retries,
            };
            await context.Calls.UntilDoneAsync(token => context.Queue.BuryAsync(letter, token), abort);
        }

        await delivery.AckAsync(abort);
    }

    private static Task QueueAsync(
        WorkerContext context,
        JobDescription job,
        ShardManifest half,
        CancellationToken abort
    ) =>
        context.Calls.UntilDoneAsync(
            async token =>
            {
                Versioned<ShardRecord>? found = await context.Store.FindShardAsync(job.Name, half.Id, token);
                await JobQueue.EnsureAsync(context.Store, context.Queue, job, half, found?.Value, token);
            },
            abort
        );
}
