namespace Mien.Workers;

/// <summary>The state of a shard.</summary>
internal enum ShardState
{
    /// <summary>It waits for a worker.</summary>
    Queued,

    /// <summary>A worker processes it.</summary>
    Running,

    /// <summary>Its results are in its file. This does not change any more.</summary>
    Done,

    /// <summary>It was replaced by its two halves. This does not change any more.</summary>
    Split,

    /// <summary>
    /// Its one photo has ended several workers; its file holds an error for the photo. It can be retried.
    /// </summary>
    Dead,
}
