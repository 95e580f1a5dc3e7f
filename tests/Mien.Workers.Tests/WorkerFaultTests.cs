namespace Mien.Workers.Tests;

/// <summary>What a worker does when photos, its machine, the server or what is stored there are faulty.</summary>
public sealed class WorkerFaultTests
{
    [Fact]
    public void A_photo_whose_decoder_hangs_ends_its_workers_and_is_found()
    {
        var scenario = new Scenario(seed: 1, photos: 4);
        scenario.Hangers.Add(scenario.Photos[2]);
        scenario.Enqueue(shardSize: 4);

        SimulatedProcess worker = scenario.StartWorker();
        scenario.RunUntil(() => worker.HasEnded);
        WorkerEnd end = Scenario.EndOf(worker);
        Assert.Equal((WorkerEndReason.Failed, "shardStalled"), (end.Reason, end.Error!.Code));
        Assert.Equal(ErrorKind.Unavailable, end.Error.Kind);
        Assert.Equal((ShardState.Queued, 1), (scenario.Records[0].State, scenario.Records[0].Crashes));
        Assert.InRange(scenario.World.Elapsed, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(11));

        scenario.RunToEnd();
        scenario.CheckEveryPhotoIsInOneFile();
        Assert.Equal(scenario.Photos[2], Assert.Single(scenario.Records, r => r.State == ShardState.Dead).Path);
    }

    [Fact]
    public void A_long_shard_with_progress_does_not_hang()
    {
        var scenario = new Scenario(seed: 2, photos: 10) { PhotoTime = TimeSpan.FromMinutes(9) };
        scenario.Enqueue(shardSize: 10);
        scenario.RunToEnd(keepWorkers: 1);
        Assert.Equal(1, scenario.Processed);
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Fact]
    public void A_worker_on_which_every_shard_fails_ends_before_it_turns_many_into_errors()
    {
        var scenario = new Scenario(seed: 3, photos: 100)
        {
            Options = new() { Name = "", MaxFaults = 5 },
        };
        scenario.Throwers.UnionWith(scenario.Photos);
        scenario.Enqueue(shardSize: 10);
        SimulatedProcess worker = scenario.StartWorker();
        scenario.RunUntil(() => worker.HasEnded);

        WorkerEnd end = Scenario.EndOf(worker);
        Assert.Equal((WorkerEndReason.Failed, "workerFails"), (end.Reason, end.Error!.Code));
        Assert.Contains("network has failed", end.Error.Message, StringComparison.Ordinal);
        Assert.Equal(5, scenario.Records.Sum(r => r.Crashes));
        Assert.DoesNotContain(scenario.Records, r => r.State is ShardState.Dead or ShardState.Running);

        scenario.Throwers.Clear();
        scenario.RunToEnd();
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void An_aborted_worker_ends_in_time_whether_or_not_server_and_processor_answer(bool isUp, bool hangs)
    {
        var scenario = new Scenario(seed: 4, photos: 10) { PhotoTime = TimeSpan.FromSeconds(20) };
        scenario.Enqueue(shardSize: 5);
        if (hangs)
        {
            scenario.Hangers.UnionWith(scenario.Photos);
        }

        SimulatedProcess worker = scenario.StartWorker();
        TimeSpan later = scenario.World.Elapsed + TimeSpan.FromMinutes(1);
        scenario.RunUntil(() => scenario.World.Elapsed >= later);
        scenario.Server.IsUp = isUp;
        worker.Stop.Cancel();
        worker.Abort.Cancel();
        TimeSpan begin = scenario.World.Elapsed;
        scenario.RunUntil(() => worker.HasEnded);

        Assert.Equal(WorkerEndReason.Stopped, Scenario.EndOf(worker).Reason);
        Assert.InRange(scenario.World.Elapsed - begin, TimeSpan.Zero, TimeSpan.FromSeconds(3.1));
        Assert.Equal(isUp, scenario.Records.All(r => r.State != ShardState.Running));
    }

    [Fact]
    public void Workers_that_outlive_the_server_are_not_taken_for_crashed()
    {
        var scenario = new Scenario(seed: 5, photos: 2)
        {
            PhotoTime = TimeSpan.FromHours(5),
            Options = new() { Name = "", MaxStall = TimeSpan.FromHours(10) },
        };
        scenario.Enqueue(shardSize: 1);
        scenario.StartWorker();
        scenario.StartWorker();
        scenario.RunUntil(() => scenario.Records.All(r => r.State == ShardState.Running));
        scenario.StartWorker(); // has nothing to do but to ask
        for (int i = 0; i < 200; i++)
        {
            // All leases end while nobody can report; then whoever asks first gets the shards of the others.
            scenario.Server.IsUp = i % 2 == 1;
            TimeSpan later = scenario.World.Elapsed + TimeSpan.FromSeconds(12 + (i * 0.03));
            scenario.RunUntil(() => scenario.World.Elapsed >= later);
        }

        Assert.InRange(scenario.Server.Redeliveries, 1, 50);

        scenario.RunToEnd();
        Assert.DoesNotContain(scenario.Records, r => r.Crashes > 0);
        Assert.Equal(2, scenario.Processed);
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Fact]
    public void Results_of_a_worker_that_comes_back_after_the_photo_was_given_up_do_not_count_until_it_is_retried()
    {
        var scenario = new Scenario(seed: 10, photos: 1) { PhotoTime = TimeSpan.FromSeconds(4) };
        scenario.Enqueue(shardSize: 1);
        SimulatedProcess stalled = scenario.StartWorker();
        scenario.RunUntil(() => scenario.Records[0].State == ShardState.Running);
        stalled.FrozenUntil = TimeSpan.FromMinutes(5);
        for (int crashes = 0; crashes < 2; crashes++)
        {
            SimulatedProcess killed = scenario.StartWorker();
            scenario.RunUntil(() => scenario.Records[0].Worker == killed.Name);
            killed.Kill();
        }

        scenario.StartWorker();
        scenario.RunUntil(() => scenario.IsDrained && scenario.IsListFinal);
        scenario.RunUntil(() => scenario.World.Elapsed > TimeSpan.FromMinutes(6));
        Assert.Equal(1, scenario.Processed);
        scenario.StopWorkers();
        Assert.Equal(ShardState.Dead, scenario.Records[0].State);
        scenario.CheckEveryPhotoIsInOneFile();

        Assert.Equal(1, scenario.Do(c => new JobActions(c, c).RetryAsync("archive", default)));
        scenario.RunToEnd();
        Assert.Equal(ShardState.Done, scenario.Records[0].State);
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Fact]
    public void A_job_that_cannot_be_read_is_refused_and_others_go_on()
    {
        var scenario = new Scenario(seed: 6, photos: 6);
        scenario.Enqueue(shardSize: 2);
        var bad = ShardManifest.Create(Scenario.Job with { Name = "bad" }, ["a.jpg"]);
        scenario.Server.Unreadable.Add("bad");
        scenario.Server.Publish("bad", bad.ToJson(), "1");
        scenario.Server.Publish("no.name", bad.ToJson(), "2");
        scenario.Options = new() { Name = "", UntilEmpty = true };

        var told = new Observed();
        SimulatedProcess worker = scenario.StartWorker(told);
        scenario.RunUntil(() => worker.HasEnded);

        Assert.Equal(WorkerEndReason.OnlyRefused, Scenario.EndOf(worker).Reason);
        Assert.Equal(["bad: ", "no.name: "], told.Refused.Select(r => r[..(r.IndexOf(' ') + 1)]));
        Assert.Equal(2, scenario.Server.Messages.Count);
        Assert.True(scenario.IsListFinal);
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Fact]
    public void A_record_that_cannot_be_read_takes_no_worker_with_it()
    {
        var scenario = new Scenario(seed: 7, photos: 6);
        scenario.Enqueue(shardSize: 2);
        (string Job, string Id) key = scenario.Server.Shards.Keys.First();
        scenario.Server.Unreadable.Add($"{key.Job}.{key.Id}");
        var told = new Observed();
        SimulatedProcess worker = scenario.StartWorker(told);
        scenario.RunUntil(() => scenario.IsDrained);

        Assert.Equal(1, told.Rejected);
        Assert.Equal(key.Id, Assert.Single(scenario.Server.Letters).Id);
        Assert.Equal(2, scenario.Processed);
        Assert.False(worker.HasEnded);
    }

    [Fact]
    public void A_shard_whose_worker_had_it_from_a_message_that_is_gone_is_taken_over()
    {
        var scenario = new Scenario(seed: 8, photos: 4) { PhotoTime = TimeSpan.FromSeconds(5) };
        scenario.Enqueue(shardSize: 4);
        SimulatedProcess stalled = scenario.StartWorker();
        scenario.RunUntil(() => scenario.Records[0].State == ShardState.Running);
        stalled.FrozenUntil = scenario.World.Elapsed + TimeSpan.FromMinutes(2);

        // The same shard is in the queue a second time, and the message that the worker has had is removed.
        SimulatedMessage message = scenario.Server.Messages.Values.Single();
        scenario.Server.Duplicate(message);
        scenario.Server.Messages.Remove(message.Number);
        SimulatedProcess second = scenario.StartWorker();
        scenario.RunUntil(() => scenario.IsDrained);
        Assert.Equal((second.Name, 0), (scenario.Records[0].Worker, scenario.Records[0].Crashes));

        scenario.RunUntil(() => scenario.World.Elapsed > TimeSpan.FromMinutes(3));
        scenario.StopWorkers();
        Assert.Equal(second.Name, scenario.Records[0].Worker);
        Assert.Equal(2, scenario.Processed);
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Fact]
    public void Results_for_a_job_that_was_deleted_meanwhile_leave_nothing_on_the_server()
    {
        var scenario = new Scenario(seed: 9, photos: 2) { PhotoTime = TimeSpan.FromSeconds(30) };
        scenario.Enqueue(shardSize: 2);
        SimulatedProcess worker = scenario.StartWorker();
        scenario.RunUntil(() => scenario.Records[0].State == ShardState.Running);
        worker.FrozenUntil = scenario.World.Elapsed + TimeSpan.FromMinutes(1);
        scenario.Do(async c =>
        {
            await new JobActions(c, c).CancelAsync("archive", default);
            await new JobActions(c, c).DeleteAsync("archive", default);
            return true;
        });

        scenario.RunUntil(() => scenario.World.Elapsed > TimeSpan.FromMinutes(3));
        scenario.StopWorkers();
        Assert.Empty(scenario.Server.Jobs);
        Assert.Empty(scenario.Server.Shards);
        Assert.Empty(scenario.Disk.Lists);
    }
}
