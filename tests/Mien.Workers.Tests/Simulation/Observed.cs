namespace Mien.Workers.Tests;

/// <summary>Counts what a worker tells.</summary>
internal sealed class Observed : IWorkerObserver
{
    public int TakenOver { get; private set; }

    public int GivenBack { get; private set; }

    public int Rejected { get; private set; }

    public int Away { get; private set; }

    public int Back { get; private set; }

    public List<string> Refused { get; } = [];

    public void ShardTakenOver(JobDescription job, ShardManifest shard, string? from, int crashes) => TakenOver++;

    public void ShardGivenBack(JobDescription job, ShardManifest shard, string reason) => GivenBack++;

    public void MessageRejected(string job, string reason) => Rejected++;

    public void JobRefused(string job, string reason) => Refused.Add($"{job}: {reason}");

    public void ServerAway(string message) => Away++;

    public void ServerBack() => Back++;
}
