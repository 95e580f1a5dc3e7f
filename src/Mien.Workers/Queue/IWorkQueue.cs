namespace Mien.Workers;

/// <summary>
/// The queued shards. A message stays until it is acknowledged, and is delivered again if its worker does not report
/// for <see cref="AckWait"/>. Thread-safe.
/// </summary>
/// <remarks>
/// All methods throw a transient <see cref="QueueException"/> if the server cannot be reached; then a message may or
/// may not have been published.
/// </remarks>
internal interface IWorkQueue
{
    /// <summary>How long a worker may be silent before its shard is delivered to another one.</summary>
    TimeSpan AckWait { get; }

    /// <summary>
    /// The time since a lost connection was made again, during which perhaps no worker could report;
    /// <see langword="null"/> if none was lost.
    /// </summary>
    TimeSpan? SinceReconnect { get; }

    /// <summary>Queues a shard.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="message">The name of the message: a second one of this name is dropped for some time.</param>
    /// <param name="cancel">Cancels it.</param>
    Task PublishAsync(ShardManifest shard, string message, CancellationToken cancel);

    /// <summary>Counts the messages of each job that has any, waiting or in hand.</summary>
    Task<IReadOnlyDictionary<string, long>> CountAsync(CancellationToken cancel);

    /// <summary>Gets the next message of a job, waiting at most for some time.</summary>
    /// <returns>The message; <see langword="null"/> if there was none.</returns>
    Task<IWorkDelivery?> ReceiveAsync(string job, TimeSpan wait, CancellationToken cancel);

    /// <summary>Reads messages of a job, waiting or in hand, without taking them.</summary>
    /// <param name="job">The name of the job.</param>
    /// <param name="after">The number of a message; those after it are read.</param>
    /// <param name="max">The maximum number of messages.</param>
    /// <param name="cancel">Cancels it.</param>
    /// <returns>The messages in order. To acknowledge one removes it; other methods have no effect.</returns>
    Task<IReadOnlyList<IWorkDelivery>> ReadAsync(string job, ulong after, int max, CancellationToken cancel);

    /// <summary>Checks whether a message is still in the queue, waiting or in hand.</summary>
    Task<bool> HoldsAsync(ulong message, CancellationToken cancel);

    /// <summary>Keeps a message that no worker will process, for the operator.</summary>
    Task BuryAsync(DeadLetter letter, CancellationToken cancel);

    /// <summary>Removes all messages of a job.</summary>
    Task PurgeAsync(string job, CancellationToken cancel);

    /// <summary>Removes all messages of a job, its dead letters, and what the server keeps for its workers.</summary>
    /// <returns>Whether there were any.</returns>
    Task<bool> DeleteMessagesAsync(string job, CancellationToken cancel);
}
