namespace Mien.Workers;

/// <summary>
/// Puts shards into the queue. The record is written first: a message without a record is none of a job, and an
/// interrupted call is simply repeated, because a record that still waits says that the message may be missing.
/// </summary>
internal static class JobQueue
{
    /// <summary>Queues a shard, unless its record says that it was begun.</summary>
    /// <param name="store">The records.</param>
    /// <param name="queue">The messages.</param>
    /// <param name="job">The job as it is stored.</param>
    /// <param name="shard">A shard of the job.</param>
    /// <param name="found">The record that was read before; <see langword="null"/> if there was none.</param>
    /// <param name="cancel">Cancels it; repeat the call.</param>
    /// <exception cref="QueueException">The server does not answer; repeat the call.</exception>
    public static async Task EnsureAsync(
        IJobStore store,
        IWorkQueue queue,
        JobDescription job,
        ShardManifest shard,
        ShardRecord? found,
        CancellationToken cancel
    )
    {
        if (found is null)
        {
            // If somebody else has written it meanwhile, one of the two messages is dropped, or does no harm.
            await store.TryWriteShardAsync(job.Name, shard.Id, ShardRecord.Queued(shard), 0, cancel);
        }

        if (found is null or { State: ShardState.Queued })
        {
            await PublishAsync(queue, job, shard, found?.Retries ?? 0, cancel);
        }
    }

    /// <summary>
    /// Publishes the message of a shard that waits. For some time the server drops a second one of the same retry.
    /// </summary>
    public static Task PublishAsync(
        IWorkQueue queue,
        JobDescription job,
        ShardManifest shard,
        int retries,
        CancellationToken cancel
    ) => queue.PublishAsync(shard, $"{job.Name}.{job.Instance}.{shard.Id}.{retries}", cancel);
}
