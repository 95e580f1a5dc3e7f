namespace Mien.Workers;

/// <summary>Why a worker has ended.</summary>
internal enum WorkerEndReason
{
    /// <summary>It was stopped; nothing is in hand.</summary>
    Stopped,

    /// <summary>The queue holds no message any more.</summary>
    Empty,

    /// <summary>The queue holds only messages of jobs that this worker refuses.</summary>
    OnlyRefused,

    /// <summary>It cannot write or cannot use the server; see <see cref="WorkerEnd.Error"/>.</summary>
    Failed,
}

/// <summary>How a worker has ended, and what it has done.</summary>
/// <param name="Reason">Why it has ended.</param>
/// <param name="Shards">The number of shards that it has completed.</param>
/// <param name="Photos">The number of photos in them.</param>
/// <param name="Faces">The number of faces in them.</param>
/// <param name="Errors">The number of photos in them with an error.</param>
/// <param name="Error">What went wrong, if it has failed.</param>
internal sealed record WorkerEnd(
    WorkerEndReason Reason,
    int Shards,
    long Photos,
    long Faces,
    long Errors,
    MienException? Error = null
);
