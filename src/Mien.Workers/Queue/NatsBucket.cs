using NATS.Client.Core;
using NATS.Client.JetStream.Models;
using NATS.Client.KeyValueStore;

namespace Mien.Workers;

/// <summary>The values of a key-value bucket. Thread-safe.</summary>
/// <param name="bucket">The bucket.</param>
/// <param name="calls">Makes the calls.</param>
/// <param name="parse">Reads the value of a key; <see langword="null"/> if it cannot be read.</param>
/// <param name="bad">Makes the error for a value that cannot be read.</param>
internal sealed class NatsBucket<T>(
    INatsKVStore bucket,
    NatsCalls calls,
    Func<string, byte[], T?> parse,
    Func<string, QueueException> bad
)
    where T : class
{
    /// <summary>Reads a value; <see langword="null"/> if there is none.</summary>
    public Task<Versioned<T>?> FindAsync(string key, CancellationToken cancel) =>
        calls.MakeAsync<Versioned<T>?>(
            async token =>
            {
                NatsResult<NatsKVEntry<byte[]>> found = await bucket.TryGetEntryAsync<byte[]>(
                    key,
                    cancellationToken: token
                );
                if (found.Success)
                {
                    return Read(found.Value) ?? throw bad(key);
                }

                return found.Error is NatsKVKeyNotFoundException or NatsKVKeyDeletedException
                    ? null
                    : throw found.Error;
            },
            cancel
        );

    /// <summary>Writes a value if it still has a revision; 0 for one that must not exist yet.</summary>
    public Task<bool> TryWriteAsync(string key, byte[] value, ulong revision, CancellationToken cancel) =>
        calls.MakeAsync(
            async token =>
            {
                // A key that somebody has deleted still has a revision, which the creation looks up.
                NatsResult<ulong> written =
                    revision == 0
                        ? await bucket.TryCreateAsync(key, value, cancellationToken: token)
                        : await bucket.TryUpdateAsync(key, value, revision, cancellationToken: token);
                return written.Success
                    || (
                        written.Error is NatsKVWrongLastRevisionException or NatsKVCreateException
                            ? false
                            : throw written.Error
                    );
            },
            cancel
        );

    /// <summary>Removes all keys that match a pattern, without leaving marks of their deletion.</summary>
    /// <returns>Whether there were any, deleted ones included.</returns>
    public Task<bool> DeleteAsync(string pattern, CancellationToken cancel) =>
        calls.MakeAsync(
            async token =>
            {
                StreamPurgeResponse answer = await bucket.JetStreamContext.PurgeStreamAsync(
                    $"KV_{bucket.Bucket}",
                    new StreamPurgeRequest { Filter = $"$KV.{bucket.Bucket}.{pattern}" },
                    token
                );
                return answer.Purged > 0;
            },
            cancel
        );

    /// <summary>Reads the values of all keys that match a pattern; those that cannot be read are null.</summary>
    public async Task<Dictionary<string, Versioned<T>?>> ListAsync(string pattern, CancellationToken cancel)
    {
        var all = new Dictionary<string, Versioned<T>?>(StringComparer.Ordinal);
        bool isEnded = false;
        var options = new NatsKVWatchOpts
        {
            OnNoData = _ =>
            {
                isEnded = true;
                return ValueTask.FromResult(true);
            },
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(calls.Timeout);
        try
        {
            await foreach (
                NatsKVEntry<byte[]> entry in bucket.WatchAsync<byte[]>(
                    pattern,
                    opts: options,
                    cancellationToken: limit.Token
                )
            )
            {
                limit.CancelAfter(calls.Timeout);
                if (entry.Operation == NatsKVOperation.Put)
                {
                    // A key comes twice if it changes meanwhile; the later value is the newer one.
                    all[entry.Key] = Read(entry);
                }

                if (entry.Delta == 0)
                {
                    isEnded = true;
                    break;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException || NatsErrors.IsOfServer(e))
        {
            cancel.ThrowIfCancellationRequested();
            throw calls.Error(e);
        }

        cancel.ThrowIfCancellationRequested();
        return isEnded ? all : throw calls.Error(new TimeoutException("the list of records has ended early"));
    }

    private Versioned<T>? Read(NatsKVEntry<byte[]> entry) =>
        parse(entry.Key, entry.Value ?? []) is { } value
            ? new Versioned<T>(value, entry.Revision, entry.Created)
            : null;
}
