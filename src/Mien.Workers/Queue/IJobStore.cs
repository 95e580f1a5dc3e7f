namespace Mien.Workers;

/// <summary>
/// Jobs and the records of their shards. A value is written only if nobody else has written it since it was read.
/// Thread-safe.
/// </summary>
/// <remarks>
/// All methods throw a transient <see cref="QueueException"/> if the server cannot be reached; then a write may or may
/// not have happened.
/// </remarks>
internal interface IJobStore
{
    /// <summary>Reads a job; <see langword="null"/> if there is none of that name.</summary>
    /// <exception cref="QueueException"><c>badJob</c>: it cannot be read.</exception>
    Task<Versioned<JobDescription>?> FindJobAsync(string name, CancellationToken cancel);

    /// <summary>Reads all jobs, in the order of their names; and the names of those that cannot be read.</summary>
    Task<(IReadOnlyList<Versioned<JobDescription>> Jobs, IReadOnlyList<string> Unreadable)> ListJobsAsync(
        CancellationToken cancel
    );

    /// <summary>Writes a job if it still has a revision; 0 for a job that must not exist yet.</summary>
    /// <returns>Whether it was written; <see langword="false"/> if the revision is another.</returns>
    Task<bool> TryWriteJobAsync(JobDescription job, ulong revision, CancellationToken cancel);

    /// <summary>Reads the record of a shard; <see langword="null"/> if there is none.</summary>
    /// <exception cref="QueueException"><c>badRecord</c>: it cannot be read.</exception>
    Task<Versioned<ShardRecord>?> FindShardAsync(string job, string id, CancellationToken cancel);

    /// <summary>Writes the record of a shard if it still has a revision; 0 for one that must not exist yet.</summary>
    /// <returns>Whether it was written; <see langword="false"/> if the revision is another.</returns>
    Task<bool> TryWriteShardAsync(string job, string id, ShardRecord record, ulong revision, CancellationToken cancel);

    /// <summary>
    /// Reads the records of all shards of a job, by their identifiers. About 500 bytes each. Those that cannot be read
    /// are left out.
    /// </summary>
    Task<IReadOnlyDictionary<string, Versioned<ShardRecord>>> ListShardsAsync(string job, CancellationToken cancel);

    /// <summary>Removes the records of a job, and then the job.</summary>
    /// <returns>Whether there were any.</returns>
    Task<bool> DeleteRecordsAsync(string job, CancellationToken cancel);
}
