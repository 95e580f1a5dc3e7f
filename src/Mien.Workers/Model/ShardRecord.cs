using System.Text.Json;

namespace Mien.Workers;

/// <summary>
/// What is known of a shard. The record decides which file holds the results of its photos; it changes only by
/// comparing its revision. Immutable.
/// </summary>
internal sealed record ShardRecord
{
    /// <summary>The state.</summary>
    public ShardState State { get; init; }

    /// <summary>The number of the shard in its job, from 0; <see langword="null"/> for a half.</summary>
    public int? Index { get; init; }

    /// <summary>The number of photos.</summary>
    public long Photos { get; init; }

    /// <summary>The worker that processes it or has processed it last.</summary>
    public string? Worker { get; init; }

    /// <summary>The message from which that worker has it: its number in the stream.</summary>
    public ulong Message { get; init; }

    /// <summary>How many times that message had been delivered when the worker got it, from 1.</summary>
    public ulong Delivery { get; init; }

    /// <summary>When the worker has begun, by the worker's clock.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>How many workers have ended while they processed it.</summary>
    public int Crashes { get; init; }

    /// <summary>How many times it was retried after it was dead.</summary>
    public int Retries { get; init; }

    /// <summary>
    /// The name of the file that holds the results, in the job's output folder; <see langword="null"/> if there is none
    /// yet. A shard that is retried keeps the file with its error until it has results.
    /// </summary>
    public string? File { get; init; }

    /// <summary>The number of faces in the file.</summary>
    public long Faces { get; init; }

    /// <summary>The number of photos in the file that have an error instead of a result.</summary>
    public long Errors { get; init; }

    /// <summary>The identifiers of the two halves of a split shard.</summary>
    public IReadOnlyList<string> Halves
    {
        get;
        init => field = value ?? []; // null if the JSON text lacks it
    } = [];

    /// <summary>The photo of a dead shard.</summary>
    public string? Path { get; init; }

    /// <summary>Why the shard was split, is dead or was given back.</summary>
    public string? Reason { get; init; }

    /// <summary>Makes the record of a shard that has just been queued.</summary>
    public static ShardRecord Queued(ShardManifest shard) => new() { Index = shard.Index, Photos = shard.Paths.Count };

    /// <summary>Makes the JSON text of the record in UTF-8.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, WorkersJson.Default.ShardRecord);

    /// <summary>Reads a record from its JSON text in UTF-8.</summary>
    /// <param name="json">The text, which anybody may have written who can write to the server.</param>
    /// <returns>The record; <see langword="null"/> if the text is none.</returns>
    public static ShardRecord? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return
                JsonSerializer.Deserialize(json, WorkersJson.Default.ShardRecord) is { } record
                && Enum.IsDefined(record.State)
                && record is { Index: null or >= 0, Photos: >= 0, Faces: >= 0, Errors: >= 0 }
                && record is { Crashes: >= 0, Retries: >= 0 }
                && (record.File is null || JobFile.IsPlainName(record.File))
                && record.Halves.All(h => h is not null)
                ? record
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
