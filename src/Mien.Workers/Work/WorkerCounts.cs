namespace Mien.Workers;

/// <summary>What a worker has done so far. Not thread-safe.</summary>
internal sealed class WorkerCounts
{
    private int shards;
    private long photos;
    private long faces;
    private long errors;

    /// <summary>Counts a shard whose results count.</summary>
    public void Add(ShardOutcome outcome)
    {
        Faults = 0;
        shards++;
        photos += outcome.Photos;
        faces += outcome.Faces;
        errors += outcome.Errors;
    }

    /// <summary>The number of shards in a row that have failed.</summary>
    public int Faults { get; private set; }

    /// <summary>Why the last of them has failed.</summary>
    public string LastFault { get; private set; } = "";

    /// <summary>Counts a shard that has failed.</summary>
    public void AddFault(string reason) => (Faults, LastFault) = (Faults + 1, reason);

    /// <summary>Makes the result of the worker.</summary>
    public WorkerEnd End(WorkerEndReason reason, MienException? error = null) =>
        new(reason, shards, photos, faces, errors, error);
}
