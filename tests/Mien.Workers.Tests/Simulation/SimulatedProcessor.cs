namespace Mien.Workers.Tests;

/// <summary>Processes photos in simulated time. Some end their process, some throw.</summary>
internal sealed class SimulatedProcessor(Scenario scenario, SimulatedProcess process) : IShardProcessor
{
    /// <summary>Why all jobs are refused.</summary>
    public string? Refused { get; init; }

    public string? Refusal(JobDescription job) => Refused;

    public string? OutputFolder(JobDescription job) => job.Output;

    public async Task<ShardOutcome> ProcessAsync(
        JobDescription job,
        ShardManifest shard,
        IProgress<int> done,
        CancellationToken cancel
    )
    {
        int count = 0;
        foreach (string photo in shard.Paths)
        {
            done.Report(count++);
            await Task.Delay(scenario.PhotoTime * scenario.World.Random.NextDouble(), scenario.World, cancel);
            if (scenario.Killers.Contains(photo))
            {
                process.Kill();
                await new TaskCompletionSource().Task;
            }

            if (scenario.Hangers.Contains(photo))
            {
                await new TaskCompletionSource().Task; // whether it is cancelled or not
            }

            if (scenario.Throwers.Contains(photo))
            {
                throw new InvalidOperationException("The simulated network has failed.");
            }
        }

        cancel.ThrowIfCancellationRequested();
        scenario.Processed++;
        ShardOutcome outcome = scenario.Disk.Write($"part-{shard.Id}", shard.Paths, areResults: true);
        await scenario.World.PauseAsync(scenario.Server.Latency);
        return outcome;
    }

    public async Task<ShardOutcome> WriteErrorAsync(
        JobDescription job,
        ShardManifest shard,
        string reason,
        CancellationToken cancel
    )
    {
        await scenario.World.PauseAsync(scenario.Server.Latency);
        ShardOutcome outcome = scenario.Disk.Write($"error-{shard.Id}", shard.Paths, areResults: false);
        await scenario.World.PauseAsync(scenario.Server.Latency);
        return outcome;
    }

    public async Task DeleteAsync(JobDescription job, string file, CancellationToken cancel)
    {
        await scenario.World.PauseAsync(scenario.Server.Latency);
        scenario.Disk.Delete(file);
        scenario.CheckFiles();
        await scenario.World.PauseAsync(scenario.Server.Latency);
    }
}
