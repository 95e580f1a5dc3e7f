namespace Mien.Workers;

/// <summary>How a worker works.</summary>
internal sealed record WorkerOptions
{
    /// <summary>The name of the worker, which no other one may have at any time.</summary>
    public required string Name { get; init; }

    /// <summary>Whether to end as soon as the queue holds no message for this worker.</summary>
    public bool UntilEmpty { get; init; }

    /// <summary>The number of crashes after which a shard of several photos is halved.</summary>
    public int MaxCrashes { get; init; } = 2;

    /// <summary>The number of crashes after which a shard of one photo is dead.</summary>
    public int MaxCrashesOfOnePhoto { get; init; } = 3;

    /// <summary>
    /// The time in which at least one photo must be done; otherwise the shard counts as crashed and the worker ends.
    /// </summary>
    public TimeSpan MaxStall { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The number of shards in a row that have failed, after which the worker ends: the cause may be its machine, which
    /// then must not go through the queue and turn shard after shard into errors.
    /// </summary>
    public int MaxFaults { get; init; } = 20;

    /// <summary>How long to wait for a message in one request.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long to wait before the queue is asked again, if it holds nothing for this worker.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a shard waits that was given back because this worker could not process it.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The time for giving back and for lists of files, if the server does not answer: after an interruption, or after
    /// the end of the last shard.
    /// </summary>
    public TimeSpan GiveBackTime { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The minimum time between two updates of the list of files of a job.</summary>
    public TimeSpan ListInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time between two looks for jobs whose list of files was not completed by another worker.</summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Makes a name from machine, process and a random number.</summary>
    public static string MakeName() =>
        $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}";
}
