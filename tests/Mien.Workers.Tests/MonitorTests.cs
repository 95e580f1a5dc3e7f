namespace Mien.Workers.Tests;

/// <summary>How far jobs are.</summary>
public sealed class MonitorTests
{
    [Fact]
    public async Task The_status_counts_shards_and_photos_and_estimates_the_time_left()
    {
        var scenario = new Scenario(seed: 1, photos: 100) { PhotoTime = TimeSpan.FromSeconds(1) };
        scenario.Killers.Add(scenario.Photos[99]);
        scenario.Enqueue(shardSize: 10);
        scenario.RunUntil(
            () =>
                scenario.Records.Count(r => r.State == ShardState.Done) == 4
                && scenario.Records.Any(r => r.State == ShardState.Running),
            keepWorkers: 2
        );
        var monitor = new JobMonitor(new StillStore(scenario.Server), scenario.World);

        JobStatus status = (await monitor.ReadAsync("archive", default))!;

        int running = scenario.Records.Count(r => r.State == ShardState.Running);
        Assert.Equal((4, running, 6 - running), (status.DoneShards, status.RunningShards, status.WaitingShards));
        Assert.Equal(running, status.Workers);
        Assert.Equal((40L, 60L, 40L, 0L), (status.DonePhotos, status.RemainingPhotos, status.Faces, status.Errors));
        Assert.InRange(status.PhotosPerSecond!.Value, 40 / scenario.World.Elapsed.TotalSeconds, 8);
        Assert.Equal(60 / status.PhotosPerSecond!.Value, status.TimeLeft!.Value.TotalSeconds, tolerance: 0.01);
        Assert.False(status.IsComplete);

        scenario.RunToEnd();
        (IReadOnlyList<JobStatus> all, IReadOnlyList<string> unreadable) = await monitor.ReadAllAsync(default);
        status = Assert.Single(all);
        Assert.Empty(unreadable);
        Assert.Equal(
            (0, 0, 99L, 0L),
            (status.RunningShards, status.WaitingShards, status.DonePhotos, status.RemainingPhotos)
        );
        DeadShard dead = Assert.Single(status.Dead);
        Assert.Equal(scenario.Photos[99], dead.Path);
        Assert.StartsWith("3 workers have ended", dead.Reason, StringComparison.Ordinal);
        Assert.Equal(1, status.Errors);
        Assert.Null(status.TimeLeft);
        Assert.True(status.IsComplete);
    }

    [Fact]
    public async Task Nothing_is_known_of_a_job_that_does_not_exist_and_no_rate_of_one_that_has_not_begun()
    {
        var scenario = new Scenario(seed: 2, photos: 5);
        var monitor = new JobMonitor(new StillStore(scenario.Server), scenario.World);
        Assert.Null(await monitor.ReadAsync("archive", default));
        Assert.Null(await monitor.ReadAsync("no name", default));
        Assert.Empty((await monitor.ReadAllAsync(default)).Jobs);

        scenario.Enqueue(shardSize: 2);
        JobStatus status = (await monitor.ReadAsync("archive", default))!;
        Assert.Equal((3, 5L), (status.WaitingShards, status.RemainingPhotos));
        Assert.Null(status.PhotosPerSecond);
        Assert.Null(status.TimeLeft);
    }

    [Theory]
    [InlineData(false, "jobNotFound")]
    [InlineData(true, "jobCancelled")]
    public void A_job_that_is_not_there_or_was_cancelled_cannot_be_retried(bool exists, string code)
    {
        var scenario = new Scenario(seed: 3, photos: 5);
        if (exists)
        {
            scenario.Enqueue(shardSize: 2);
            scenario.Do(async c =>
            {
                await new JobActions(c, c).CancelAsync("archive", default);
                await new JobActions(c, c).CancelAsync("archive", default); // once more changes nothing
                return true;
            });
        }

        var error = Assert.Throws<MienException>(() =>
            scenario.Do(c => new JobActions(c, c).RetryAsync("archive", default))
        );
        Assert.Equal((code, ErrorKind.BadUsage), (error.Code, error.Kind));
    }
}
