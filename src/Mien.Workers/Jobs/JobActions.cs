namespace Mien.Workers;

/// <summary>What an operator does with jobs.</summary>
internal sealed class JobActions(IJobStore store, IWorkQueue queue)
{
    /// <summary>Queues the dead shards of a job again. Their errors count until they have other results.</summary>
    /// <returns>Their number.</returns>
    /// <exception cref="MienException">
    /// <c>jobNotFound</c>; <c>jobCancelled</c>; <c>natsUnavailable</c>: run it again.
    /// </exception>
    public async Task<int> RetryAsync(string name, CancellationToken cancel)
    {
        JobDescription job = (await FindAsync(name, cancel)).Value;
        if (job.State == JobState.Cancelled)
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "jobCancelled",
                $"The job {name} was cancelled, so its shards cannot be retried. Queue the photos under another name."
            );
        }

        int count = 0;
        var waiting = new List<(ShardManifest Shard, int Retries)>();
        foreach ((string id, Versioned<ShardRecord> found) in await store.ListShardsAsync(name, cancel))
        {
            ShardRecord record = found.Value;
            if (record.State == ShardState.Dead)
            {
                record = record with { State = ShardState.Queued, Retries = record.Retries + 1, Crashes = 0 };
                if (!await store.TryWriteShardAsync(name, id, record, found.Revision, cancel))
                {
                    continue; // another one retries it, or a worker that was believed to be gone has completed it
                }

                count++;
            }

            // If an earlier retry was interrupted, the message is made up for here.
            if (record is { State: ShardState.Queued, Retries: > 0, Path: { } path })
            {
                waiting.Add((ShardManifest.Create(job, [path], record.Index), record.Retries));
            }
        }

        // In this order: a worker would drop the message of a dead shard; and no shard is done before the lists of
        // files from before are out of date.
        if (waiting.Count > 0)
        {
            await ChangeAsync(name, j => j with { Retries = j.Retries + 1 }, cancel);
        }

        foreach ((ShardManifest shard, int retries) in waiting)
        {
            await JobQueue.PublishAsync(queue, job, shard, retries, cancel);
        }

        return count;
    }

    /// <summary>Cancels a job: no shard is begun any more, and workers end those in hand.</summary>
    /// <exception cref="MienException"><c>jobNotFound</c>; <c>natsUnavailable</c>: run it again.</exception>
    public async Task CancelAsync(string name, CancellationToken cancel)
    {
        await ChangeAsync(name, j => j with { State = JobState.Cancelled }, cancel);
        await queue.PurgeAsync(name, cancel);
    }

    /// <summary>
    /// Removes a job that is complete or cancelled from the server, with its messages, records and dead letters. Files
    /// stay. Its name can then be used again.
    /// </summary>
    /// <exception cref="MienException">
    /// <c>jobActive</c>: cancel it first; <c>jobNotFound</c>: the server has nothing of a job of this name;
    /// <c>natsUnavailable</c>: run it again.
    /// </exception>
    public async Task DeleteAsync(string name, CancellationToken cancel)
    {
        if (!JobDescription.IsName(name))
        {
            throw NotFound(name);
        }

        Versioned<JobDescription>? job;
        try
        {
            job = await store.FindJobAsync(name, cancel);
        }
        catch (QueueException e) when (e.Code == "badJob")
        {
            job = null; // nobody works on it
        }

        if (job is { Value.State: not JobState.Cancelled })
        {
            if (!(await JobFileList.CollectAsync(store, job.Value, cancel)).IsComplete)
            {
                throw new MienException(
                    ErrorKind.BadUsage,
                    "jobActive",
                    $"The job {name} is not complete, so it was not deleted. Cancel it first ('mien jobs cancel "
                        + $"{name}')."
                );
            }

            // If the deletion is interrupted, what is left of the job is no longer complete.
            await ChangeAsync(name, j => j with { State = JobState.Cancelled }, cancel);
        }

        bool hadMessages = await queue.DeleteMessagesAsync(name, cancel);
        if (!await store.DeleteRecordsAsync(name, cancel) && !hadMessages)
        {
            throw NotFound(name);
        }
    }

    private async Task ChangeAsync(string name, Func<JobDescription, JobDescription> change, CancellationToken cancel)
    {
        Versioned<JobDescription> found;
        do
        {
            found = await FindAsync(name, cancel);
        } while (!await store.TryWriteJobAsync(change(found.Value), found.Revision, cancel));
    }

    private async Task<Versioned<JobDescription>> FindAsync(string name, CancellationToken cancel) =>
        (JobDescription.IsName(name) ? await store.FindJobAsync(name, cancel) : null) ?? throw NotFound(name);

    private static MienException NotFound(string name) =>
        new(ErrorKind.BadUsage, "jobNotFound", $"The server has no job {name}. 'mien jobs' lists the jobs.");
}
