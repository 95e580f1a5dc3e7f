namespace Mien.Workers.Tests;

/// <summary>Queuing photos, again and again.</summary>
public sealed class EnqueuerTests
{
    [Fact]
    public void Queuing_the_same_job_again_queues_nothing_even_after_the_server_has_forgotten_the_messages()
    {
        var scenario = new Scenario(seed: 1, photos: 100);
        Assert.Equal(new EnqueueProgress(100, 10, 10), scenario.Enqueue(shardSize: 10));
        Assert.Equal(new EnqueueProgress(100, 10, 0), scenario.Enqueue(shardSize: 10));
        scenario.RunToEnd();
        TimeSpan later = scenario.World.Elapsed + TimeSpan.FromDays(7);
        _ = Task.Delay(TimeSpan.FromDays(7), scenario.World);
        scenario.World.Run(() => scenario.World.Elapsed >= later, later + TimeSpan.FromDays(1));

        Assert.Equal(new EnqueueProgress(100, 10, 0), scenario.Enqueue(shardSize: 10));

        Assert.Empty(scenario.Server.Messages);
        Assert.Equal(10, scenario.Processed);
        Assert.Equal((100, 10), (scenario.StoredJob.Photos, scenario.StoredJob.Shards));
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Fact]
    public void An_interrupted_queuing_is_completed_by_the_next()
    {
        var scenario = new Scenario(seed: 2, photos: 100);
        SimulatedProcess first = scenario.StartEnqueuing(shardSize: 1);
        scenario.RunUntil(() => scenario.Server.Shards.Count >= 45);
        first.Kill();
        int known = scenario.Server.Shards.Count;
        Assert.Equal(JobState.Enqueuing, scenario.StoredJob.State);

        EnqueueProgress second = scenario.Enqueue(shardSize: 1);

        Assert.Equal((100, 100, 100 - known), (second.Photos, second.Shards, second.Queued));
        Assert.Equal(100, scenario.Server.Messages.Count); // the server has recognised those that it had
        scenario.RunToEnd(keepWorkers: 3);
        Assert.Equal(100, scenario.Processed);
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Theory]
    [InlineData("a photo was added")]
    [InlineData("a photo was removed")]
    [InlineData("the last photos were removed")]
    [InlineData("another order")]
    [InlineData("another size")]
    public void Photos_that_have_changed_since_the_interruption_are_refused_and_none_is_queued(string change)
    {
        var scenario = new Scenario(seed: 3, photos: 100);
        SimulatedProcess first = scenario.StartEnqueuing(shardSize: 2);
        scenario.RunUntil(() => scenario.Server.Shards.Count >= 40);
        first.Kill();
        HashSet<ulong> messages = [.. scenario.Server.Messages.Keys];
        string[] photos =
        [
            .. change switch
            {
                "a photo was added" => scenario.Photos.Prepend("photos/0.jpg"),
                "a photo was removed" => scenario.Photos.Where((_, i) => i != 70),
                "the last photos were removed" => scenario.Photos.Take(66),
                "another order" => scenario.Photos.Reverse(),
                _ => scenario.Photos,
            },
        ];

        var error = Assert.Throws<MienException>(() => scenario.Enqueue(change == "another size" ? 3 : 2, photos));

        Assert.Equal("photosChanged", error.Code);
        Assert.Equal(ErrorKind.BadUsage, error.Kind);
        Assert.Superset(scenario.Server.Messages.Keys.ToHashSet(), messages);
        Assert.Equal(messages.Count, scenario.Server.Messages.Count);
    }

    [Fact]
    public void A_job_of_the_same_name_with_other_options_is_refused()
    {
        var scenario = new Scenario(seed: 4, photos: 3);
        scenario.Enqueue(shardSize: 3);
        JobDescription[] others =
        [
            Scenario.Job with
            {
                Output = "elsewhere",
            },
            Scenario.Job with
            {
                Options = ["--min-score", "0.6"],
            },
            Scenario.Job with
            {
                ModelSha256 = new string('b', 64),
            },
            Scenario.Job with
            {
                ProgramVersion = "2.0.0",
            },
        ];
        Check.All(
            others,
            other =>
                Assert.Equal(
                    "jobDiffers",
                    Assert
                        .Throws<MienException>(() =>
                            scenario.Do(c => new JobEnqueuer(c, c).RunAsync(other, scenario.Photos, 3, null, default))
                        )
                        .Code
                )
        );
        Assert.Single(scenario.Server.Messages);
    }

    [Theory]
    [InlineData("my job", "badOption")]
    [InlineData("", "badOption")]
    [InlineData("../up", "badOption")]
    [InlineData("a.b", "badOption")]
    [InlineData("photos", "noPhotos")]
    public void A_name_that_cannot_be_one_and_a_job_without_photos_are_refused(string name, string code)
    {
        var scenario = new Scenario(seed: 5, photos: 1);
        var error = Assert.Throws<MienException>(() =>
            scenario.Do(c => new JobEnqueuer(c, c).RunAsync(Scenario.Job with { Name = name }, [], 3, null, default))
        );
        Assert.Equal((code, ErrorKind.BadUsage), (error.Code, error.Kind));
        Assert.Empty(scenario.Server.Messages);
    }

    [Fact]
    public void Photos_that_are_listed_twice_cannot_make_two_shards_of_one_identifier()
    {
        var scenario = new Scenario(seed: 6, photos: 4);
        var error = Assert.Throws<MienException>(() =>
            scenario.Enqueue(shardSize: 2, [.. scenario.Photos, .. scenario.Photos])
        );
        Assert.Equal("photoTwice", error.Code);
        Assert.Empty(scenario.Server.Jobs);
    }

    [Fact]
    public void Of_two_lists_that_are_queued_at_the_same_time_one_is_refused()
    {
        var scenario = new Scenario(seed: 8, photos: 100);
        SimulatedProcess first = scenario.StartEnqueuing(shardSize: 7, scenario.FirstPhotos);
        SimulatedProcess second = scenario.StartEnqueuing(shardSize: 7, scenario.ChangedPhotos);
        scenario.RunUntil(() => first.HasEnded && second.HasEnded);

        SimulatedProcess refused = Assert.Single((SimulatedProcess[])[first, second], p => p.Main!.IsFaulted);
        Assert.Equal("photosChanged", Assert.IsType<MienException>(refused.Main!.Exception!.InnerException).Code);
        scenario.RunToEnd();
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Fact]
    public void What_was_lost_on_the_server_is_queued_again()
    {
        var scenario = new Scenario(seed: 9, photos: 20);
        scenario.Enqueue(shardSize: 5);
        scenario.Server.Purge("archive");
        TimeSpan later = scenario.World.Elapsed + TimeSpan.FromHours(2); // the server has forgotten the messages
        _ = Task.Delay(TimeSpan.FromHours(2), scenario.World);
        scenario.World.Run(() => scenario.World.Elapsed >= later, later + TimeSpan.FromHours(1));

        Assert.Equal(new EnqueueProgress(20, 4, 0), scenario.Enqueue(shardSize: 5));
        Assert.Equal(4, scenario.Server.Messages.Count);
        scenario.RunToEnd();
        scenario.CheckEveryPhotoIsInOneFile();
    }

    [Fact]
    public void A_job_that_is_cancelled_while_it_is_queued_is_not_said_to_be_queued()
    {
        var scenario = new Scenario(seed: 10, photos: 100);
        SimulatedProcess enqueuer = scenario.StartEnqueuing(shardSize: 1);
        scenario.RunUntil(() => scenario.Server.Shards.Count >= 20);
        scenario.Do(async c =>
        {
            await new JobActions(c, c).CancelAsync("archive", default);
            return true;
        });
        scenario.RunUntil(() => enqueuer.HasEnded);
        Assert.Equal("jobCancelled", Assert.IsType<MienException>(enqueuer.Main!.Exception!.InnerException).Code);
    }

    [Fact]
    public void Very_long_paths_make_shards_that_fit_into_a_message()
    {
        var scenario = new Scenario(seed: 7, photos: 1);
        string[] paths = [.. Enumerable.Range(0, 100).Select(i => $"{new string('é', 10_000)}/{i}.jpg")];
        EnqueueProgress all = scenario.Enqueue(shardSize: 1000, paths);

        Assert.Equal(100, all.Photos);
        Assert.InRange(all.Shards, 10, 20);
        Check.All(scenario.Server.Messages.Values, m => Assert.InRange(m.Data.Length, 1, 1_000_000));
    }
}
