namespace Mien.Workers.Tests;

/// <summary>Reads a simulated server at once, outside of simulated time.</summary>
internal sealed class StillStore(SimulatedServer server) : IJobStore
{
    /// <summary>How many times all records of a job were read.</summary>
    public int Lists { get; private set; }

    public Task<Versioned<JobDescription>?> FindJobAsync(string name, CancellationToken cancel) =>
        Task.FromResult(server.Jobs.GetValueOrDefault(name));

    public Task<(IReadOnlyList<Versioned<JobDescription>> Jobs, IReadOnlyList<string> Unreadable)> ListJobsAsync(
        CancellationToken cancel
    ) =>
        Task.FromResult<(IReadOnlyList<Versioned<JobDescription>> Jobs, IReadOnlyList<string> Unreadable)>(
            ([.. server.Jobs.Values.OrderBy(j => j.Value.Name, StringComparer.Ordinal)], [.. server.Unreadable])
        );

    public Task<bool> TryWriteJobAsync(JobDescription job, ulong revision, CancellationToken cancel) =>
        Task.FromResult(server.TryWrite(job, revision));

    public Task<Versioned<ShardRecord>?> FindShardAsync(string job, string id, CancellationToken cancel) =>
        Task.FromResult(server.Shards.GetValueOrDefault((job, id)));

    public Task<bool> DeleteRecordsAsync(string job, CancellationToken cancel) => Task.FromResult(server.Delete(job));

    public Task<bool> TryWriteShardAsync(
        string job,
        string id,
        ShardRecord record,
        ulong revision,
        CancellationToken cancel
    ) => Task.FromResult(server.TryWrite(job, id, record, revision));

    public Task<IReadOnlyDictionary<string, Versioned<ShardRecord>>> ListShardsAsync(
        string job,
        CancellationToken cancel
    )
    {
        Lists++;
        return Task.FromResult<IReadOnlyDictionary<string, Versioned<ShardRecord>>>(
            server.Shards.Where(s => s.Key.Job == job).ToDictionary(s => s.Key.Id, s => s.Value)
        );
    }
}
