namespace Mien.Workers;

/// <summary>
/// A message in the hand of a worker. Its methods only send: without a server nothing happens, and the message is
/// delivered again. Thread-safe.
/// </summary>
internal interface IWorkDelivery
{
    /// <summary>The name of the job.</summary>
    string Job { get; }

    /// <summary>The number of the message in the queue.</summary>
    ulong Message { get; }

    /// <summary>How many times the message has been delivered, this time included.</summary>
    ulong Delivery { get; }

    /// <summary>The content, which should be the JSON text of a <see cref="ShardManifest"/>.</summary>
    ReadOnlyMemory<byte> Data { get; }

    /// <summary>Reports that the worker is alive, so that the message stays in its hand.</summary>
    /// <returns>Whether it was sent; <see langword="false"/> without a connection.</returns>
    Task<bool> ReportAsync(CancellationToken cancel);

    /// <summary>Removes the message from the queue.</summary>
    Task AckAsync(CancellationToken cancel);

    /// <summary>Gives the message back, to be delivered again after a delay.</summary>
    Task GiveBackAsync(TimeSpan delay, CancellationToken cancel);
}
