namespace Mien.Workers.Tests;

/// <summary>Writes the names of the photos to a file per shard.</summary>
internal sealed class FileProcessor(string folder) : IShardProcessor
{
    /// <summary>Is waited for when a shard is begun.</summary>
    public Func<Task>? Begun { get; init; }

    public string? Refusal(JobDescription job) => null;

    public string? OutputFolder(JobDescription job) => folder;

    public async Task<ShardOutcome> ProcessAsync(
        JobDescription job,
        ShardManifest shard,
        IProgress<int> done,
        CancellationToken cancel
    )
    {
        await (Begun?.Invoke() ?? Task.CompletedTask).WaitAsync(cancel);
        await Task.Delay(shard.Paths.Count, cancel);
        return Write($"part-{shard.Id}.txt", shard, errors: 0);
    }

    public Task<ShardOutcome> WriteErrorAsync(
        JobDescription job,
        ShardManifest shard,
        string reason,
        CancellationToken cancel
    ) => Task.FromResult(Write($"error-{shard.Id}.txt", shard, errors: shard.Paths.Count));

    public Task DeleteAsync(JobDescription job, string file, CancellationToken cancel)
    {
        File.Delete(Path.Combine(folder, file));
        return Task.CompletedTask;
    }

    private ShardOutcome Write(string name, ShardManifest shard, int errors)
    {
        OutputFile.WriteBytes(
            Path.Combine(folder, name),
            System.Text.Encoding.UTF8.GetBytes(string.Join('\n', shard.Paths)),
            isShared: true
        );
        return new ShardOutcome(name, shard.Paths.Count, shard.Paths.Count - errors, errors);
    }
}
