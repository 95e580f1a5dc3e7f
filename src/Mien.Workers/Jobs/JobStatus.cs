namespace Mien.Workers;

/// <summary>A shard that is dead.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Path">Its photo.</param>
/// <param name="Reason">Why nothing more is tried.</param>
internal sealed record DeadShard(string Id, string? Path, string? Reason);

/// <summary>How far a job is. Halves count as shards, and shards that were split do not.</summary>
internal sealed record JobStatus
{
    /// <summary>The job.</summary>
    public required JobDescription Job { get; init; }

    /// <summary>The number of shards with results.</summary>
    public int DoneShards { get; init; }

    /// <summary>The number of shards that are being processed.</summary>
    public int RunningShards { get; init; }

    /// <summary>The number of shards that wait for a worker.</summary>
    public int WaitingShards { get; init; }

    /// <summary>The dead shards, in the order of their photos.</summary>
    public IReadOnlyList<DeadShard> Dead { get; init; } = [];

    /// <summary>The number of photos in done shards.</summary>
    public long DonePhotos { get; init; }

    /// <summary>The number of photos in shards that are neither done nor dead.</summary>
    public long RemainingPhotos { get; init; }

    /// <summary>The number of faces found.</summary>
    public long Faces { get; init; }

    /// <summary>The number of photos with an error, those of dead shards included.</summary>
    public long Errors { get; init; }

    /// <summary>The number of workers that process shards now.</summary>
    public int Workers { get; init; }

    /// <summary>
    /// The photos per second of the last minutes; <see langword="null"/> if nothing was done in them.
    /// </summary>
    public double? PhotosPerSecond { get; init; }

    /// <summary>The time that the remaining photos need at this rate; <see langword="null"/> if unknown.</summary>
    public TimeSpan? TimeLeft { get; init; }

    /// <summary>Whether every photo of the job has a result or an error.</summary>
    public bool IsComplete { get; init; }
}
