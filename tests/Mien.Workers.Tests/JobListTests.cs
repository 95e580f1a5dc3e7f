namespace Mien.Workers.Tests;

/// <summary>
/// The list of files that workers leave beside the results: it becomes final whoever ends before he has written it.
/// </summary>
public sealed class JobListTests
{
    [Fact]
    public void A_list_that_a_killed_worker_owed_is_written_by_the_next()
    {
        var scenario = new Scenario(seed: 1, photos: 4)
        {
            Options = new() { Name = "", UntilEmpty = true },
        };
        scenario.Enqueue(shardSize: 4);
        SimulatedProcess worker = scenario.StartWorker();
        scenario.RunUntil(() => scenario.Server.Messages.Count == 0);
        worker.Kill();
        Assert.Empty(scenario.Disk.Lists);

        SimulatedProcess next = scenario.StartWorker();
        scenario.RunUntil(() => next.HasEnded);
        Assert.Equal(WorkerEndReason.Empty, Scenario.EndOf(next).Reason);
        Assert.True(scenario.IsListFinal);
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Fact]
    public void A_list_that_a_killed_worker_owed_is_written_by_one_that_has_nothing_to_do()
    {
        var scenario = new Scenario(seed: 2, photos: 4);
        SimulatedProcess idle = scenario.StartWorker(refused: null);
        TimeSpan later = TimeSpan.FromSeconds(30);
        scenario.RunUntil(() => scenario.World.Elapsed >= later);
        idle.FrozenUntil = TimeSpan.FromMinutes(5);
        scenario.Enqueue(shardSize: 4);
        SimulatedProcess worker = scenario.StartWorker();
        scenario.RunUntil(() => scenario.Server.Messages.Count == 0);
        worker.Kill();
        Assert.Empty(scenario.Disk.Lists);

        scenario.RunUntil(() => scenario.IsListFinal);
        scenario.StopWorkers();
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Fact]
    public void A_list_is_final_although_the_enqueuer_was_killed_before_it_said_that_all_is_queued()
    {
        var scenario = new Scenario(seed: 3, photos: 10);
        SimulatedProcess enqueuer = scenario.StartEnqueuing(shardSize: 2);
        scenario.RunUntil(() => scenario.Server.Messages.Count == 5);
        enqueuer.Kill();
        Assert.Equal(JobState.Enqueuing, scenario.StoredJob.State);

        scenario.RunUntil(() => scenario.Disk.Lists.ContainsKey("archive") && scenario.IsListFinal, keepWorkers: 2);
        scenario.StopWorkers();
        scenario.CheckEveryPhotoIsInOneFile();
        Assert.Equal(new EnqueueProgress(10, 5, 0), scenario.Enqueue(shardSize: 2));
        Assert.True(scenario.IsListFinal);
    }

    [Fact]
    public void A_worker_that_is_stopped_while_the_server_is_away_leaves_the_list_to_the_next()
    {
        var scenario = new Scenario(seed: 4, photos: 4)
        {
            Options = new()
            {
                Name = "",
                UntilEmpty = true,
                ListInterval = TimeSpan.FromHours(1),
            },
        };
        scenario.Enqueue(shardSize: 1);
        SimulatedProcess worker = scenario.StartWorker();
        scenario.RunUntil(() => scenario.Server.Messages.Count == 0);
        scenario.Server.IsUp = false;
        worker.Stop.Cancel();
        TimeSpan begin = scenario.World.Elapsed;
        scenario.RunUntil(() => worker.HasEnded);
        Assert.InRange(scenario.World.Elapsed - begin, TimeSpan.Zero, TimeSpan.FromSeconds(6));
        Assert.False(scenario.IsListFinal);

        scenario.Server.IsUp = true;
        SimulatedProcess next = scenario.StartWorker();
        scenario.RunUntil(() => next.HasEnded);
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Fact]
    public void A_list_from_before_a_retry_is_out_of_date_also_if_the_worker_of_the_retry_is_killed()
    {
        var scenario = new Scenario(seed: 5, photos: 2);
        scenario.Killers.Add(scenario.Photos[0]);
        scenario.Enqueue(shardSize: 1);
        scenario.RunToEnd();
        scenario.CheckEveryPhotoIsInOneFile();
        Assert.Single(scenario.Disk.Lists["archive"].List.Files, f => f.Errors == 1);

        scenario.Killers.Clear();
        scenario.Do(c => new JobActions(c, c).RetryAsync("archive", default));
        SimulatedProcess worker = scenario.StartWorker();
        scenario.RunUntil(() => scenario.Records.All(r => r.State == ShardState.Done));
        worker.Kill();
        Assert.False(scenario.IsListFinal);
        Assert.Empty(scenario.Disk.Missing()); // the file with the error stays as long as the list names it

        scenario.RunToEnd();
        scenario.CheckEveryPhotoIsInOneFile();
        Assert.DoesNotContain(scenario.Disk.Lists["archive"].List.Files, f => f.Errors > 0);
    }

    [Fact]
    public void Messages_that_the_server_has_forgotten_to_remove_keep_no_worker_waiting()
    {
        var scenario = new Scenario(seed: 9, photos: 200)
        {
            Options = new() { Name = "", UntilEmpty = true },
        };
        scenario.Server.Forgotten = 0.9;
        scenario.Enqueue(shardSize: 1);
        SimulatedProcess worker = scenario.StartWorker();
        scenario.RunUntil(() => worker.HasEnded);

        Assert.Equal(WorkerEndReason.Empty, Scenario.EndOf(worker).Reason);
        Assert.Equal(200, scenario.Processed);
        Assert.Empty(scenario.Server.Messages);
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Fact]
    public void A_job_is_deleted_only_if_nobody_works_on_it_and_its_name_is_free_then()
    {
        var scenario = new Scenario(seed: 6, photos: 10);
        Assert.Equal("jobNotFound", Code(scenario));
        scenario.Killers.Add(scenario.Photos[3]);
        scenario.Enqueue(shardSize: 5);
        Assert.Equal("jobActive", Code(scenario));
        Assert.Equal(2, scenario.Server.Messages.Count);
        scenario.RunToEnd();

        Assert.Null(Code(scenario));
        Assert.Empty(scenario.Server.Jobs);
        Assert.Empty(scenario.Server.Shards);
        Assert.Empty(scenario.Server.Letters);
        Assert.Equal("jobNotFound", Code(scenario));

        // The same photos again, while the server still remembers the messages of the deleted job.
        scenario.Killers.Clear();
        int before = scenario.Processed;
        Assert.Equal(new EnqueueProgress(10, 2, 2), scenario.Enqueue(shardSize: 5));
        scenario.RunToEnd();
        Assert.Equal(before + 2, scenario.Processed);
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Fact]
    public void A_deletion_that_was_interrupted_is_completed_by_the_next()
    {
        for (int steps = 0; ; steps++)
        {
            var scenario = new Scenario(seed: 7, photos: 10);
            scenario.Enqueue(shardSize: 5);
            scenario.RunToEnd();
            var operating = new SimulatedProcess(scenario.World, "operator");
            SimulatedClient client = scenario.Connect();
            operating.Start(() => new JobActions(client, client).DeleteAsync("archive", default));
            int left = steps;
            scenario.RunUntil(() => operating.HasEnded || left-- == 0);
            if (operating.HasEnded)
            {
                Assert.True(steps > 5, $"{steps}");
                return;
            }

            operating.Kill();
            if (scenario.Server.Jobs.Count > 0)
            {
                Assert.Null(Code(scenario));
            }

            Assert.Empty(scenario.Server.Jobs);
            Assert.Empty(scenario.Server.Shards);
        }
    }

    [Fact]
    public void Records_of_a_job_that_was_removed_by_hand_are_not_mixed_with_a_new_one()
    {
        var scenario = new Scenario(seed: 8, photos: 4);
        scenario.Enqueue(shardSize: 2);
        scenario.RunToEnd();
        scenario.Server.Jobs.Remove("archive");

        var error = Assert.Throws<MienException>(() => scenario.Enqueue(shardSize: 3));
        Assert.Equal("recordsLeft", error.Code);
        Assert.Contains("mien jobs delete archive", error.Message, StringComparison.Ordinal);
        Assert.Null(Code(scenario));
        scenario.Enqueue(shardSize: 3);
        scenario.RunToEnd();
        scenario.CheckEveryPhotoIsInOneFile();
    }

    /// <summary>Deletes the job.</summary>
    /// <returns>The code of the error; <see langword="null"/> if it was deleted.</returns>
    private static string? Code(Scenario scenario)
    {
        try
        {
            scenario.Do(async c =>
            {
                await new JobActions(c, c).DeleteAsync("archive", default);
                return true;
            });
            return null;
        }
        catch (MienException e)
        {
            return e.Code;
        }
    }
}
