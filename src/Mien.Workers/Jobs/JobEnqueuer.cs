namespace Mien.Workers;

/// <summary>How far the queuing of a job is.</summary>
/// <param name="Photos">The number of photos so far.</param>
/// <param name="Shards">The number of shards so far.</param>
/// <param name="Queued">The number of those that were not queued before.</param>
internal sealed record EnqueueProgress(long Photos, int Shards, int Queued);

/// <summary>Queues the photos of a job in shards. Queuing the same job again queues only what is missing.</summary>
internal sealed class JobEnqueuer(IJobStore store, IWorkQueue queue)
{
    /// <summary>The number of shards that are queued at the same time.</summary>
    private const int BatchSize = 32;

    /// <summary>Queues a job.</summary>
    /// <param name="job">The job: name, output folder, program version, model, options.</param>
    /// <param name="paths">
    /// The paths relative to the workers' root, with <c>/</c>, in the same order each time. All are enumerated before
    /// the first shard is queued.
    /// </param>
    /// <param name="shardSize">The maximum number of photos of a shard. Very long paths make smaller ones.</param>
    /// <param name="progress">Is told how far it is; may be <see langword="null"/>.</param>
    /// <param name="cancel">Ends the queuing; run it again to continue.</param>
    /// <returns>What was queued.</returns>
    /// <exception cref="MienException">
    /// <c>badOption</c>: the name cannot be one of a job; <c>noPhotos</c>; <c>jobDiffers</c>: a job of the name has
    /// other options, or was cancelled; <c>photosChanged</c>: a job of the name has other photos or shards;
    /// <c>photoTwice</c>: two shards have the same photos; <c>recordsLeft</c>: the server holds records of an earlier
    /// job of the name; <c>jobCancelled</c>: it was cancelled meanwhile; <c>natsUnavailable</c>: run it again.
    /// </exception>
    public async Task<EnqueueProgress> RunAsync(
        JobDescription job,
        IEnumerable<string> paths,
        int shardSize,
        Action<EnqueueProgress>? progress,
        CancellationToken cancel
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shardSize, 1);
        if (!JobDescription.IsName(job.Name))
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "badOption",
                $"'{job.Name}' cannot be the name of a job. Use 1 to {JobDescription.MaxNameLength} of the characters "
                    + $"a-z, A-Z, 0-9, - and _."
            );
        }

        using var shards = new ShardSpool(job, paths, shardSize, cancel);
        if (shards.Count == 0)
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "noPhotos",
                $"There is no photo to queue for the job {job.Name}. Name a folder or list with photos."
            );
        }

        job = await BeginAsync(job, shards, cancel);
        IReadOnlyDictionary<string, Versioned<ShardRecord>> known = await store.ListShardsAsync(job.Name, cancel);
        var state = new EnqueueProgress(0, 0, 0);
        foreach (ShardManifest[] batch in shards.Read().Chunk(BatchSize))
        {
            await Task.WhenAll(
                batch.Select(s =>
                    JobQueue.EnsureAsync(store, queue, job, s, known.GetValueOrDefault(s.Id)?.Value, cancel)
                )
            );
            state = new EnqueueProgress(
                state.Photos + batch.Sum(s => (long)s.Paths.Count),
                state.Shards + batch.Length,
                state.Queued + batch.Count(s => !known.ContainsKey(s.Id))
            );
            progress?.Invoke(state);
        }

        await EndAsync(job, cancel);
        return state;
    }

    /// <summary>
    /// Creates the job, or finds the one that is continued. The job says which shards it has, so two lists of photos
    /// can never be mixed, whenever and by whomever they are queued.
    /// </summary>
    private async Task<JobDescription> BeginAsync(JobDescription job, ShardSpool shards, CancellationToken cancel)
    {
        job = job with
        {
            State = JobState.Enqueuing,
            Photos = shards.Photos,
            Shards = shards.Count,
            Digest = shards.Digest,
            Instance = Guid.NewGuid().ToString("N")[..8],
            Retries = 0,
        };
        while (true)
        {
            if (await store.FindJobAsync(job.Name, cancel) is not { } found)
            {
                if ((await store.ListShardsAsync(job.Name, cancel)).Count > 0)
                {
                    throw new MienException(
                        ErrorKind.BadUsage,
                        "recordsLeft",
                        $"The server has records of an earlier job {job.Name}, whose results would be mixed with those "
                            + $"of this one. Delete them with 'mien jobs delete {job.Name}', or use another name."
                    );
                }

                await store.TryWriteJobAsync(job, 0, cancel);
                continue; // it is read again, because another one may have created it
            }

            string? difference =
                found.Value.State == JobState.Cancelled ? "was cancelled"
                : found.Value.Output != job.Output ? $"has the output folder '{found.Value.Output}'"
                : found.Value.ModelSha256 != job.ModelSha256 ? "has another model"
                : found.Value.ProgramVersion != job.ProgramVersion
                    ? $"was queued by version {found.Value.ProgramVersion} of mien"
                : !found.Value.Options.SequenceEqual(job.Options)
                    ? $"has the options '{string.Join(' ', found.Value.Options)}'"
                : null;
            if (difference is not null)
            {
                throw new MienException(
                    ErrorKind.BadUsage,
                    "jobDiffers",
                    $"The server has a job {job.Name} that {difference}. Use another name, or the same options to "
                        + $"continue an interrupted queuing."
                );
            }

            return found.Value.Digest == job.Digest
                ? found.Value
                : throw new MienException(
                    ErrorKind.BadUsage,
                    "photosChanged",
                    $"The photos or the size of the shards are not those of the job {job.Name} on the server "
                        + $"({found.Value.Photos} photos in {found.Value.Shards} shards; now {shards.Photos} in "
                        + $"{shards.Count}), so photos could be processed twice. Queue them under another name."
                );
        }
    }

    private async Task EndAsync(JobDescription job, CancellationToken cancel)
    {
        while (true)
        {
            Versioned<JobDescription>? found = await store.FindJobAsync(job.Name, cancel);
            if (found is null || found.Value.State == JobState.Cancelled || found.Value.Instance != job.Instance)
            {
                throw new MienException(
                    ErrorKind.BadUsage,
                    "jobCancelled",
                    $"The job {job.Name} was cancelled or deleted while it was queued. Queue the photos under another "
                        + $"name."
                );
            }

            if (
                found.Value.State == JobState.Open
                || await store.TryWriteJobAsync(found.Value with { State = JobState.Open }, found.Revision, cancel)
            )
            {
                return;
            }
        }
    }
}
