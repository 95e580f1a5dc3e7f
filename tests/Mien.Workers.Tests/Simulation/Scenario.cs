namespace Mien.Workers.Tests;

/// <summary>A job on a simulated server, with workers that come and go.</summary>
internal sealed class Scenario
{
    private static readonly TimeSpan Limit = TimeSpan.FromHours(6);

    private readonly List<SimulatedProcess> workers = [];
    private readonly List<string> broken = [];
    private int started;

    public Scenario(int seed, int photos)
    {
        World = new SimulatedWorld(seed);
        Server = new SimulatedServer(World) { Written = _ => CheckFiles() };
        FirstPhotos = [.. Enumerable.Range(0, photos).Select(i => $"photos/{i:0000}.jpg")];
        ChangedPhotos = ["photos/.new.jpg", .. FirstPhotos];
    }

    public static JobDescription Job { get; } =
        new()
        {
            Name = "archive",
            Output = "results",
            ProgramVersion = "1.0.0",
            ModelSha256 = new string('a', 64),
            Options = ["--min-score", "0.5"],
        };

    public SimulatedWorld World { get; }

    public SimulatedServer Server { get; }

    public SimulatedDisk Disk { get; } = new();

    /// <summary>The photos, as they are at first.</summary>
    public IReadOnlyList<string> FirstPhotos { get; }

    /// <summary>The photos after one was added at the beginning, so that all shards are other ones.</summary>
    public IReadOnlyList<string> ChangedPhotos { get; }

    /// <summary>The photos of the job: the list that was queued first.</summary>
    public IReadOnlyList<string> Photos =>
        Server.Jobs.GetValueOrDefault(Job.Name)?.Value.Photos == ChangedPhotos.Count ? ChangedPhotos : FirstPhotos;

    /// <summary>Photos that end the process.</summary>
    public HashSet<string> Killers { get; } = [];

    /// <summary>Photos whose processing throws.</summary>
    public HashSet<string> Throwers { get; } = [];

    /// <summary>Photos whose processing never ends.</summary>
    public HashSet<string> Hangers { get; } = [];

    /// <summary>The longest time of a photo.</summary>
    public TimeSpan PhotoTime { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How many shards were processed to their end.</summary>
    public int Processed { get; set; }

    public IReadOnlyList<SimulatedProcess> Workers => workers;

    public WorkerOptions Options { get; set; } = new() { Name = "" };

    public JobDescription StoredJob => Server.Jobs[Job.Name].Value;

    public IReadOnlyList<ShardRecord> Records => [.. Server.Shards.Values.Select(r => r.Value)];

    public JobFileList Files => JobFileList.From(StoredJob, Records);

    /// <summary>Whether the list of files on the disk is final.</summary>
    public bool IsListFinal => Disk.Lists.GetValueOrDefault(Job.Name).List?.IsFinalFor(StoredJob) == true;

    /// <summary>Whether the job has been queued and no message is left.</summary>
    public bool IsDrained =>
        Server.Jobs.GetValueOrDefault(Job.Name)?.Value.State is not (null or JobState.Enqueuing)
        && Server.Messages.Count == 0;

    public SimulatedClient Connect() => new(World, Server);

    /// <summary>Starts a process that queues the photos.</summary>
    public SimulatedProcess StartEnqueuing(int shardSize, IEnumerable<string>? photos = null)
    {
        var process = new SimulatedProcess(World, $"enqueuer-{++started}");
        SimulatedClient client = Connect();
        process.Start(() =>
            new JobEnqueuer(client, client).RunAsync(Job, photos ?? Photos, shardSize, null, process.Abort.Token)
        );
        return process;
    }

    /// <summary>Starts a process that retries the dead shards.</summary>
    public SimulatedProcess StartRetrying()
    {
        var process = new SimulatedProcess(World, $"operator-{++started}");
        SimulatedClient client = Connect();
        process.Start(() => new JobActions(client, client).RetryAsync(Job.Name, process.Abort.Token));
        return process;
    }

    /// <summary>Runs a process that queues the photos, to its end.</summary>
    public EnqueueProgress Enqueue(int shardSize, IEnumerable<string>? photos = null)
    {
        SimulatedProcess process = StartEnqueuing(shardSize, photos);
        World.Run(() => process.HasEnded, World.Elapsed + Limit);
        return ((Task<EnqueueProgress>)process.Main!).GetAwaiter().GetResult();
    }

    /// <summary>Starts a worker.</summary>
    public SimulatedProcess StartWorker(IWorkerObserver? observer = null, string? refused = null)
    {
        var process = new SimulatedProcess(World, $"worker-{++started}");
        SimulatedClient client = Connect();
        var processor = new SimulatedProcessor(this, process) { Refused = refused };
        var lists = new SimulatedLists(this, process);
        WorkerOptions options = Options with { Name = process.Name };
        var worker = new ShardWorker(client, client, processor, options, World, observer, lists);
        process.Start(() => worker.RunAsync(process.Stop.Token, process.Abort.Token));
        workers.Add(process);
        return process;
    }

    /// <summary>Runs a call of an operator to its end.</summary>
    public T Do<T>(Func<SimulatedClient, Task<T>> call)
    {
        var process = new SimulatedProcess(World, $"operator-{++started}");
        SimulatedClient client = Connect();
        process.Start(() => call(client));
        World.Run(() => process.HasEnded, World.Elapsed + Limit);
        return ((Task<T>)process.Main!).GetAwaiter().GetResult();
    }

    /// <summary>Runs until something holds; workers that have ended are replaced if wanted.</summary>
    public void RunUntil(Func<bool> isEnded, int keepWorkers = 0)
    {
        World.Run(
            () =>
            {
                workers.RemoveAll(w => w.HasEnded && keepWorkers > 0);
                while (workers.Count < keepWorkers)
                {
                    StartWorker();
                }

                return isEnded();
            },
            World.Elapsed + Limit
        );
    }

    /// <summary>Runs until the job is done and its list of files says so, and stops the workers.</summary>
    /// <param name="keepWorkers">The number of workers.</param>
    /// <param name="isReady">What must hold too; <see langword="null"/> for nothing.</param>
    public void RunToEnd(int keepWorkers = 2, Func<bool>? isReady = null)
    {
        RunUntil(() => isReady?.Invoke() != false && IsDrained && IsListFinal, keepWorkers);
        StopWorkers();
    }

    public void StopWorkers()
    {
        foreach (SimulatedProcess worker in workers)
        {
            worker.Stop.Cancel();
        }

        RunUntil(() => workers.All(w => w.HasEnded));
        Check.All(workers, w => Assert.True(w.IsDead || w.Main!.IsCompletedSuccessfully, $"{w.Name}: {w.Main}"));
    }

    /// <summary>How a worker has ended.</summary>
    public static WorkerEnd EndOf(SimulatedProcess worker) => ((Task<WorkerEnd>)worker.Main!).GetAwaiter().GetResult();

    /// <summary>Checks that neither a record nor a list of files ever names a file that is not there.</summary>
    public void CheckFiles()
    {
        foreach (ShardRecord record in Records)
        {
            if (record.File is { } file && !Disk.Files.ContainsKey(file))
            {
                broken.Add($"After {World.Elapsed}, a {record.State} record named {file}, which does not exist.");
            }
        }

        broken.AddRange(Disk.Missing().Select(f => $"After {World.Elapsed}, a list named {f}, which does not exist."));
    }

    /// <summary>Checks that every photo is in exactly one of the files that count.</summary>
    public void CheckEveryPhotoIsInOneFile()
    {
        Assert.Empty(broken);
        JobFileList list = Files;
        Assert.True(list.IsComplete);
        Assert.Equal(0, list.RemainingPhotos);
        Assert.Equal(Photos.Count, list.Photos);
        Assert.Equal(Photos.Count, StoredJob.Photos);
        Assert.Equal(
            Photos.Order(StringComparer.Ordinal),
            list.Files.SelectMany(f => Disk.Files[f.Name].Keys).Order(StringComparer.Ordinal)
        );
        Assert.Equal(list.Files, Disk.Lists[Job.Name].List.Files); // the workers have left the same list
        Check.All(list.Files, f => Assert.Equal(f.Photos, Disk.Files[f.Name].Count));
        Check.All(list.Files, f => Assert.Equal(f.Errors, Disk.Files[f.Name].Count(p => !p.Value)));
        ShardRecord[] dead = [.. Records.Where(r => r.State == ShardState.Dead)];
        Assert.Equal(
            dead.Select(r => r.Path).Order(StringComparer.Ordinal),
            list.Files.SelectMany(f => Disk.Files[f.Name].Where(p => !p.Value).Select(p => p.Key))
                .Order(StringComparer.Ordinal)
        );
        Assert.Subset(
            Server.Letters.Select(l => l.Id).ToHashSet(),
            Server.Shards.Where(s => s.Value.Value.State == ShardState.Dead).Select(s => (string?)s.Key.Id).ToHashSet()
        );
    }
}
