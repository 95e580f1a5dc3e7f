using System.Collections.Concurrent;
using System.Diagnostics;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.KeyValueStore;

namespace Mien.Workers;

/// <summary>
/// Jobs, records and messages on a NATS server with JetStream. Reconnects without end. Uses no feature that came after
/// version 2.9 of the server. Thread-safe.
/// </summary>
internal sealed class NatsJobs : IJobStore, IWorkQueue, IAsyncDisposable
{
    /// <summary>The stream of work.</summary>
    public const string WorkStream = "MIEN_WORK";

    /// <summary>The stream of dead letters.</summary>
    public const string DeadStream = "MIEN_DEAD";

    /// <summary>What the subject of a job's messages begins with.</summary>
    public const string WorkPrefix = "mien.work.";

    /// <summary>What the subject of a job's dead letters begins with.</summary>
    public const string DeadPrefix = "mien.dead.";

    /// <summary>The shortest time for which a server lets a request wait.</summary>
    private static readonly TimeSpan MinWait = TimeSpan.FromSeconds(1);

    /// <summary>How long the server keeps the consumer of a job that no worker asks for messages.</summary>
    private static readonly TimeSpan MaxIdle = TimeSpan.FromDays(1);

    private readonly NatsSettings settings;
    private readonly NatsCalls calls;
    private readonly NatsConnection connection;
    private readonly NatsJSContext stream;
    private readonly ConcurrentDictionary<string, INatsJSConsumer> consumers = new();
    private long reconnected;
    private int opened;
    private NatsBucket<JobDescription> jobs = null!; // set before an instance is given out
    private NatsBucket<ShardRecord> shards = null!;

    private NatsJobs(NatsSettings settings)
    {
        this.settings = settings;
        calls = new NatsCalls(settings.ShownUrl(), settings.RequestTimeout);
        connection = new NatsConnection(NatsSetup.Options(settings));
        stream = new NatsJSContext(connection);
        connection.ServerError += (_, args) =>
        {
            calls.Said = args.Error;
            return default;
        };
        connection.ConnectionOpened += (_, _) =>
        {
            if (Interlocked.Increment(ref opened) > 1)
            {
                Volatile.Write(ref reconnected, Stopwatch.GetTimestamp());
            }

            calls.Said = null;
            return default;
        };
    }

    /// <inheritdoc/>
    public TimeSpan AckWait => settings.AckWait;

    /// <inheritdoc/>
    public TimeSpan? SinceReconnect =>
        Volatile.Read(ref reconnected) is var at and not 0 ? Stopwatch.GetElapsedTime(at) : null;

    /// <summary>Whether the server is connected now.</summary>
    public bool IsConnected => connection.ConnectionState == NatsConnectionState.Open;

    /// <summary>Connects to a server, and creates the streams and buckets that it lacks.</summary>
    /// <exception cref="MienException">
    /// <c>natsUnavailable</c>: no server answers; <c>natsRefused</c>: wrong credentials or missing permissions;
    /// <c>natsNoJetStream</c>; <c>badOption</c>, <c>fileNotFound</c>: the settings are wrong.
    /// </exception>
    public static async Task<NatsJobs> ConnectAsync(NatsSettings settings, CancellationToken cancel)
    {
        settings.Check();
        var connected = new NatsJobs(settings);
        try
        {
            await connected.OpenAsync(cancel);
            return connected;
        }
        catch
        {
            await connected.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<Versioned<JobDescription>?> FindJobAsync(string name, CancellationToken cancel) =>
        jobs.FindAsync(name, cancel);

    /// <inheritdoc/>
    public async Task<(IReadOnlyList<Versioned<JobDescription>> Jobs, IReadOnlyList<string> Unreadable)> ListJobsAsync(
        CancellationToken cancel
    )
    {
        List<KeyValuePair<string, Versioned<JobDescription>?>> all =
        [
            .. (await jobs.ListAsync(">", cancel)).OrderBy(j => j.Key, StringComparer.Ordinal),
        ];
        return (
            [.. all.Select(j => j.Value).OfType<Versioned<JobDescription>>()],
            [.. all.Where(j => j.Value is null).Select(j => j.Key)]
        );
    }

    /// <inheritdoc/>
    public Task<bool> TryWriteJobAsync(JobDescription job, ulong revision, CancellationToken cancel) =>
        jobs.TryWriteAsync(job.Name, job.ToJson(), revision, cancel);

    /// <inheritdoc/>
    public Task<Versioned<ShardRecord>?> FindShardAsync(string job, string id, CancellationToken cancel) =>
        shards.FindAsync($"{job}.{id}", cancel);

    /// <inheritdoc/>
    public Task<bool> TryWriteShardAsync(
        string job,
        string id,
        ShardRecord record,
        ulong revision,
        CancellationToken cancel
    ) => shards.TryWriteAsync($"{job}.{id}", record.ToJson(), revision, cancel);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, Versioned<ShardRecord>>> ListShardsAsync(
        string job,
        CancellationToken cancel
    ) =>
        (await shards.ListAsync($"{job}.>", cancel))
            .Where(s => s.Value is not null)
            .ToDictionary(s => s.Key[(job.Length + 1)..], s => s.Value!, StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<bool> DeleteRecordsAsync(string job, CancellationToken cancel)
    {
        bool hadRecords = await shards.DeleteAsync($"{job}.>", cancel);
        return await jobs.DeleteAsync(job, cancel) || hadRecords;
    }

    /// <inheritdoc/>
    public Task PublishAsync(ShardManifest shard, string message, CancellationToken cancel) =>
        calls.MakeAsync(token => PublishAsync(WorkPrefix + shard.Job, shard.ToJson(), message, token), cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, long>> CountAsync(CancellationToken cancel) =>
        calls.MakeAsync(
            async token =>
            {
                INatsJSStream work = await stream.GetStreamAsync(
                    WorkStream,
                    new StreamInfoRequest { SubjectsFilter = $"{WorkPrefix}>" },
                    token
                );
                IReadOnlyDictionary<string, long> counts = (work.Info.State.Subjects ?? new Dictionary<string, long>())
                    .Where(s => s.Value > 0)
                    .ToDictionary(s => s.Key[WorkPrefix.Length..], s => s.Value, StringComparer.Ordinal);
                return counts;
            },
            cancel
        );

    /// <inheritdoc/>
    public async Task<IWorkDelivery?> ReceiveAsync(string job, TimeSpan wait, CancellationToken cancel)
    {
        INatsJSConsumer consumer = await ConsumerAsync(job, cancel);
        try
        {
            INatsJSMsg<byte[]>? message = await calls.MakeAsync(
                token => wait > TimeSpan.Zero ? WaitAsync(consumer, wait, token) : TakeAsync(consumer, token),
                cancel,
                wait
            );
            if (message is null && wait > TimeSpan.Zero)
            {
                await calls.MakeAsync(token => RefreshAsync(consumer, token), cancel);
            }

            return message is null ? null : new NatsDelivery(message, job, settings.RequestTimeout);
        }
        catch (QueueException)
        {
            consumers.TryRemove(job, out _); // it may have been deleted on the server
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<IWorkDelivery>> ReadAsync(string job, ulong after, int max, CancellationToken cancel) =>
        calls.MakeAsync(
            async token =>
            {
                INatsJSStream work = await stream.GetStreamAsync(WorkStream, cancellationToken: token);
                var read = new List<IWorkDelivery>();
                try
                {
                    while (read.Count < max)
                    {
                        var next = new StreamMsgGetRequest { Seq = after + 1, NextBySubj = WorkPrefix + job };
                        StoredMessage found = (await work.GetAsync(next, token)).Message;
                        after = found.Seq;
                        read.Add(new StoredDelivery(stream, calls, job, found.Seq, found.Data));
                    }
                }
                catch (NatsJSApiException e) when (NatsErrors.IsNotFound(e))
                {
                    // There is none after the last one.
                }

                IReadOnlyList<IWorkDelivery> all = read;
                return all;
            },
            cancel
        );

    /// <inheritdoc/>
    public Task<bool> HoldsAsync(ulong message, CancellationToken cancel) =>
        calls.MakeAsync(
            async token =>
            {
                try
                {
                    INatsJSStream work = await stream.GetStreamAsync(WorkStream, cancellationToken: token);
                    await work.GetAsync(new StreamMsgGetRequest { Seq = message }, token);
                    return true;
                }
                catch (NatsJSApiException e) when (NatsErrors.IsNotFound(e))
                {
                    return false;
                }
            },
            cancel
        );

    /// <inheritdoc/>
    public Task BuryAsync(DeadLetter letter, CancellationToken cancel) =>
        calls.MakeAsync(
            token =>
                PublishAsync(
                    DeadPrefix + letter.Job,
                    letter.ToJson(),
                    $"{letter.Job}.{letter.Id}.{letter.Message}.{letter.Retries}",
                    token
                ),
            cancel
        );

    /// <inheritdoc/>
    public Task PurgeAsync(string job, CancellationToken cancel) => PurgeAsync(WorkStream, WorkPrefix + job, cancel);

    /// <inheritdoc/>
    public async Task<bool> DeleteMessagesAsync(string job, CancellationToken cancel)
    {
        bool hadWork = await PurgeAsync(WorkStream, WorkPrefix + job, cancel);
        bool hadLetters = await PurgeAsync(DeadStream, DeadPrefix + job, cancel);
        consumers.TryRemove(job, out _);
        bool hadConsumer = await calls.MakeAsync(
            async token =>
            {
                try
                {
                    return await stream.DeleteConsumerAsync(WorkStream, ConsumerOf(job), token);
                }
                catch (NatsJSApiException e) when (NatsErrors.IsNotFound(e))
                {
                    return false;
                }
            },
            cancel
        );
        return hadWork || hadLetters || hadConsumer;
    }

    /// <summary>Sends what is waiting and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (IsConnected)
        {
            try
            {
                // Acknowledgements are only sent; the answer to a ping says that the server has them.
                using var limit = new CancellationTokenSource(MinWait);
                await connection.PingAsync(limit.Token);
            }
            catch (Exception e) when (e is OperationCanceledException || NatsErrors.IsOfServer(e)) { }
        }

        await connection.DisposeAsync();
    }

    private async Task OpenAsync(CancellationToken cancel)
    {
        await calls.ConnectAsync(connection.ConnectAsync, cancel);
        (INatsKVStore jobBucket, INatsKVStore shardBucket) = await new NatsSetup(stream, settings, calls).RunAsync(
            cancel
        );
        jobs = new NatsBucket<JobDescription>(
            jobBucket,
            calls,
            (name, json) => JobDescription.Parse(json, name),
            QueueException.BadJob
        );
        shards = new NatsBucket<ShardRecord>(
            shardBucket,
            calls,
            (_, json) => ShardRecord.Parse(json),
            QueueException.BadRecord
        );
    }

    private static string ConsumerOf(string job) => $"mien-{job}";

    /// <returns>Whether there was any message.</returns>
    private Task<bool> PurgeAsync(string name, string subject, CancellationToken cancel) =>
        calls.MakeAsync(
            async token =>
                (await stream.PurgeStreamAsync(name, new StreamPurgeRequest { Filter = subject }, token)).Purged > 0,
            cancel
        );

    /// <summary>
    /// Gets the consumer of a job. Each job has one of its own, so that a worker that refuses a job leaves its messages
    /// to others.
    /// </summary>
    private async Task<INatsJSConsumer> ConsumerAsync(string job, CancellationToken cancel)
    {
        if (consumers.TryGetValue(job, out INatsJSConsumer? known))
        {
            return known;
        }

        var config = new ConsumerConfig(ConsumerOf(job))
        {
            FilterSubject = WorkPrefix + job,
            AckPolicy = ConsumerConfigAckPolicy.Explicit,
            AckWait = settings.AckWait,
            MaxDeliver = -1, // the worker counts, because a message at this limit would stay in the stream for ever
            MaxAckPending = -1,
            MaxWaiting = 10_000,
            // Those of jobs that are over go away. If it happens earlier, a worker makes it again: the stream keeps the
            // messages that were not acknowledged.
            InactiveThreshold = MaxIdle,
        };
        INatsJSConsumer consumer = await calls.MakeAsync(
            async token => await stream.CreateOrUpdateConsumerAsync(WorkStream, config, token),
            cancel
        );
        consumers[job] = consumer;
        return consumer;
    }

    /// <summary>
    /// Fails if the server has removed the consumer; a request for a message would only get no answer.
    /// </summary>
    private static async Task<bool> RefreshAsync(INatsJSConsumer consumer, CancellationToken cancel)
    {
        await consumer.RefreshAsync(cancel);
        return true;
    }

    private static async Task<INatsJSMsg<byte[]>?> WaitAsync(
        INatsJSConsumer consumer,
        TimeSpan wait,
        CancellationToken cancel
    )
    {
        TimeSpan expires = wait > MinWait ? wait : MinWait;
        return await consumer.NextAsync<byte[]>(
            opts: new NatsJSNextOpts { Expires = expires },
            cancellationToken: cancel
        );
    }

    private static async Task<INatsJSMsg<byte[]>?> TakeAsync(INatsJSConsumer consumer, CancellationToken cancel)
    {
        await foreach (
            INatsJSMsg<byte[]> message in consumer.FetchNoWaitAsync<byte[]>(
                new NatsJSFetchOpts { MaxMsgs = 1 },
                cancellationToken: cancel
            )
        )
        {
            return message;
        }

        return null;
    }

    private async Task<bool> PublishAsync(string subject, byte[] data, string id, CancellationToken cancel)
    {
        PubAckResponse answer = await stream.PublishAsync(
            subject,
            data,
            opts: new NatsJSPubOpts { MsgId = id },
            cancellationToken: cancel
        );
        return answer.Error is null ? !answer.Duplicate : throw new NatsJSApiException(answer.Error);
    }
}
