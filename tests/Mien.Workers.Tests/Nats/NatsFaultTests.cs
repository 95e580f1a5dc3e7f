using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.KeyValueStore;

namespace Mien.Workers.Tests;

/// <summary>What operators, other programs and killed workers leave on a real server.</summary>
[Collection(nameof(RealServer))]
public sealed class NatsFaultTests : IDisposable
{
    private const string Output = "results";

    private readonly TempFolder folder = new();
    private readonly NatsServer server;

    public NatsFaultTests()
    {
        try
        {
            server = new NatsServer(folder["server"], "-c", folder.Write("nats.conf", "max_payload: 65536"));
            Directory.CreateDirectory(folder[Output]);
        }
        catch
        {
            folder.Dispose(); // the test is skipped without a server
            throw;
        }
    }

    private NatsSettings Settings => NatsRun.Patient(server.Url);

    public void Dispose()
    {
        server.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task The_shard_of_a_worker_whose_process_ends_is_taken_over()
    {
        NatsSettings settings = NatsRun.Quick(server.Url);
        var run = new NatsRun(folder[Output], settings);
        await run.EnqueueAsync(shardSize: 100);

        // A worker that begins a shard and from then on sends nothing, as if it were killed.
        var begun = new TaskCompletionSource();
        NatsJobs jobs = await NatsJobs.ConnectAsync(settings, default);
        var processor = new FileProcessor(folder[Output])
        {
            Begun = () =>
            {
                begun.TrySetResult();
                return new TaskCompletionSource().Task;
            },
        };
        var options = new WorkerOptions { Name = "killed", GiveBackTime = TimeSpan.FromMilliseconds(1) };
        using var stop = new CancellationTokenSource();
        Task<WorkerEnd> killed = new ShardWorker(jobs, jobs, processor, options, TimeProvider.System).RunAsync(
            stop.Token,
            stop.Token
        );
        await begun.Task;
        await jobs.DisposeAsync();
        await stop.CancelAsync();
        await killed;

        await run.WorkAsync(2);
        await run.CheckAsync();
        await using NatsJobs after = await NatsJobs.ConnectAsync(settings, default);
        ShardRecord record = Assert.Single(
            (await after.ListShardsAsync("archive", default)).Values.Select(r => r.Value),
            r => r.Crashes > 0
        );
        Assert.Equal((1, ShardState.Done), (record.Crashes, record.State));
    }

    [Fact]
    public async Task A_deleted_job_leaves_nothing_and_can_be_queued_again_at_once()
    {
        var run = new NatsRun(folder[Output], Settings);
        await run.EnqueueAsync(shardSize: 100);
        await run.WorkAsync(1);
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(Settings, default);
        await jobs.BuryAsync(new DeadLetter { Job = "archive", Reason = "test" }, default);
        await new JobActions(jobs, jobs).DeleteAsync("archive", default);

        Assert.Empty((await jobs.ListJobsAsync(default)).Jobs);
        Assert.Empty(await jobs.ListShardsAsync("archive", default));
        await using NatsConnection connection = Connect();
        var stream = new NatsJSContext(connection);
        foreach (string name in (string[])[NatsJobs.WorkStream, NatsJobs.DeadStream, "KV_mien-jobs", "KV_mien-shards"])
        {
            Assert.Equal(0, (await stream.GetStreamAsync(name)).Info.State.Messages);
        }

        Assert.Equal(0, (await stream.GetStreamAsync(NatsJobs.WorkStream)).Info.State.ConsumerCount);

        var error = await Assert.ThrowsAsync<MienException>(() =>
            new JobActions(jobs, jobs).DeleteAsync("archive", default)
        );
        Assert.Equal("jobNotFound", error.Code);

        // The server remembers the identifiers of messages for an hour; those of the new job are others.
        await run.EnqueueAsync(shardSize: 100);
        Assert.Equal(6, (await jobs.CountAsync(default))["archive"]);
        await run.WorkAsync(1);
        await run.CheckAsync();
    }

    [Fact]
    public async Task Keys_that_were_deleted_by_hand_can_be_written_again()
    {
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(Settings, default);
        var run = new NatsRun(folder[Output], Settings);
        await run.EnqueueAsync(shardSize: 300);
        await using NatsConnection connection = Connect();
        INatsKVStore bucket = await new NatsKVContext(new NatsJSContext(connection)).GetStoreAsync("mien-jobs");
        await bucket.DeleteAsync("archive");

        Assert.Null(await jobs.FindJobAsync("archive", default));
        var error = await Assert.ThrowsAsync<MienException>(() => run.EnqueueAsync(shardSize: 300));
        Assert.Equal("recordsLeft", error.Code);
        Assert.True(await jobs.TryWriteJobAsync(Scenario.Job, 0, default));
        Assert.False(await jobs.TryWriteJobAsync(Scenario.Job, 0, default));
    }

    [Fact]
    public async Task Values_that_cannot_be_read_end_no_worker()
    {
        var run = new NatsRun(folder[Output], Settings);
        await run.EnqueueAsync(shardSize: 300);
        await using NatsConnection connection = Connect();
        var stream = new NatsJSContext(connection);
        var buckets = new NatsKVContext(stream);
        INatsKVStore jobBucket = await buckets.GetStoreAsync("mien-jobs");
        await jobBucket.PutAsync("bad", "{ nonsense"u8.ToArray());
        await jobBucket.PutAsync("archive2", Scenario.Job.ToJson()); // the description of another job
        await (await buckets.GetStoreAsync("mien-shards")).PutAsync("archive.0", "[]"u8.ToArray());
        await stream.PublishAsync("mien.work.bad", "x"u8.ToArray());
        await stream.PublishAsync("mien.work.bad.subject", "x"u8.ToArray());

        await using NatsJobs jobs = await NatsJobs.ConnectAsync(Settings, default);
        (IReadOnlyList<Versioned<JobDescription>> good, IReadOnlyList<string> bad) = await jobs.ListJobsAsync(default);
        Assert.Equal("archive", Assert.Single(good).Value.Name);
        Assert.Equal(["archive2", "bad"], bad);
        var error = await Assert.ThrowsAsync<QueueException>(() => jobs.FindJobAsync("bad", default));
        Assert.Equal(("badJob", false), (error.Code, error.IsTransient));
        error = await Assert.ThrowsAsync<QueueException>(() => jobs.FindShardAsync("archive", "0", default));
        Assert.Equal(("badRecord", false), (error.Code, error.IsTransient));
        Assert.Equal(2, (await jobs.ListShardsAsync("archive", default)).Count);

        var options = new WorkerOptions { Name = "worker", UntilEmpty = true };
        var worker = new ShardWorker(jobs, jobs, new FileProcessor(folder[Output]), options, TimeProvider.System);
        Assert.Equal(WorkerEndReason.OnlyRefused, (await worker.RunAsync(default, default)).Reason);
        await new JobActions(jobs, jobs).DeleteAsync("bad", default);
        Assert.True(Assert.Single(JobFileList.ReadAll(folder[Output])).IsComplete);
        Assert.Equal(["archive2"], (await jobs.ListJobsAsync(default)).Unreadable);
        Assert.Equal(["bad.subject"], (await jobs.CountAsync(default)).Keys);
    }

    [Fact]
    public async Task A_consumer_that_the_server_has_removed_is_made_again()
    {
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(Settings, default);
        var shard = ShardManifest.Create(Scenario.Job, ["a.jpg"], 0);
        await jobs.PublishAsync(shard, "0", default);
        IWorkDelivery first = (await jobs.ReceiveAsync("archive", TimeSpan.FromSeconds(1), default))!;

        await using NatsConnection connection = Connect();
        var stream = new NatsJSContext(connection);
        ConsumerInfo info = (await stream.GetConsumerAsync(NatsJobs.WorkStream, "mien-archive")).Info;
        Assert.Equal(TimeSpan.FromDays(1), info.Config.InactiveThreshold);
        Assert.True(await stream.DeleteConsumerAsync(NatsJobs.WorkStream, "mien-archive"));

        var calls = new PatientCalls(TimeProvider.System, new Silent());
        IWorkDelivery? second = null;
        for (int tries = 0; second is null; tries++)
        {
            Assert.True(tries < 20);
            second = await calls.UntilDoneAsync(c => jobs.ReceiveAsync("archive", TimeSpan.FromSeconds(1), c), default);
        }

        Assert.Equal((first.Message, 1UL), (second.Message, second.Delivery));
    }

    [Fact]
    public async Task Messages_are_read_without_being_taken_and_can_be_removed()
    {
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(Settings, default);
        foreach (string name in (string[])["archive", "other", "archive"])
        {
            var shard = ShardManifest.Create(Scenario.Job with { Name = name }, ["a.jpg"], 0);
            await jobs.PublishAsync(shard, Guid.NewGuid().ToString(), default);
        }

        IReadOnlyList<IWorkDelivery> all = await jobs.ReadAsync("archive", after: 0, max: 10, default);
        Assert.Equal([1UL, 3UL], all.Select(m => m.Message));
        Assert.Equal("archive", ShardManifest.Parse(all[1].Data.Span)!.Job);
        Assert.Equal(1UL, Assert.Single(await jobs.ReadAsync("archive", after: 0, max: 1, default)).Message);
        Assert.Equal(3UL, Assert.Single(await jobs.ReadAsync("archive", after: 1, max: 10, default)).Message);
        Assert.Empty(await jobs.ReadAsync("archive", after: 3, max: 10, default));

        await all[0].AckAsync(default);
        await all[0].AckAsync(default); // another worker does so too
        Assert.Equal(1, (await jobs.CountAsync(default))["archive"]);
        IWorkDelivery left = (await jobs.ReceiveAsync("archive", TimeSpan.FromSeconds(1), default))!;
        Assert.Equal((3UL, 1UL), (left.Message, left.Delivery));
    }

    [Fact]
    public async Task A_message_that_was_removed_is_not_held()
    {
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(Settings, default);
        await jobs.PublishAsync(ShardManifest.Create(Scenario.Job, ["a.jpg"], 0), "0", default);
        IWorkDelivery delivery = (await jobs.ReceiveAsync("archive", TimeSpan.FromSeconds(1), default))!;
        Assert.True(await jobs.HoldsAsync(delivery.Message, default));
        await jobs.PurgeAsync("archive", default);
        Assert.False(await jobs.HoldsAsync(delivery.Message, default));
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_a_final_error_and_a_letter_never_is()
    {
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(Settings, default);
        string[] paths = [.. Enumerable.Range(0, 100).Select(i => $"{new string('x', 1000)}/{i}.jpg")];
        var shard = ShardManifest.Create(Scenario.Job, paths, 0);
        var error = await Assert.ThrowsAsync<QueueException>(() => jobs.PublishAsync(shard, "0", default));
        Assert.Equal(("natsError", false), (error.Code, error.IsTransient));
        Assert.Contains("--shard-size", error.Message, StringComparison.Ordinal);

        var letter = new DeadLetter { Job = "archive", Reason = new string('x', 100_000) };
        await jobs.BuryAsync(letter, default);
    }

    private NatsConnection Connect() => new(new NatsOpts { Url = server.Url });

    private sealed class Silent : IWorkerObserver;
}
