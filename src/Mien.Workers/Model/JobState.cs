namespace Mien.Workers;

/// <summary>The state of a job.</summary>
internal enum JobState
{
    /// <summary>Its shards are still being queued; workers process those that are there.</summary>
    Enqueuing,

    /// <summary>All its shards have been queued.</summary>
    Open,

    /// <summary>It was cancelled: no shard is begun any more.</summary>
    Cancelled,
}
