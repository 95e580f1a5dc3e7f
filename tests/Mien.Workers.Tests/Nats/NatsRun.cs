namespace Mien.Workers.Tests;

/// <summary>A job on a real server, with workers that have a connection each.</summary>
internal sealed class NatsRun(string folder, NatsSettings settings)
{
    private int done;

    /// <summary>The photos.</summary>
    public IReadOnlyList<string> Photos { get; } = [.. Enumerable.Range(0, 600).Select(i => $"{i % 7}/{i:0000}.jpg")];

    /// <summary>The settings of a server that is not killed, so that a busy machine cannot exceed a time.</summary>
    public static NatsSettings Patient(string url) => new() { Url = url, RequestTimeout = TimeSpan.FromSeconds(20) };

    /// <summary>Settings that notice soon that the server is away, and bring a lost message back soon.</summary>
    public static NatsSettings Quick(string url) =>
        new()
        {
            Url = url,
            AckWait = TimeSpan.FromSeconds(3),
            RequestTimeout = TimeSpan.FromSeconds(2),
        };

    /// <summary>Queues the photos; if the connection is lost, again.</summary>
    public async Task EnqueueAsync(int shardSize, Action<EnqueueProgress>? progress = null)
    {
        for (int tries = 0; ; tries++)
        {
            try
            {
                await using NatsJobs jobs = await NatsJobs.ConnectAsync(settings, default);
                await new JobEnqueuer(jobs, jobs).RunAsync(Scenario.Job, Photos, shardSize, progress, default);
                return;
            }
            catch (QueueException e) when (e.IsTransient && tries < 20)
            {
                await Task.Delay(100);
            }
        }
    }

    /// <summary>Works until the queue is empty.</summary>
    /// <param name="workers">The number of workers.</param>
    /// <param name="afterShard">Is called with the number of shards that are done.</param>
    public async Task WorkAsync(int workers, Action<int>? afterShard = null)
    {
        WorkerEnd[] ends = await Task.WhenAll(
            Enumerable.Range(0, workers).Select(i => Task.Run(() => WorkAsync($"worker-{i}", afterShard)))
        );
        Check.All(ends, end => Assert.Equal((WorkerEndReason.Empty, null), (end.Reason, end.Error?.Message)));
    }

    /// <summary>Checks that every photo is in exactly one of the files that count.</summary>
    public async Task CheckAsync()
    {
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(settings, default);
        Assert.Empty(await jobs.CountAsync(default));
        JobDescription job = (await jobs.FindJobAsync(Scenario.Job.Name, default))!.Value;
        JobFileList list = await JobFileList.CollectAsync(jobs, job, default);
        Assert.True(list.IsComplete);
        Assert.Equal(
            Photos.Order(StringComparer.Ordinal),
            list.Files.SelectMany(f => File.ReadLines(Path.Combine(folder, f.Name))).Order(StringComparer.Ordinal)
        );

        // The workers have left the same list in the folder.
        JobFileList kept = Assert.Single(JobFileList.ReadAll(folder));
        Assert.True(kept.IsComplete);
        Assert.Equal(list.Files, kept.Files);
    }

    private async Task<WorkerEnd> WorkAsync(string name, Action<int>? afterShard)
    {
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(settings, default);
        var options = new WorkerOptions
        {
            Name = name,
            UntilEmpty = true,
            ListInterval = TimeSpan.FromMilliseconds(200),
        };
        var worker = new ShardWorker(
            jobs,
            jobs,
            new FileProcessor(folder),
            options,
            TimeProvider.System,
            new AfterShard(this, afterShard)
        );
        return await worker.RunAsync(default, default);
    }

    private sealed class AfterShard(NatsRun run, Action<int>? act) : IWorkerObserver
    {
        public void ShardDone(JobDescription job, ShardManifest shard, ShardOutcome outcome, TimeSpan duration) =>
            act?.Invoke(Interlocked.Increment(ref run.done));
    }
}
