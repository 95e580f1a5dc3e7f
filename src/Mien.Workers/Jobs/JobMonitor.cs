namespace Mien.Workers;

/// <summary>Reads how far jobs are.</summary>
internal sealed class JobMonitor(IJobStore store, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>Reads the status of one job; <see langword="null"/> if there is none of that name.</summary>
    /// <exception cref="QueueException"><c>natsUnavailable</c>; <c>badJob</c>: it cannot be read.</exception>
    public async Task<JobStatus?> ReadAsync(string name, CancellationToken cancel) =>
        JobDescription.IsName(name) && await store.FindJobAsync(name, cancel) is { } job
            ? Summarise(job.Value, (await store.ListShardsAsync(name, cancel)).ToList())
            : null;

    /// <summary>
    /// Reads the status of all jobs, in the order of their names; and the names of those that cannot be read.
    /// </summary>
    /// <exception cref="QueueException"><c>natsUnavailable</c>.</exception>
    public async Task<(IReadOnlyList<JobStatus> Jobs, IReadOnlyList<string> Unreadable)> ReadAllAsync(
        CancellationToken cancel
    )
    {
        var all = new List<JobStatus>();
        (IReadOnlyList<Versioned<JobDescription>> jobs, IReadOnlyList<string> unreadable) = await store.ListJobsAsync(
            cancel
        );
        foreach (Versioned<JobDescription> job in jobs)
        {
            all.Add(Summarise(job.Value, (await store.ListShardsAsync(job.Value.Name, cancel)).ToList()));
        }

        return (all, unreadable);
    }

    private JobStatus Summarise(JobDescription job, IReadOnlyList<KeyValuePair<string, Versioned<ShardRecord>>> shards)
    {
        ShardRecord[] records = [.. shards.Select(s => s.Value.Value)];
        ShardRecord[] done = [.. records.Where(r => r.State == ShardState.Done)];
        ShardRecord[] running = [.. records.Where(r => r.State == ShardState.Running)];
        long remaining = records.Where(r => r.State is ShardState.Queued or ShardState.Running).Sum(r => r.Photos);
        bool isComplete = JobFileList.From(job, records).IsComplete;
        double? rate = Rate([.. shards.Select(s => s.Value)], isEnded: remaining == 0);
        return new JobStatus
        {
            Job = job,
            DoneShards = done.Length,
            RunningShards = running.Length,
            WaitingShards = records.Count(r => r.State == ShardState.Queued),
            Dead =
            [
                .. shards
                    .Where(s => s.Value.Value.State == ShardState.Dead)
                    .Select(s => new DeadShard(s.Key, s.Value.Value.Path, s.Value.Value.Reason))
                    .OrderBy(d => d.Path, StringComparer.Ordinal),
            ],
            DonePhotos = done.Sum(r => r.Photos),
            RemainingPhotos = remaining,
            Faces = done.Sum(r => r.Faces),
            Errors = records.Where(r => r.State is ShardState.Done or ShardState.Dead).Sum(r => r.Errors),
            Workers = running.Select(r => r.Worker).Distinct().Count(),
            PhotosPerSecond = rate,
            TimeLeft =
                remaining == 0 || job.State == JobState.Cancelled ? null
                : rate is > 0 ? TimeSpan.FromSeconds(remaining / rate.Value)
                : null,
            IsComplete = isComplete,
        };
    }

    /// <summary>
    /// The photos per second of the last minutes, or of the last minutes of a job that has ended. The clocks are the
    /// server's, for the time when a shard was done, and the workers', for the time when it was begun.
    /// </summary>
    private double? Rate(Versioned<ShardRecord>[] shards, bool isEnded)
    {
        Versioned<ShardRecord>[] done = [.. shards.Where(s => s.Value.State == ShardState.Done)];
        if (done.Length == 0)
        {
            return null;
        }

        DateTimeOffset last = done.Max(s => s.Written);
        DateTimeOffset end = isEnded || time.GetUtcNow() < last ? last : time.GetUtcNow();
        Versioned<ShardRecord>[] recent = [.. done.Where(s => s.Written >= end - Window)];
        if (recent.Length == 0)
        {
            return null;
        }

        DateTimeOffset begin = recent.Min(s => s.Value.Started ?? s.Written);
        begin = begin < end - Window ? end - Window : begin;
        double seconds = (end - begin).TotalSeconds;
        return seconds > 0 ? recent.Sum(s => s.Value.Photos) / seconds : null;
    }
}
