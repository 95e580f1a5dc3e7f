using System.Globalization;
using Mien.CommandLine;
using Mien.Workers;

namespace Mien.Cli;

/// <summary>
/// Shows what a worker does: progress, a line for what an operator should know, metrics. Thread-safe.
/// </summary>
/// <param name="progress">The progress, in photos.</param>
/// <param name="metrics">The metrics.</param>
internal sealed class WorkerReport(WorkProgress progress, WorkerMetrics metrics) : IWorkerObserver
{
    private volatile string text = "";

    /// <summary>A photo was processed. Called from several threads.</summary>
    public void Recognized(RecognitionResult result, TimeSpan time)
    {
        metrics.Recognized(result, time);
        progress.Add(1, text);
    }

    public void ShardStarted(JobDescription job, ShardManifest shard) => text = $"job {job.Name}";

    public void ShardDone(JobDescription job, ShardManifest shard, ShardOutcome outcome, TimeSpan duration)
    {
        metrics.Shard("done");
        metrics.ShardTook(duration);
    }

    public void ShardSuperseded(JobDescription job, ShardManifest shard) => metrics.Shard("superseded");

    public void ShardGivenBack(JobDescription job, ShardManifest shard, string reason)
    {
        metrics.Shard("givenBack");
        progress.WriteLine($"{Named(job, shard)} was given back: {reason}");
    }

    public void ShardTakenOver(JobDescription job, ShardManifest shard, string? from, int crashes)
    {
        metrics.TakenOver();
        progress.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Named(job, shard)} is taken over from {from ?? "a worker"}, which ended or cannot be reached "
                    + $"(the {Ordinal(crashes)} time)."
            )
        );
    }

    public void ShardSplit(JobDescription job, ShardManifest shard, string reason)
    {
        metrics.Shard("split");
        progress.WriteLine($"{Named(job, shard)} was halved: {reason}");
    }

    public void ShardDead(JobDescription job, ShardManifest shard, string reason)
    {
        metrics.Shard("dead");
        progress.WriteLine($"{Named(job, shard)} is dead ({string.Join(", ", shard.Paths)}): {reason}");
    }

    public void JobRefused(string job, string reason) => progress.WriteLine($"The job {job} is refused: {reason}");

    public void MessageRejected(string job, string reason) =>
        progress.WriteLine($"A message of the job {job} was moved to the dead letters: {reason}");

    public void ListNotWritten(string job, string reason) =>
        progress.WriteLine($"warning: the list of files of the job {job} was not written: {reason}");

    public void ServerAway(string message) => progress.WriteLine($"warning: {message}");

    public void ServerBack() => progress.WriteLine("The NATS server answers again.");

    private static string Named(JobDescription job, ShardManifest shard) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Shard {shard.Id} of the job {job.Name} ({shard.Paths.Count:N0} "
                + $"{(shard.Paths.Count == 1 ? "photo" : "photos")})"
        );

    private static string Ordinal(int number) =>
        number switch
        {
            1 => "first",
            2 => "second",
            3 => "third",
            _ => string.Create(CultureInfo.InvariantCulture, $"{number}th"),
        };
}
