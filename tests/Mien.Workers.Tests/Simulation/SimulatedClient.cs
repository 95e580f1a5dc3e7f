namespace Mien.Workers.Tests;

/// <summary>A connection of a process to the simulated server: calls take time, and fail while it is down.</summary>
internal sealed class SimulatedClient(SimulatedWorld world, SimulatedServer server) : IJobStore, IWorkQueue
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly SimulatedWorld world = world;
    private readonly SimulatedServer server = server;
    private readonly TimeSpan opened = world.Elapsed;

    public TimeSpan AckWait => server.AckWait;

    public TimeSpan? SinceReconnect => server.UpAgain > opened ? world.Elapsed - server.UpAgain : null;

    public Task<Versioned<JobDescription>?> FindJobAsync(string name, CancellationToken cancel) =>
        CallAsync(
            () =>
                server.Unreadable.Contains(name)
                    ? throw QueueException.BadJob(name)
                    : server.Jobs.GetValueOrDefault(name),
            cancel
        );

    public Task<(IReadOnlyList<Versioned<JobDescription>> Jobs, IReadOnlyList<string> Unreadable)> ListJobsAsync(
        CancellationToken cancel
    ) =>
        CallAsync<(IReadOnlyList<Versioned<JobDescription>> Jobs, IReadOnlyList<string> Unreadable)>(
            () =>
                (
                    [.. server.Jobs.Values.OrderBy(j => j.Value.Name, StringComparer.Ordinal)],
                    [.. server.Unreadable.Where(n => !n.Contains('.'))]
                ),
            cancel
        );

    public Task<bool> TryWriteJobAsync(JobDescription job, ulong revision, CancellationToken cancel) =>
        CallAsync(() => server.TryWrite(job, revision), cancel);

    public Task<Versioned<ShardRecord>?> FindShardAsync(string job, string id, CancellationToken cancel) =>
        CallAsync(
            () =>
                server.Unreadable.Contains($"{job}.{id}")
                    ? throw QueueException.BadRecord($"{job}.{id}")
                    : server.Shards.GetValueOrDefault((job, id)),
            cancel
        );

    public Task<bool> TryWriteShardAsync(
        string job,
        string id,
        ShardRecord record,
        ulong revision,
        CancellationToken cancel
    ) => CallAsync(() => server.TryWrite(job, id, record, revision), cancel);

    public Task<IReadOnlyDictionary<string, Versioned<ShardRecord>>> ListShardsAsync(
        string job,
        CancellationToken cancel
    ) =>
        CallAsync<IReadOnlyDictionary<string, Versioned<ShardRecord>>>(
            () => server.Shards.Where(s => s.Key.Job == job).ToDictionary(s => s.Key.Id, s => s.Value),
            cancel
        );

    public Task<bool> DeleteRecordsAsync(string job, CancellationToken cancel) =>
        CallAsync(() => server.Delete(job), cancel);

    public Task PublishAsync(ShardManifest shard, string message, CancellationToken cancel) =>
        DoAsync(() => server.Publish(shard.Job, shard.ToJson(), message), cancel);

    public Task<IReadOnlyDictionary<string, long>> CountAsync(CancellationToken cancel) =>
        CallAsync<IReadOnlyDictionary<string, long>>(
            () => server.Messages.Values.GroupBy(m => m.Job).ToDictionary(g => g.Key, g => (long)g.Count()),
            cancel
        );

    public async Task<IWorkDelivery?> ReceiveAsync(string job, TimeSpan wait, CancellationToken cancel)
    {
        TimeSpan end = world.Elapsed + wait;
        while (true)
        {
            IWorkDelivery? delivery = await CallAsync(
                () => server.Deliver(job) is { } m ? new Delivery(this, m, m.Deliveries) : null,
                cancel
            );
            if (delivery is not null || world.Elapsed >= end)
            {
                return delivery;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), world, cancel);
        }
    }

    public Task<IReadOnlyList<IWorkDelivery>> ReadAsync(string job, ulong after, int max, CancellationToken cancel) =>
        CallAsync<IReadOnlyList<IWorkDelivery>>(
            () =>
                [
                    .. server
                        .Messages.Values.Where(m => m.Job == job && m.Number > after)
                        .Take(max)
                        .Select(m => new Stored(this, m)),
                ],
            cancel
        );

    public Task<bool> HoldsAsync(ulong message, CancellationToken cancel) =>
        CallAsync(() => server.Messages.ContainsKey(message), cancel);

    public Task BuryAsync(DeadLetter letter, CancellationToken cancel) =>
        DoAsync(() => server.Letters.Add(letter), cancel);

    public Task PurgeAsync(string job, CancellationToken cancel) => CallAsync(() => server.Purge(job), cancel);

    public Task<bool> DeleteMessagesAsync(string job, CancellationToken cancel) =>
        CallAsync(() => server.Purge(job) | server.Letters.RemoveAll(l => l.Job == job) > 0, cancel);

    private Task<bool> DoAsync(Action effect, CancellationToken cancel) =>
        CallAsync(
            () =>
            {
                effect();
                return true;
            },
            cancel
        );

    private async Task<T> CallAsync<T>(Func<T> effect, CancellationToken cancel)
    {
        await Task.Delay(server.Latency * world.Random.NextDouble(), world, cancel);
        if (server.IsUp)
        {
            T result = effect();
            await Task.Delay(server.Latency * world.Random.NextDouble(), world, cancel);
            if (world.Random.NextDouble() >= server.LostAnswers)
            {
                return result;
            }
        }

        await Task.Delay(Timeout, world, cancel);
        throw new QueueException("natsUnavailable", "The simulated server does not answer.", isTransient: true);
    }

    /// <summary>Sends something that is not answered; it may get lost.</summary>
    private async Task<bool> SendAsync(Action effect, CancellationToken cancel)
    {
        await Task.Delay(server.Latency * world.Random.NextDouble(), world, cancel);
        if (server.IsUp && world.Random.NextDouble() >= server.LostAnswers)
        {
            effect();
        }

        return server.IsUp;
    }

    private sealed class Stored(SimulatedClient client, SimulatedMessage message) : IWorkDelivery
    {
        public string Job => message.Job;

        public ulong Message => message.Number;

        public ulong Delivery => 0;

        public ReadOnlyMemory<byte> Data => message.Data;

        public Task<bool> ReportAsync(CancellationToken cancel) => Task.FromResult(true);

        public Task AckAsync(CancellationToken cancel) =>
            client.DoAsync(() => client.server.Messages.Remove(message.Number), cancel);

        public Task GiveBackAsync(TimeSpan delay, CancellationToken cancel) => Task.CompletedTask;
    }

    private sealed class Delivery(SimulatedClient client, SimulatedMessage message, ulong number) : IWorkDelivery
    {
        public string Job => message.Job;

        public ulong Message => message.Number;

        ulong IWorkDelivery.Delivery => number;

        public ReadOnlyMemory<byte> Data => message.Data;

        public Task<bool> ReportAsync(CancellationToken cancel) =>
            client.SendAsync(() => message.NotBefore = client.world.Elapsed + client.AckWait, cancel);

        public Task AckAsync(CancellationToken cancel) =>
            client.SendAsync(() => client.server.Acknowledge(message), cancel);

        public Task GiveBackAsync(TimeSpan delay, CancellationToken cancel) =>
            client.SendAsync(() => message.NotBefore = client.world.Elapsed + delay, cancel);
    }
}
