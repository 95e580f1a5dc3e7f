namespace Mien.Workers.Tests;

/// <summary>What a worker decides, on a simulated server with a simulated clock.</summary>
public sealed class WorkerTests
{
    [Fact]
    public void A_worker_processes_each_shard_once_and_ends_when_the_queue_is_empty()
    {
        var scenario = new Scenario(seed: 1, photos: 23)
        {
            Options = new() { Name = "", UntilEmpty = true },
        };
        Assert.Equal(new EnqueueProgress(23, 5, 5), scenario.Enqueue(shardSize: 5));

        SimulatedProcess worker = scenario.StartWorker();
        scenario.RunUntil(() => worker.HasEnded);

        Assert.Equal(new WorkerEnd(WorkerEndReason.Empty, 5, 23, 23, 0), Scenario.EndOf(worker));
        Assert.Equal(5, scenario.Processed);
        Assert.Equal(0, scenario.Server.Redeliveries);
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_photo_that_ends_workers_or_fails_is_the_only_one_without_a_result(bool ends)
    {
        var scenario = new Scenario(seed: 2, photos: 16);
        (ends ? scenario.Killers : scenario.Throwers).Add(scenario.Photos[5]);
        scenario.Enqueue(shardSize: 16);

        scenario.RunToEnd();

        scenario.CheckEveryPhotoIsInOneFile();
        ShardRecord dead = Assert.Single(scenario.Records, r => r.State == ShardState.Dead);
        Assert.Equal(scenario.Photos[5], dead.Path);
        Assert.Equal(3, dead.Crashes);
        string expected = ends ? "has ended during this shard" : "network has failed";
        Assert.Contains(expected, dead.Reason, StringComparison.Ordinal);
        Assert.Equal(4, scenario.Records.Count(r => r.State == ShardState.Split));
        Assert.Equal(15, scenario.Disk.Files.SelectMany(f => f.Value).Count(p => p.Value));
        Assert.Equal(dead.Reason, Assert.Single(scenario.Server.Letters).Reason);
    }

    [Fact]
    public void A_dead_shard_keeps_its_error_until_the_retry_has_a_result()
    {
        var scenario = new Scenario(seed: 3, photos: 1);
        scenario.Killers.Add(scenario.Photos[0]);
        scenario.Enqueue(shardSize: 10);
        scenario.RunToEnd();
        string error = Assert.Single(scenario.Files.Files).Name;

        scenario.Killers.Clear();
        Assert.Equal(1, scenario.Do(c => new JobActions(c, c).RetryAsync("archive", default)));
        Assert.Equal(new JobFile(error, 1, 0, 1), Assert.Single(scenario.Files.Files));
        Assert.False(scenario.Files.IsComplete);
        Assert.Equal(0, scenario.Do(c => new JobActions(c, c).RetryAsync("archive", default)));

        scenario.RunToEnd();
        Assert.Equal(0, Assert.Single(scenario.Files.Files).Errors);
        Assert.DoesNotContain(error, scenario.Disk.Files.Keys);
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Fact]
    public void A_killed_workers_shard_is_taken_over_when_its_time_is_up()
    {
        var scenario = new Scenario(seed: 4, photos: 4) { PhotoTime = TimeSpan.FromSeconds(2) };
        scenario.Enqueue(shardSize: 4);
        SimulatedProcess first = scenario.StartWorker();
        scenario.RunUntil(() => scenario.Records[0].State == ShardState.Running);
        first.Kill();
        TimeSpan killed = scenario.World.Elapsed;

        var told = new Observed();
        scenario.StartWorker(told);
        scenario.RunUntil(() => told.TakenOver == 1);

        Assert.InRange(scenario.World.Elapsed - killed, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(11));
        Assert.Equal(1, scenario.Records[0].Crashes);
        Assert.Contains(first.Name, scenario.Records[0].Reason, StringComparison.Ordinal);
        scenario.RunToEnd();
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Fact]
    public void A_long_shard_stays_with_its_worker()
    {
        var scenario = new Scenario(seed: 5, photos: 8) { PhotoTime = TimeSpan.FromMinutes(1) };
        scenario.Enqueue(shardSize: 4);
        scenario.RunToEnd(keepWorkers: 3);

        Assert.Equal(0, scenario.Server.Redeliveries);
        Assert.Equal(2, scenario.Processed);
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Fact]
    public void A_stopped_worker_finishes_its_shard_and_an_aborted_one_gives_it_back()
    {
        var scenario = new Scenario(seed: 6, photos: 30) { PhotoTime = TimeSpan.FromSeconds(1) };
        scenario.Enqueue(shardSize: 10);

        SimulatedProcess stopped = scenario.StartWorker();
        scenario.RunUntil(() => scenario.Records.Any(r => r.State == ShardState.Running));
        stopped.Stop.Cancel();
        scenario.RunUntil(() => stopped.HasEnded);
        Assert.Equal(new WorkerEnd(WorkerEndReason.Stopped, 1, 10, 10, 0), Scenario.EndOf(stopped));

        var told = new Observed();
        SimulatedProcess aborted = scenario.StartWorker(told);
        scenario.RunUntil(() => scenario.Records.Any(r => r.State == ShardState.Running));
        aborted.Stop.Cancel();
        aborted.Abort.Cancel();
        TimeSpan begin = scenario.World.Elapsed;
        scenario.RunUntil(() => aborted.HasEnded);
        Assert.Equal(WorkerEndReason.Stopped, Scenario.EndOf(aborted).Reason);
        Assert.Equal(1, told.GivenBack);
        Assert.True(scenario.World.Elapsed - begin < TimeSpan.FromSeconds(1));
        Assert.DoesNotContain(scenario.Records, r => r.State == ShardState.Running || r.Crashes > 0);

        // It is there at once for another worker.
        SimulatedProcess next = scenario.StartWorker();
        scenario.RunUntil(() => scenario.Records.Any(r => r.State == ShardState.Running && r.Worker == next.Name));
        Assert.True(scenario.World.Elapsed - begin < TimeSpan.FromSeconds(2));
        scenario.RunToEnd();
        scenario.CheckEveryPhotoIsInOneFile();
        Assert.DoesNotContain(scenario.Records, r => r.Crashes > 0);
    }

    [Fact]
    public void A_worker_with_a_full_disk_gives_its_shard_back_and_ends()
    {
        var scenario = new Scenario(seed: 7, photos: 5);
        scenario.Enqueue(shardSize: 5);
        scenario.Disk.IsFull = true;
        SimulatedProcess worker = scenario.StartWorker();
        scenario.RunUntil(() => worker.HasEnded);

        WorkerEnd end = Scenario.EndOf(worker);
        Assert.Equal(WorkerEndReason.Failed, end.Reason);
        Assert.Equal("cannotWrite", end.Error!.Code);
        Assert.Equal((ShardState.Queued, 0), (scenario.Records[0].State, scenario.Records[0].Crashes));

        scenario.Disk.IsFull = false;
        scenario.RunToEnd();
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Fact]
    public void A_worker_leaves_a_job_that_it_refuses_to_others_and_says_so_once()
    {
        var scenario = new Scenario(seed: 8, photos: 30)
        {
            Options = new() { Name = "", UntilEmpty = true },
        };
        scenario.Enqueue(shardSize: 1);
        var told = new Observed();
        SimulatedProcess refusing = scenario.StartWorker(told, refused: "The job needs version 2.");
        scenario.RunUntil(() => refusing.HasEnded);

        Assert.Equal(WorkerEndReason.OnlyRefused, Scenario.EndOf(refusing).Reason);
        Assert.Equal(["archive: The job needs version 2."], told.Refused);
        Assert.Equal(30, scenario.Server.Messages.Values.Count(m => m.Deliveries == 0));
    }

    [Fact]
    public void A_shard_that_was_queued_twice_is_processed_once()
    {
        var scenario = new Scenario(seed: 9, photos: 4) { PhotoTime = TimeSpan.FromSeconds(10) };
        scenario.Enqueue(shardSize: 4);
        scenario.Server.Duplicate(scenario.Server.Messages.Values.Single());

        scenario.RunToEnd(keepWorkers: 2);

        Assert.Equal(1, scenario.Processed);
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Fact]
    public void A_message_that_is_no_shard_of_the_job_becomes_a_dead_letter()
    {
        var scenario = new Scenario(seed: 10, photos: 3);
        scenario.Enqueue(shardSize: 3);
        var forged = ShardManifest.Create(Scenario.Job, ["photos/0000.jpg"]);
        forged = forged with { Paths = ["../../etc/passwd"] };
        var other = ShardManifest.Create(Scenario.Job with { Name = "other" }, ["a.jpg"]);
        scenario.Server.Publish("archive", forged.ToJson(), "1");
        scenario.Server.Publish("archive", "{ nonsense"u8.ToArray(), "2");
        scenario.Server.Publish("archive", other.ToJson(), "3");
        scenario.Server.Publish("other", other.ToJson(), "4");
        scenario.Server.Publish("archive", """{"job":"archive","id":"../x","paths":["a"]}"""u8.ToArray(), "5");
        byte[] unknown = ShardManifest.Create(scenario.StoredJob, ["photos/0001.jpg"]).ToJson();
        scenario.Server.Publish("archive", unknown, "6"); // it would give a photo a second row

        var told = new Observed();
        scenario.StartWorker(told);
        scenario.RunToEnd(keepWorkers: 1);

        Assert.Equal(6, told.Rejected);
        Assert.Equal(6, scenario.Server.Letters.Count);
        Assert.Single(scenario.Records);
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Fact]
    public void A_cancelled_job_ends_shards_in_hand_and_leaves_no_message()
    {
        var scenario = new Scenario(seed: 11, photos: 40) { PhotoTime = TimeSpan.FromSeconds(20) };
        scenario.Enqueue(shardSize: 10);
        SimulatedProcess worker = scenario.StartWorker();
        scenario.RunUntil(() => scenario.Records.Any(r => r.State == ShardState.Running));
        scenario.Do(async c =>
        {
            await new JobActions(c, c).CancelAsync("archive", default);
            return true;
        });
        TimeSpan begin = scenario.World.Elapsed;
        scenario.RunUntil(() => scenario.Records.All(r => r.State == ShardState.Queued));

        Assert.True(scenario.World.Elapsed - begin < TimeSpan.FromSeconds(5));
        Assert.Empty(scenario.Server.Messages);
        Assert.Equal(0, scenario.Processed);
        Assert.Empty(scenario.Disk.Files);
        Assert.False(worker.HasEnded);
        scenario.StopWorkers();

        SimulatedProcess again = scenario.StartEnqueuing(10);
        scenario.RunUntil(() => again.HasEnded);
        var error = Assert.IsType<MienException>(again.Main!.Exception!.InnerException);
        Assert.Equal("jobDiffers", error.Code);
    }

    [Fact]
    public void A_worker_goes_through_a_restart_of_the_server_and_says_it_once()
    {
        var scenario = new Scenario(seed: 12, photos: 8) { PhotoTime = TimeSpan.FromSeconds(2) };
        scenario.Enqueue(shardSize: 4);
        var told = new Observed();
        scenario.StartWorker(told);
        scenario.RunUntil(() => scenario.Records.Any(r => r.State == ShardState.Running));
        scenario.Server.IsUp = false;
        scenario.RunUntil(() => told.Away == 1);
        TimeSpan until = scenario.World.Elapsed + TimeSpan.FromMinutes(1);
        scenario.RunUntil(() => scenario.World.Elapsed >= until);
        scenario.Server.IsUp = true;

        scenario.RunUntil(() => scenario.IsDrained);
        scenario.StopWorkers();

        Assert.Equal((1, 1), (told.Away, told.Back));
        scenario.CheckEveryPhotoIsInOneFile();

        // The worker was alone, so no other one has processed its shard a second time.
        Assert.Equal(2, scenario.Processed);
    }

    [Fact]
    public void Results_of_a_worker_that_comes_back_after_the_shard_was_halved_do_not_count()
    {
        var scenario = new Scenario(seed: 13, photos: 2) { PhotoTime = TimeSpan.FromSeconds(4) };
        scenario.Enqueue(shardSize: 2);
        SimulatedProcess stalled = scenario.StartWorker();
        scenario.RunUntil(() => scenario.Records[0].State == ShardState.Running);
        stalled.FrozenUntil = TimeSpan.FromMinutes(3);

        // A second worker ends during the shard too.
        SimulatedProcess second = scenario.StartWorker();
        scenario.RunUntil(() => scenario.Records[0].Worker == second.Name);
        second.Kill();
        scenario.StartWorker();
        scenario.RunUntil(() => scenario.IsDrained);
        Assert.Equal([ShardState.Split, ShardState.Done, ShardState.Done], scenario.Records.Select(r => r.State));
        Assert.Equal(2, scenario.Processed);

        // The stalled machine goes on: it completes the shard, finds that it was halved, and removes its file.
        scenario.RunUntil(() => scenario.World.Elapsed > TimeSpan.FromMinutes(4));
        scenario.StopWorkers();
        Assert.Equal(3, scenario.Processed);
        Assert.Equal(2, scenario.Disk.Files.Count);
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Fact]
    public void Jobs_take_turns()
    {
        var scenario = new Scenario(seed: 14, photos: 20);
        scenario.Enqueue(shardSize: 1);
        JobDescription other = Scenario.Job with { Name = "zebras" };
        scenario.Do(c => new JobEnqueuer(c, c).RunAsync(other, ["z.jpg"], 10, null, default));
        SimulatedProcess worker = scenario.StartWorker();

        scenario.RunUntil(() =>
            scenario.Server.Shards.Any(s => s.Key.Job == "zebras" && s.Value.Value.State == ShardState.Done)
        );

        Assert.InRange(scenario.Processed, 1, 4);
        Assert.False(worker.HasEnded);
    }
}
