using System.Text.Json;

namespace Mien.Workers;

/// <summary>A message that no worker processes any more. The server keeps it for the operator.</summary>
internal sealed record DeadLetter
{
    /// <summary>The maximum length of a reason, so that the server takes every letter.</summary>
    private const int MaxReason = 2000;

    /// <summary>The name of the job.</summary>
    public required string Job { get; init; }

    /// <summary>The identifier of the shard; <see langword="null"/> if the message does not tell it.</summary>
    public string? Id { get; init; }

    /// <summary>
    /// The number of its photos; 0 if the message does not tell it. Their paths could be too long for a message.
    /// </summary>
    public int Photos { get; init; }

    /// <summary>Why nothing more is tried; its end is left out if it is very long.</summary>
    public required string Reason
    {
        get;
        init => field = value.Length <= MaxReason ? value : value[..MaxReason];
    }

    /// <summary>The last worker that had it.</summary>
    public string? Worker { get; init; }

    /// <summary>The number of the message in the stream of work.</summary>
    public ulong Message { get; init; }

    /// <summary>How many times the shard had been retried.</summary>
    public int Retries { get; init; }

    /// <summary>Makes the JSON text in UTF-8.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, WorkersJson.Default.DeadLetter);
}
