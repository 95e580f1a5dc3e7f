using System.Globalization;
using System.Text.RegularExpressions;
using Mien.CommandLine;
using Mien.Workers;

namespace Mien.Cli;

/// <summary>One run of <c>mien enqueue</c>.</summary>
internal sealed partial class EnqueueRun(
    CommandConsole console,
    EnqueueRequest request,
    CancellationToken cancellationToken
)
{
    /// <summary>The maximum number of photos that cannot be enqueued and are named.</summary>
    private const int MaxNames = 20;

    private long failed;

    /// <summary>Does the work.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">The arguments cannot be used; nothing was enqueued.</exception>
    /// <exception cref="MienException">The server does not answer or refuses the job.</exception>
    public async Task<int> ExecuteAsync()
    {
        string output = OutputOf(request.Output);
        string name = request.Name ?? NameOf(output);
        if (!JobDescription.IsName(name))
        {
            throw new UsageException(
                request.Name is null
                    ? $"--output: no name of a job can be made from '{request.Output}'. Give one with --name."
                    : $"--name is '{name}', expected 1 to {JobDescription.MaxNameLength} letters, digits, - and _."
            );
        }

        using var inputs = new JobInputs(request.Photos, request.Root);
        var job = new JobDescription
        {
            Name = name,
            Output = output,
            ProgramVersion = PartOrigin.ProgramVersion ?? "",
            ModelSha256 = HashOfModel(),
            Options = request.Options,
        };
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(request.Nats, cancellationToken).ConfigureAwait(false);
        EnqueueProgress done = await EnqueueAsync(jobs, job, inputs).ConfigureAwait(false);
        Summarize(name, done, inputs.Repeated);
        return failed > 0 ? ExitCodes.SomeFailed : ExitCodes.Done;
    }

    /// <summary>The folder as it travels: with <c>/</c>, and empty for the workers' output root itself.</summary>
    private static string OutputOf(string given)
    {
        string output = ResultRoot.WithSlashes(given).TrimEnd('/');
        if (given.Length == 0 || output.Split('/').Contains(".."))
        {
            throw new UsageException(
                $"--output is '{given}', expected a folder below the workers' --output-root, or . for that folder "
                    + $"itself."
            );
        }

        return given.StartsWith('/') && output.Length == 0 ? "/"
            : output == "." ? ""
            : output.StartsWith("./", StringComparison.Ordinal) ? output[2..]
            : output;
    }

    private static string NameOf(string output)
    {
        string name = NoName.Replace(output, "-").Trim('-');
        return name.Length <= JobDescription.MaxNameLength ? name : name[^JobDescription.MaxNameLength..];
    }

    /// <summary>Loads the network, which checks all options, and gives the SHA-256 of its file.</summary>
    private string HashOfModel()
    {
        using FaceExpressionRecognizer recognizer = ModelArguments.Open(() =>
            FaceExpressionRecognizer.Create(request.Settings.Recognizer)
        );
        return WorkerModels.HashOf(request.Settings.Recognizer.Model);
    }

    private async Task<EnqueueProgress> EnqueueAsync(NatsJobs jobs, JobDescription job, JobInputs inputs)
    {
        using WorkProgress progress = WorkProgress.Start(
            "Enqueuing",
            0,
            new WorkProgressOptions
            {
                Console = console,
                Unit = "photos",
                Quiet = request.Quiet,
            }
        );
        try
        {
            return await new JobEnqueuer(jobs, jobs)
                .RunAsync(
                    job,
                    Paths(inputs, progress),
                    request.ShardSize,
                    p => progress.Report(p.Photos),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            progress.WriteLine($"The job {job.Name} is not complete. Run the same command again to continue.");
            throw;
        }
    }

    private IEnumerable<string> Paths(JobInputs inputs, WorkProgress progress)
    {
        // All paths are read before the first one is queued.
        long found = 0;
        foreach (JobPhoto photo in inputs.Enumerate())
        {
            if (photo.Path is { } path)
            {
                progress.Total = ++found;
                progress.Report(0);
                yield return path;
            }
            else if (++failed <= MaxNames)
            {
                progress.WriteLine($"error: {photo.Error!.Message}");
            }
        }
    }

    private void Summarize(string name, EnqueueProgress done, long repeated)
    {
        console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Job {name}: {done.Photos:N0} {(done.Photos == 1 ? "photo" : "photos")} in {done.Shards:N0} "
                    + $"{(done.Shards == 1 ? "shard" : "shards")}, {done.Queued:N0} of them new."
            )
        );
        if (repeated > 0 && !request.Quiet)
        {
            console.Error.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"note: {repeated:N0} {(repeated == 1 ? "entry names" : "entries name")} a photo again; each photo "
                        + $"is enqueued once."
                )
            );
        }

        if (failed > 0)
        {
            console.Error.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{failed:N0} {(failed == 1 ? "entry was" : "entries were")} not enqueued"
                        + $"{(failed > MaxNames ? $"; the first {MaxNames} are named above" : "")}."
                )
            );
        }
    }

    [GeneratedRegex("[^A-Za-z0-9_-]+")]
    private static partial Regex NoName { get; }
}
