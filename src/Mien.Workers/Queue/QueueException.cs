namespace Mien.Workers;

/// <summary>
/// An error of the server of jobs or of what it holds. If <see cref="IsTransient"/>, the same call may succeed later.
/// </summary>
internal sealed class QueueException(
    string code,
    string message,
    Exception? innerException = null,
    bool isTransient = false,
    ErrorKind kind = ErrorKind.Unavailable
) : MienException(kind, code, message, innerException)
{
    /// <summary>Whether the server cannot be reached now, so that the call can be repeated later.</summary>
    public bool IsTransient { get; } = isTransient;

    /// <summary>Makes the error <c>badJob</c>: the description of a job cannot be read.</summary>
    public static QueueException BadJob(string name) =>
        new(
            "badJob",
            $"The server holds a description of the job {name} that cannot be read. Use the version of mien that "
                + $"queued it, or delete the job ('mien jobs delete {name}') and queue the photos again."
        );

    /// <summary>Makes the error <c>badRecord</c>: the record of a shard cannot be read.</summary>
    public static QueueException BadRecord(string key) =>
        new(
            "badRecord",
            $"The server holds a record {key} of a shard that cannot be read. Delete the job ('mien jobs delete') and "
                + "queue the photos again."
        );
}
