using System.Diagnostics;
using System.Globalization;
using Mien.CommandLine;
using Mien.Server;
using Mien.Workers;

namespace Mien.Cli;

/// <summary>One run of <c>mien work</c>, from the connection to the last shard.</summary>
internal sealed class WorkRun(
    CommandConsole console,
    WorkRequest request,
    NatsSettings nats,
    CancellationToken cancellationToken
)
{
    /// <summary>Threads of the pool besides those that process photos: for connection, reports and health.</summary>
    private const int OtherThreads = 4;

    /// <summary>
    /// The part of the grace time for giving the shard back and for closing, if the server does not answer. Usually it
    /// takes some milliseconds.
    /// </summary>
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(5);

    private readonly long start = Stopwatch.GetTimestamp();

    /// <summary>Does the work.</summary>
    /// <returns>
    /// The exit code. Without <c>--until-empty</c> it is 0 after SIGTERM or Ctrl-C, because that is the normal way to
    /// stop a worker.
    /// </returns>
    /// <exception cref="UsageException">The arguments cannot be used; nothing was begun.</exception>
    /// <exception cref="MienException">The server does not answer, or refuses the worker.</exception>
    public async Task<int> ExecuteAsync()
    {
        CheckFolder(request.Root, "--root");
        CheckFolder(request.OutputRoot, "--output-root");
        var models = new WorkerModels(request.Models);
        models.Check(request.Device);
        string name = WorkerOptions.MakeName();
        NatsSettings settings = nats with { ClientName = $"mien work {name}", AckWait = request.Lease ?? nats.AckWait };
        ThreadPool.GetMinThreads(out int least, out int ports);
        ThreadPool.SetMinThreads(Math.Max(least, request.ThreadCount + OtherThreads), ports);
        using var metrics = new WorkerMetrics();
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(settings, cancellationToken).ConfigureAwait(false);
        metrics.ObserveConnection(() => jobs.IsConnected);
        await using WorkerEndpoint? endpoint = await ListenAsync(jobs).ConfigureAwait(false);
        using IDisposable? export = request.OtlpEndpoint is { } collector
            ? WorkerEndpoint.Export(collector, WorkerMetrics.MeterName)
            : null;
        metrics.Begin();
        WorkerEnd end;
        using (
            WorkProgress progress = WorkProgress.Start(
                "Working",
                0,
                new WorkProgressOptions
                {
                    Console = console,
                    Unit = "photos",
                    Quiet = request.Quiet,
                }
            )
        )
        {
            var report = new WorkerReport(progress, metrics);
            using var predictor = new ShardPredictor(request, models, name, report.Recognized);
            var worker = new ShardWorker(
                jobs,
                jobs,
                predictor,
                new WorkerOptions { Name = name, UntilEmpty = request.UntilEmpty },
                TimeProvider.System,
                report
            );
            if (!request.Quiet)
            {
                progress.WriteLine($"Worker {name} is connected.");
            }

            using var abort = new CancellationTokenSource();
            using CancellationTokenRegistration grace = cancellationToken.Register(() =>
                abort.CancelAfter(request.Grace > ClosingTime ? request.Grace - ClosingTime : TimeSpan.Zero)
            );
            end = await worker.RunAsync(cancellationToken, abort.Token).ConfigureAwait(false);
        }

        return Summarize(end);
    }

    private static void CheckFolder(string folder, string option)
    {
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"{option}: there is no folder '{folder}'. Check the path.");
        }
    }

    private async Task<WorkerEndpoint?> ListenAsync(NatsJobs jobs)
    {
        if (request.HealthPort is not { } port)
        {
            return null;
        }

        try
        {
            WorkerEndpoint endpoint = await WorkerEndpoint
                .StartAsync(request.HealthAddress, port, WorkerMetrics.MeterName, Problem, cancellationToken)
                .ConfigureAwait(false);
            console.Out.WriteLine($"Listening on {endpoint.Url} (health and metrics).");
            await console.Out.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            return endpoint;
        }
        catch (IOException e)
        {
            throw new UsageException(
                $"Cannot listen on port {port.ToString(CultureInfo.InvariantCulture)} of {request.HealthAddress} "
                    + $"({e.GetBaseException().Message}). Another program may use the port, or the address does not "
                    + $"belong to this machine. Choose others with --health-port and --health-address.",
                e
            );
        }

        string? Problem() =>
            cancellationToken.IsCancellationRequested ? "The worker is stopping."
            : jobs.IsConnected ? null
            : "The NATS server cannot be reached.";
    }

    private int Summarize(WorkerEnd end)
    {
        if (!request.Quiet)
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            string rate = elapsed.TotalSeconds >= 1 ? $" ({end.Photos / elapsed.TotalSeconds:0.#}/s)" : "";
            console.Error.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Count(end.Shards, "shard")}: {Count(end.Photos, "photo")}, {Count(end.Faces, "face")}, "
                        + $"{Count(end.Errors, "error")}; {DurationText.Of(elapsed)}{rate}."
                )
            );
        }

        switch (end.Reason)
        {
            case WorkerEndReason.OnlyRefused:
                console.Error.WriteLine("All jobs that are left were refused, for the reasons above.");
                return ExitCodes.SomeFailed;
            case WorkerEndReason.Failed:
                console.Error.WriteLine($"error: {end.Error?.Message}");
                return end.Error is { } error ? ExitCodes.Of(error.Kind) : ExitCodes.SomeFailed;
            case WorkerEndReason.Stopped when request.UntilEmpty:
                console.Error.WriteLine("Interrupted. Other workers continue the job.");
                return ExitCodes.Interrupted;
            default:
                return ExitCodes.Done;
        }
    }

    private static string Count(long count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");
}
