namespace Mien.Workers.Tests;

/// <summary>Jobs, records and messages on a real server.</summary>
[Collection(nameof(RealServer))]
public sealed class NatsJobsTests : IDisposable
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    private readonly TempFolder folder = new();
    private readonly NatsServer server;

    public NatsJobsTests()
    {
        try
        {
            server = new NatsServer(folder["server"]);
        }
        catch
        {
            folder.Dispose(); // the test is skipped without a server
            throw;
        }
    }

    public void Dispose()
    {
        server.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_value_is_written_only_if_nobody_else_has_written_it()
    {
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(NatsRun.Patient(server.Url), default);
        Assert.Null(await jobs.FindJobAsync("archive", default));
        Assert.Empty((await jobs.ListJobsAsync(default)).Jobs);
        Assert.Empty(await jobs.ListShardsAsync("archive", default));

        Assert.True(await jobs.TryWriteJobAsync(Scenario.Job, 0, default));
        Assert.False(await jobs.TryWriteJobAsync(Scenario.Job, 0, default));
        Versioned<JobDescription> job = (await jobs.FindJobAsync("archive", default))!;
        Assert.Equal(Scenario.Job.Options, job.Value.Options);
        Assert.True(await jobs.TryWriteJobAsync(job.Value with { State = JobState.Open }, job.Revision, default));
        Assert.False(await jobs.TryWriteJobAsync(job.Value, job.Revision, default));
        Assert.Equal(JobState.Open, Assert.Single((await jobs.ListJobsAsync(default)).Jobs).Value.State);

        ShardRecord record = new() { Photos = 3, Index = 0 };
        Assert.Null(await jobs.FindShardAsync("archive", "0", default));
        Assert.True(await jobs.TryWriteShardAsync("archive", "0", record, 0, default));
        Versioned<ShardRecord> found = (await jobs.FindShardAsync("archive", "0", default))!;
        Assert.True(await jobs.TryWriteShardAsync("archive", "0", record with { File = "f" }, found.Revision, default));
        Assert.False(await jobs.TryWriteShardAsync("archive", "0", record, found.Revision, default));
        Assert.True(await jobs.TryWriteShardAsync("archive2", "0", record, 0, default));
        KeyValuePair<string, Versioned<ShardRecord>> listed = Assert.Single(
            await jobs.ListShardsAsync("archive", default)
        );
        Assert.Equal(("0", "f"), (listed.Key, listed.Value.Value.File));
        Assert.InRange(listed.Value.Written, found.Written, found.Written.AddMinutes(1));
    }

    [Fact]
    public async Task All_records_of_a_job_are_listed_however_many_there_are()
    {
        const int count = 5000;
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(NatsRun.Patient(server.Url), default);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = 64 },
            async (i, cancel) =>
                Assert.True(await jobs.TryWriteShardAsync("archive", $"{i}", new ShardRecord { Index = i }, 0, cancel))
        );
        IReadOnlyDictionary<string, Versioned<ShardRecord>> all = await jobs.ListShardsAsync("archive", default);
        Assert.Equal(Enumerable.Range(0, count), all.Values.Select(r => r.Value.Index!.Value).Order());
    }

    [Fact]
    public async Task A_message_stays_until_it_is_acknowledged_and_a_second_one_is_dropped()
    {
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(NatsRun.Patient(server.Url), default);
        var shard = ShardManifest.Create(Scenario.Job, ["a.jpg"], 0);
        Assert.Empty(await jobs.CountAsync(default));
        Assert.Null(await jobs.ReceiveAsync("archive", TimeSpan.Zero, default));
        Assert.Null(await jobs.ReceiveAsync("archive", Wait, default));

        await jobs.PublishAsync(shard, "0", default);
        await jobs.PublishAsync(shard, "0", default);
        Assert.Equal(1, Assert.Single(await jobs.CountAsync(default)).Value);
        IWorkDelivery delivery = (await jobs.ReceiveAsync("archive", Wait, default))!;
        Assert.Equal(("archive", 1UL), (delivery.Job, delivery.Delivery));
        Assert.Equal(shard.ToJson(), delivery.Data.ToArray());
        Assert.Equal(1, (await jobs.CountAsync(default))["archive"]);
        Assert.True(await jobs.HoldsAsync(delivery.Message, default));

        await delivery.GiveBackAsync(TimeSpan.Zero, default);
        IWorkDelivery again = (await jobs.ReceiveAsync("archive", Wait, default))!;
        Assert.Equal((delivery.Message, 2UL), (again.Message, again.Delivery));
        await again.ReportAsync(default);
        await again.AckAsync(default);
        await UntilAsync(async () => (await jobs.CountAsync(default)).Count == 0);
        Assert.False(await jobs.HoldsAsync(delivery.Message, default));

        // A retry is another message; so is what is queued after a purge.
        await jobs.PublishAsync(shard, "1", default);
        await jobs.PublishAsync(ShardManifest.Create(Scenario.Job with { Name = "other" }, ["a.jpg"], 0), "2", default);
        Assert.Equal(2, (await jobs.CountAsync(default)).Count);
        await jobs.PurgeAsync("archive", default);
        Assert.Equal("other", Assert.Single(await jobs.CountAsync(default)).Key);
    }

    [Fact]
    public async Task A_message_of_a_silent_worker_is_delivered_again()
    {
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(NatsRun.Quick(server.Url), default);
        await jobs.PublishAsync(ShardManifest.Create(Scenario.Job, ["a.jpg"], 0), "0", default);
        IWorkDelivery first = (await jobs.ReceiveAsync("archive", Wait, default))!;
        IWorkDelivery? second = null;
        await UntilAsync(async () => (second = await jobs.ReceiveAsync("archive", Wait, default)) is not null);
        Assert.Equal((first.Message, 2UL), (second!.Message, second.Delivery));
    }

    [Fact]
    public async Task Dead_letters_stay_on_the_server()
    {
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(NatsRun.Patient(server.Url), default);
        var letter = new DeadLetter
        {
            Job = "archive",
            Id = "0123456789abcdef",
            Photos = 1,
            Reason = "3 workers have ended.",
        };
        await jobs.BuryAsync(letter, default);
        await jobs.BuryAsync(letter, default);
        await jobs.BuryAsync(letter with { Retries = 1 }, default);

        await using var connection = new NATS.Client.Core.NatsConnection(new() { Url = server.Url });
        var stream = new NATS.Client.JetStream.NatsJSContext(connection);
        Assert.Equal(2, (await stream.GetStreamAsync(NatsJobs.DeadStream)).Info.State.Messages);
    }

    [Fact]
    public async Task What_was_acknowledged_survives_kill_9_of_the_server_and_the_client_reconnects()
    {
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(NatsRun.Quick(server.Url), default);
        var shard = ShardManifest.Create(Scenario.Job, ["a.jpg"], 0);
        await jobs.PublishAsync(shard, "0", default);
        Assert.True(await jobs.TryWriteShardAsync("archive", shard.Id, ShardRecord.Queued(shard), 0, default));

        server.Kill();
        var error = await Assert.ThrowsAsync<QueueException>(() => jobs.FindShardAsync("archive", shard.Id, default));
        Assert.Equal(("natsUnavailable", true), (error.Code, error.IsTransient));
        Assert.Contains(server.Url, error.Message, StringComparison.Ordinal);
        await UntilAsync(() => Task.FromResult(!jobs.IsConnected));
        server.Start();

        var calls = new PatientCalls(TimeProvider.System, new Silent());
        Assert.NotNull(await calls.UntilDoneAsync(c => jobs.FindShardAsync("archive", shard.Id, c), default));
        Assert.True(jobs.IsConnected);
        Assert.Equal(1, (await calls.UntilDoneAsync(c => jobs.CountAsync(c), default))["archive"]);
        Assert.NotNull(await calls.UntilDoneAsync(c => jobs.ReceiveAsync("archive", Wait, c), default));
    }

    [Fact]
    public async Task A_server_that_does_not_run_is_an_error_that_says_so()
    {
        server.Kill();
        var error = await Assert.ThrowsAsync<QueueException>(() =>
            NatsJobs.ConnectAsync(NatsRun.Patient(server.Url), default)
        );
        Assert.Equal(("natsUnavailable", ErrorKind.Unavailable), (error.Code, error.Kind));
        Assert.Contains(server.Url, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_ends()
    {
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(NatsRun.Patient(server.Url), default);
        using var cancel = new CancellationTokenSource();
        Task<IWorkDelivery?> waiting = jobs.ReceiveAsync("archive", TimeSpan.FromMinutes(1), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (int tries = 0; !await holds(); tries++)
        {
            Assert.True(tries < 200);
            await Task.Delay(50);
        }
    }

    private sealed class Silent : IWorkerObserver;
}
