using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.KeyValueStore;

namespace Mien.Workers;

/// <summary>Prepares a connection, and the streams and buckets that a server lacks.</summary>
internal sealed class NatsSetup(NatsJSContext stream, NatsSettings settings, NatsCalls calls)
{
    private const string JobBucket = "mien-jobs";
    private const string ShardBucket = "mien-shards";

    /// <summary>
    /// The number of times that streams and buckets are looked up or created: a server that has just started may not
    /// answer yet.
    /// </summary>
    private const int MaxTries = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the server drops a second message of the same shard.</summary>
    private static readonly TimeSpan DuplicateWindow = TimeSpan.FromHours(1);

    /// <summary>Makes the options of a connection.</summary>
    public static NatsOpts Options(NatsSettings settings) =>
        new()
        {
            Url = settings.Url,
            Name = settings.ClientName,
            AuthOpts = new NatsAuthOpts
            {
                Username = settings.User,
                Password = settings.Password,
                Token = settings.Token,
                CredsFile = settings.CredentialsFile,
                // Read at each connect. The client's own reader expects the public key in the file too.
                AuthCredCallback = settings.NKeyFile is null
                    ? null
                    : (_, _) => ValueTask.FromResult(NatsAuthCred.FromNkey(settings.ReadNKeySeed())),
            },
            TlsOpts = new NatsTlsOpts
            {
                CaFile = settings.CaFile,
                CertFile = settings.CertificateFile,
                KeyFile = settings.KeyFile,
            },
            RequestTimeout = settings.RequestTimeout,
            ConnectTimeout = settings.RequestTimeout,
            ReconnectWaitMin = TimeSpan.FromMilliseconds(250),
            ReconnectWaitMax = TimeSpan.FromSeconds(5),
            ReconnectJitter = TimeSpan.FromMilliseconds(250),
            // A connection that is cut without a word is noticed after three of these.
            PingInterval = TimeSpan.FromSeconds(10),
            // Lists of records come as fast as the server can send them.
            SubPendingChannelCapacity = 200_000,
        };

    /// <summary>Finds or creates what jobs need.</summary>
    /// <exception cref="QueueException">The server does not answer, or has no JetStream or no room.</exception>
    public async Task<(INatsKVStore Jobs, INatsKVStore Shards)> RunAsync(CancellationToken cancel)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                return await CreateAsync(cancel);
            }
            catch (QueueException e) when (e.IsTransient && tries < MaxTries)
            {
                await Task.Delay(Pause, cancel);
            }
            catch (QueueException e) when (NatsErrors.IsWithoutJetStream(e))
            {
                throw NatsErrors.NoJetStream(settings.ShownUrl(), e);
            }
        }
    }

    private async Task<(INatsKVStore Jobs, INatsKVStore Shards)> CreateAsync(CancellationToken cancel)
    {
        await CreateStreamAsync(
            new StreamConfig(NatsJobs.WorkStream, [$"{NatsJobs.WorkPrefix}>"])
            {
                Description = "Shards of photos that wait for a worker of mien or are in its hand",
                Retention = StreamConfigRetention.Workqueue,
                DuplicateWindow = DuplicateWindow,
            },
            cancel
        );
        await CreateStreamAsync(
            new StreamConfig(NatsJobs.DeadStream, [$"{NatsJobs.DeadPrefix}>"])
            {
                Description = "Messages that no worker of mien processes any more, with the reason",
                Retention = StreamConfigRetention.Limits,
                DuplicateWindow = DuplicateWindow,
            },
            cancel
        );
        var buckets = new NatsKVContext(stream);
        INatsKVStore jobs = await CreateBucketAsync(buckets, JobBucket, "Jobs of mien", cancel);
        return (jobs, await CreateBucketAsync(buckets, ShardBucket, "Records of the shards of mien's jobs", cancel));
    }

    /// <summary>Creates a stream unless there is one, whose settings then stay as the operator has made them.</summary>
    private Task<bool> CreateStreamAsync(StreamConfig config, CancellationToken cancel) =>
        calls.MakeAsync(
            async token =>
            {
                try
                {
                    await stream.GetStreamAsync(config.Name!, cancellationToken: token);
                    return false;
                }
                catch (NatsJSApiException e) when (NatsErrors.IsNotFound(e))
                {
                    config.Storage = StreamConfigStorage.File;
                    config.NumReplicas = settings.Replicas;
                    await stream.CreateStreamAsync(config, token);
                    return true;
                }
            },
            cancel
        );

    private Task<INatsKVStore> CreateBucketAsync(
        NatsKVContext buckets,
        string name,
        string description,
        CancellationToken cancel
    ) =>
        calls.MakeAsync(
            async token =>
            {
                try
                {
                    return await buckets.GetStoreAsync(name, token);
                }
                catch (NatsJSApiException e) when (NatsErrors.IsNotFound(e))
                {
                    var config = new NatsKVConfig(name)
                    {
                        Description = description,
                        NumberOfReplicas = settings.Replicas,
                    };
                    return await buckets.CreateStoreAsync(config, token);
                }
            },
            cancel
        );
}
