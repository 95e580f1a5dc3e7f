using System.Globalization;
using Mien.CommandLine;
using Mien.Workers;

namespace Mien.Cli;

/// <summary>One run of <c>mien jobs</c>.</summary>
internal sealed class JobsRun(CommandConsole console, NatsSettings nats, CancellationToken cancellationToken)
{
    /// <summary>Whether to write JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Shows how far jobs are.</summary>
    /// <param name="name">The job; <c>null</c> for all.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">There is no such job.</exception>
    /// <exception cref="MienException">The server does not answer.</exception>
    public async Task<int> ListAsync(string? name)
    {
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(nats, cancellationToken).ConfigureAwait(false);
        var monitor = new JobMonitor(jobs, TimeProvider.System);
        (IReadOnlyList<JobStatus> found, IReadOnlyList<string> unreadable) = name is null
            ? await monitor.ReadAllAsync(cancellationToken).ConfigureAwait(false)
            : ([await monitor.ReadAsync(name, cancellationToken).ConfigureAwait(false) ?? throw NoSuchJob(name)], []);
        if (Json)
        {
            console.Out.WriteLine(JsonText.Write(json => JobTables.WriteJson(json, found)));
        }
        else if (found.Count + unreadable.Count == 0)
        {
            console.Out.WriteLine("There are no jobs. 'mien enqueue' makes one.");
        }
        else if (found.Count > 0)
        {
            JobTables.Write(console, found);
        }

        foreach (string job in unreadable)
        {
            console.Error.WriteLine(
                $"The job {job} cannot be read; it may be of another version of mien. 'mien jobs delete {job}' deletes "
                    + $"it."
            );
        }

        return ExitCodes.Done;
    }

    /// <summary>Lists the files that hold the results of a job.</summary>
    /// <inheritdoc cref="ListAsync"/>
    public async Task<int> FilesAsync(string name)
    {
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(nats, cancellationToken).ConfigureAwait(false);
        JobDescription job = await FindAsync(jobs, name).ConfigureAwait(false);
        JobFileList list = await JobFileList.CollectAsync(jobs, job, cancellationToken).ConfigureAwait(false);
        if (Json)
        {
            console.Out.WriteLine(JsonText.Write(json => JobTables.WriteJson(json, job, list)));
            return ExitCodes.Done;
        }

        string folder = job.Output.Length == 0 ? "" : job.Output.TrimEnd('/') + "/";
        foreach (JobFile file in list.Files)
        {
            console.Out.WriteLine(folder + file.Name);
        }

        if (!list.IsComplete)
        {
            console.Error.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"note: the job is not complete; {list.RemainingPhotos:N0} queued photos have no result yet."
                )
            );
        }

        return ExitCodes.Done;
    }

    /// <summary>Queues the dead shards of a job again.</summary>
    /// <inheritdoc cref="ListAsync"/>
    public async Task<int> RetryAsync(string name)
    {
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(nats, cancellationToken).ConfigureAwait(false);
        int count = await new JobActions(jobs, jobs).RetryAsync(name, cancellationToken).ConfigureAwait(false);
        Say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{count:N0} dead {(count == 1 ? "photo" : "photos")} of the job {name} "
                    + $"{(count == 1 ? "is" : "are")} queued again."
            ),
            name,
            "retried",
            count
        );
        return ExitCodes.Done;
    }

    /// <summary>Cancels a job.</summary>
    /// <inheritdoc cref="ListAsync"/>
    public async Task<int> CancelAsync(string name)
    {
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(nats, cancellationToken).ConfigureAwait(false);
        await new JobActions(jobs, jobs).CancelAsync(name, cancellationToken).ConfigureAwait(false);
        Say($"The job {name} is cancelled. Results that are written stay.", name, "cancelled", count: 1);
        return ExitCodes.Done;
    }

    /// <summary>Deletes what the server holds of a job.</summary>
    /// <inheritdoc cref="ListAsync"/>
    public async Task<int> DeleteAsync(string name)
    {
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(nats, cancellationToken).ConfigureAwait(false);
        await new JobActions(jobs, jobs).DeleteAsync(name, cancellationToken).ConfigureAwait(false);
        Say($"The job {name} is deleted on the server. Its result files stay.", name, "deleted", count: 1);
        return ExitCodes.Done;
    }

    private static UsageException NoSuchJob(string name) =>
        new($"There is no job '{name}' on this server. 'mien jobs' lists all jobs.");

    private async Task<JobDescription> FindAsync(NatsJobs jobs, string name) =>
        (await jobs.FindJobAsync(name, cancellationToken).ConfigureAwait(false))?.Value ?? throw NoSuchJob(name);

    private void Say(string line, string job, string what, int count)
    {
        if (!Json)
        {
            console.Out.WriteLine(line);
            return;
        }

        console.Out.WriteLine(
            JsonText.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("job", job);
                json.WriteNumber(what, count);
                json.WriteEndObject();
            })
        );
    }
}
