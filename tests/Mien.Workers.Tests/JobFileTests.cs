namespace Mien.Workers.Tests;

/// <summary>The list of the files that count.</summary>
public sealed class JobFileTests
{
    [Fact]
    public void A_list_comes_back_as_it_was_written()
    {
        using var folder = new TempFolder();
        var list = new JobFileList
        {
            Job = "archive",
            IsComplete = true,
            Photos = 3,
            Files = [new JobFile("part-0.parquet", 3, 4, 1)],
        };
        Assert.Empty(JobFileList.ReadAll(folder.Path));
        list.Write(folder.Path);
        (list with { Job = "second" }).Write(folder.Path);

        IReadOnlyList<JobFileList> read = JobFileList.ReadAll(folder.Path);

        Assert.Equal(["archive", "second"], read.Select(l => l.Job));
        Assert.Equal(list.Files, read[0].Files);
        Assert.Equal((true, 3L, 0L), (read[0].IsComplete, read[0].Photos, read[0].RemainingPhotos));
        Assert.True(File.Exists(folder["mien-job-archive.json"]));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("""{"schemaVersion":2,"job":"archive","files":[]}""")]
    [InlineData(
        """{"schemaVersion":1,"job":"archive","files":[{"name":"../part.parquet","photos":1,"faces":0,"errors":0}]}"""
    )]
    [InlineData("""{"schemaVersion":1,"job":"archive","files":[null]}""")]
    public void What_is_no_list_is_an_error(string text)
    {
        using var folder = new TempFolder();
        folder.Write("mien-job-archive.json", text);
        var error = Assert.Throws<MienException>(() => JobFileList.ReadAll(folder.Path));
        Assert.Equal("badJobFile", error.Code);
        Assert.Null(JobFileList.Find(folder.Path, "archive"));
    }

    [Fact]
    public void A_list_is_complete_when_all_shards_and_halves_are_there_and_final()
    {
        JobDescription open = Scenario.Job with { State = JobState.Open, Photos = 6, Shards = 2 };
        ShardRecord done = new()
        {
            State = ShardState.Done,
            Photos = 3,
            Index = 0,
            File = "a",
        };
        ShardRecord split = new()
        {
            State = ShardState.Split,
            Photos = 3,
            Index = 1,
            Halves = ["x", "y"],
        };
        ShardRecord half = new()
        {
            State = ShardState.Done,
            Photos = 2,
            File = "b",
        };
        ShardRecord dead = new()
        {
            State = ShardState.Dead,
            Photos = 1,
            File = "c",
            Errors = 1,
        };

        JobFileList all = JobFileList.From(open, [half, dead, split, done]);
        Assert.True(all.IsComplete);
        Assert.Equal(["a", "b", "c"], all.Files.Select(f => f.Name));
        Assert.Equal(6, all.Photos);

        Assert.False(JobFileList.From(open, [half, split, done]).IsComplete); // a half was not queued yet
        Assert.False(JobFileList.From(open, [half, dead, split]).IsComplete);
        // The enqueuer was killed when all was queued, before it could say so.
        Assert.True(JobFileList.From(open with { State = JobState.Enqueuing }, [half, dead, split, done]).IsComplete);
        Assert.False(JobFileList.From(open with { State = JobState.Enqueuing }, []).IsComplete);
        Assert.True(all.IsFinalFor(open));
        Assert.False(all.IsFinalFor(open with { Retries = 1 }));
        Assert.False(all.IsFinalFor(open with { Instance = "other" }));
        JobFileList retried = JobFileList.From(open, [half, dead with { State = ShardState.Running }, split, done]);
        Assert.False(retried.IsComplete);
        Assert.Equal((6L, 0L), (retried.Photos, retried.RemainingPhotos));
        JobFileList waiting = JobFileList.From(open, [done, new() { Photos = 3, Index = 1 }]);
        Assert.Equal((3L, 3L), (waiting.Photos, waiting.RemainingPhotos));
    }

    [Fact]
    public async Task Workers_keep_the_list_and_complete_it_at_the_end()
    {
        using var folder = new TempFolder();
        var scenario = new Scenario(seed: 1, photos: 4);
        scenario.Enqueue(shardSize: 2);
        var store = new StillStore(scenario.Server);
        JobFileKeeper keeper = Keeper(store);

        Finish(scenario, 0);
        await keeper.RefreshAsync("archive", folder.Path, default);
        JobFileList first = Assert.Single(JobFileList.ReadAll(folder.Path));
        Assert.Equal((false, 2L, 2L), (first.IsComplete, first.Photos, first.RemainingPhotos));

        // Too early for an update, but the end of the job is always written.
        Finish(scenario, 1);
        int lists = store.Lists;
        await keeper.RefreshAsync("archive", folder.Path, default);
        Assert.Equal(lists, store.Lists);
        Assert.True(await keeper.CompleteAsync(scenario.StoredJob, folder.Path, isPatient: true, default));
        Assert.True(Assert.Single(JobFileList.ReadAll(folder.Path)).IsComplete);

        // Another worker of the same job finds it complete, until a shard is retried.
        lists = store.Lists;
        JobFileKeeper other = Keeper(store);
        Assert.True(await other.CompleteAsync(scenario.StoredJob, folder.Path, isPatient: false, default));
        Assert.Equal(lists, store.Lists);
        JobDescription retried = scenario.StoredJob with { Retries = 1 };
        Assert.True(scenario.Server.TryWrite(retried, scenario.Server.Jobs["archive"].Revision));
        Assert.True(await other.CompleteAsync(retried, folder.Path, isPatient: true, default));
        Assert.Equal(lists + 1, store.Lists);
        Assert.Equal(1, Assert.Single(JobFileList.ReadAll(folder.Path)).Retries);
    }

    [Fact]
    public async Task A_list_that_is_not_complete_is_not_collected_again_and_again()
    {
        using var folder = new TempFolder();
        var scenario = new Scenario(seed: 3, photos: 4);
        scenario.Enqueue(shardSize: 2);
        var store = new StillStore(scenario.Server);
        JobFileKeeper keeper = Keeper(store);
        for (int i = 0; i < 3; i++)
        {
            Assert.False(await keeper.CompleteAsync(scenario.StoredJob, folder.Path, isPatient: true, default));
        }

        Assert.Equal(1, store.Lists);
        Assert.False(await keeper.CompleteAsync(scenario.StoredJob, folder.Path, isPatient: false, default));
        Assert.Equal(2, store.Lists);
    }

    [Fact]
    public async Task A_list_that_another_worker_writes_is_left_to_it()
    {
        using var folder = new TempFolder();
        var scenario = new Scenario(seed: 2, photos: 2);
        scenario.Enqueue(shardSize: 2);
        var store = new StillStore(scenario.Server);
        JobFileKeeper keeper = Keeper(store);
        using (TempFolder.Hold(folder["mien-job-archive.json"]))
        {
            await keeper.RefreshAsync("archive", folder.Path, default);
        }

        Assert.Equal(0, store.Lists);
        Assert.Empty(JobFileList.ReadAll(folder.Path));
    }

    [Fact]
    public void A_list_is_neither_read_nor_written_through_a_link()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights on Windows.");
        using var folder = new TempFolder();
        var list = new JobFileList { Job = "archive", Files = [] };
        list.Write(folder.Path);
        Directory.CreateDirectory(folder["results"]);
        File.Move(folder["mien-job-archive.json"], folder["outside"]);
        File.CreateSymbolicLink(folder["results/mien-job-archive.json"], folder["outside"]);
        string before = File.ReadAllText(folder["outside"]);

        Assert.Null(JobFileList.Find(folder["results"], "archive"));
        Assert.Equal("badJobFile", Code(() => JobFileList.ReadAll(folder["results"])));
        Assert.Equal("cannotWrite", Code(() => (list with { Photos = 5 }).Write(folder["results"])));
        Assert.Equal("cannotWrite", Code(() => new DiskLists().TryLock(folder["results"], "archive")));
        Assert.Equal(before, File.ReadAllText(folder["outside"]));
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length); // no lock file beside the target either

        static string Code(Action call) => Assert.Throws<MienException>(call).Code;
    }

    private static JobFileKeeper Keeper(StillStore store) =>
        new(store, new DiskLists(), new FixedTime(), TimeSpan.FromSeconds(10));

    private static void Finish(Scenario scenario, int index)
    {
        (string Job, string Id) key = scenario.Server.Shards.Single(s => s.Value.Value.Index == index).Key;
        Versioned<ShardRecord> found = scenario.Server.Shards[key];
        scenario.Disk.Write($"part-{index}", ["x", "y"], areResults: true);
        ShardRecord done = found.Value with { State = ShardState.Done, File = $"part-{index}" };
        Assert.True(scenario.Server.TryWrite(key.Job, key.Id, done, found.Revision));
    }

    /// <summary>The real time, so that it fits to the times of files.</summary>
    private sealed class FixedTime : TimeProvider
    {
        private readonly DateTimeOffset now = DateTimeOffset.UtcNow.AddSeconds(-1);

        public override DateTimeOffset GetUtcNow() => now;

        public override long GetTimestamp() => 0;
    }
}
