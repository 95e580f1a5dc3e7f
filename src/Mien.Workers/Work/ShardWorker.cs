namespace Mien.Workers;

/// <summary>
/// Takes shards from the queue, one after another, and has them processed. Run several in one process to overlap the
/// end of one shard with the beginning of the next; each needs a name of its own.
/// </summary>
internal sealed class ShardWorker
{
    private readonly WorkerContext context;
    private readonly JobFileKeeper keeper;
    private readonly QueueSweep sweep;
    private readonly WorkerCounts counts = new();
    private readonly HashSet<(string Job, string Reason)> told = [];

    /// <summary>The jobs whose list of files may lack what this worker has changed.</summary>
    private readonly HashSet<string> changed = new(StringComparer.Ordinal);

    private long? looked;
    private int turn;

    /// <summary>Makes a worker.</summary>
    public ShardWorker(
        IJobStore store,
        IWorkQueue queue,
        IShardProcessor processor,
        WorkerOptions options,
        TimeProvider time,
        IWorkerObserver? observer = null,
        IJobLists? lists = null
    )
    {
        observer ??= new NoObserver();
        context = new WorkerContext(store, queue, processor, options, time, observer, new PatientCalls(time, observer));
        sweep = new QueueSweep(context);
        keeper = new JobFileKeeper(store, lists ?? new DiskLists(), time, options.ListInterval);
    }

    /// <summary>Works until it is stopped, or until the queue is empty if the options say so.</summary>
    /// <param name="stop">No shard is begun any more; the one in hand is finished.</param>
    /// <param name="abort">
    /// The shard in hand is given back. Cancel <paramref name="stop"/> as well. The worker has ended within
    /// <see cref="WorkerOptions.GiveBackTime"/>, also if the processor does not end.
    /// </param>
    /// <returns>How it ended; errors of the server and of the disk are in it and are not thrown.</returns>
    public async Task<WorkerEnd> RunAsync(CancellationToken stop, CancellationToken abort)
    {
        using var ending = new WorkerEnding(context.Time, context.Options.GiveBackTime);
        using CancellationTokenRegistration begin = abort.Register(() => ending.Begin());
        try
        {
            return counts.End(await WorkAsync(ending, stop, abort));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested || abort.IsCancellationRequested)
        {
            return counts.End(WorkerEndReason.Stopped);
        }
        catch (MienException e)
        {
            return counts.End(WorkerEndReason.Failed, e);
        }
        finally
        {
            await LeaveListsAsync(ending.Begin());
        }
    }

    private async Task<WorkerEndReason> WorkAsync(WorkerEnding ending, CancellationToken stop, CancellationToken abort)
    {
        WorkerOptions options = context.Options;
        while (!stop.IsCancellationRequested)
        {
            IReadOnlyDictionary<string, long> messages = await context.Calls.UntilDoneAsync(
                token => context.Queue.CountAsync(token),
                stop
            );
            List<string> jobs = await AcceptedAsync(messages.Keys, stop);
            bool isLast = jobs.Count == 0 && options.UntilEmpty;
            await CompleteListsAsync(messages, isLast, stop);
            if (isLast)
            {
                return messages.Count == 0 ? WorkerEndReason.Empty : WorkerEndReason.OnlyRefused;
            }

            if (jobs.Count == 0)
            {
                await Task.Delay(options.Pause, context.Time, stop);
            }
            else if (await ReceiveAsync(jobs, stop) is { } delivery)
            {
                await HandleAsync(delivery, ending, stop, abort);
            }
        }

        return WorkerEndReason.Stopped;
    }

    private async Task HandleAsync(
        IWorkDelivery delivery,
        WorkerEnding ending,
        CancellationToken stop,
        CancellationToken abort
    )
    {
        ShardTurnResult result;
        await using (var watch = new ShardWatch(context, delivery, abort))
        {
            result = await new ShardTurn(context, delivery, watch, counts, ending).RunAsync(abort);
        }

        if (counts.Faults >= context.Options.MaxFaults)
        {
            throw new MienException(
                ErrorKind.Unavailable,
                "workerFails",
                $"{counts.Faults} shards in a row have failed, so the cause may be this machine. Check it, then start "
                    + $"the worker again. The last error: {counts.LastFault}"
            );
        }

        if (result.Job is not { } job)
        {
            return;
        }

        changed.Add(job.Name);
        await UpdateListAsync(
            job,
            async (folder, token) =>
            {
                if (result.Obsolete is not { } file)
                {
                    await keeper.RefreshAsync(job.Name, folder, token);
                }
                else if (await keeper.WriteAsync(job.Name, folder, token) is not null)
                {
                    await context.Processor.DeleteAsync(job, file, token);
                }

                return true;
            },
            stop
        );
    }

    /// <summary>
    /// Gets the jobs that this worker takes messages of. Those of unknown and cancelled jobs are taken too, so that
    /// they leave the queue.
    /// </summary>
    private async Task<List<string>> AcceptedAsync(IEnumerable<string> names, CancellationToken stop)
    {
        var accepted = new List<string>();
        foreach (string name in names.Order(StringComparer.Ordinal))
        {
            if (await RefusalAsync(name, stop) is not { } reason)
            {
                accepted.Add(name);
            }
            else if (told.Add((name, reason)))
            {
                context.Observer.JobRefused(name, reason);
            }
        }

        return accepted;
    }

    private async Task<string?> RefusalAsync(string name, CancellationToken stop)
    {
        if (!JobDescription.IsName(name))
        {
            return "its messages have a subject that is no name of a job. Remove them from the stream.";
        }

        try
        {
            Versioned<JobDescription>? job = await context.Calls.UntilDoneAsync(
                token => context.Store.FindJobAsync(name, token),
                stop
            );
            return job is { Value.State: not JobState.Cancelled } ? context.Processor.Refusal(job.Value) : null;
        }
        catch (QueueException e) when (e.Code == "badJob")
        {
            return e.Message;
        }
    }

    /// <summary>
    /// Gets a message of one of the jobs. All are asked, beginning with another one each time, so that no job has to
    /// wait for another to end; then one is waited for.
    /// </summary>
    private async Task<IWorkDelivery?> ReceiveAsync(List<string> jobs, CancellationToken stop)
    {
        turn++;
        for (int i = 0; i < jobs.Count && jobs.Count > 1; i++)
        {
            if (await ReceiveAsync(jobs[(turn + i) % jobs.Count], TimeSpan.Zero, stop) is { } delivery)
            {
                return delivery;
            }
        }

        long begin = context.Time.GetTimestamp();
        TimeSpan wait = jobs.Count == 1 && !context.Options.UntilEmpty ? context.Options.Wait : context.Options.Pause;
        string job = jobs[turn % jobs.Count];
        IWorkDelivery? waited = await ReceiveAsync(job, wait, stop);
        if (waited is null)
        {
            await sweep.NothingAsync(job, stop);
        }

        if (waited is null && context.Time.GetElapsedTime(begin) < wait / 2)
        {
            // The server has not let the request wait, perhaps because too many workers do.
            await Task.Delay(context.Options.Pause, context.Time, stop);
        }

        return waited;
    }

    private async Task<IWorkDelivery?> ReceiveAsync(string job, TimeSpan wait, CancellationToken stop)
    {
        IWorkDelivery? delivery = await context.Calls.UntilDoneAsync(
            token => context.Queue.ReceiveAsync(job, wait, token),
            stop
        );
        if (delivery is not null)
        {
            sweep.Received(job);
        }

        return delivery;
    }

    /// <summary>
    /// Completes the lists of the jobs of which the queue holds no message any more: of those that this worker has
    /// changed, and from time to time of all, because other workers may have been killed before they could.
    /// </summary>
    private async Task CompleteListsAsync(
        IReadOnlyDictionary<string, long> messages,
        bool isLast,
        CancellationToken stop
    )
    {
        foreach (string name in changed.Where(n => !messages.ContainsKey(n)).ToList())
        {
            if (await CompleteListAsync(name, isPatient: !isLast, stop))
            {
                changed.Remove(name);
            }
        }

        if (isLast || looked is null || context.Time.GetElapsedTime(looked.Value) >= context.Options.CheckInterval)
        {
            looked = context.Time.GetTimestamp();
            (IReadOnlyList<Versioned<JobDescription>> jobs, _) = await context.Calls.UntilDoneAsync(
                token => context.Store.ListJobsAsync(token),
                stop
            );
            foreach (JobDescription job in jobs.Select(j => j.Value))
            {
                bool isQuiet = job.State != JobState.Cancelled && !messages.ContainsKey(job.Name);
                if (isQuiet && context.Processor.Refusal(job) is null)
                {
                    await UpdateListAsync(job, (f, token) => keeper.CompleteAsync(job, f, !isLast, token), stop);
                }
            }
        }
    }

    private async Task<bool> CompleteListAsync(string name, bool isPatient, CancellationToken cancel)
    {
        Versioned<JobDescription>? job = await context.Calls.UntilDoneAsync(
            token => context.Store.FindJobAsync(name, token),
            cancel
        );
        return job is null
            || await UpdateListAsync(
                job.Value,
                (f, token) => keeper.CompleteAsync(job.Value, f, isPatient, token),
                cancel
            );
    }

    /// <summary>Writes the lists that lack this worker's last files, within a short time.</summary>
    private async Task LeaveListsAsync(CancellationToken limit)
    {
        try
        {
            foreach (string name in changed)
            {
                await CompleteListAsync(name, isPatient: false, limit);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or QueueException) { }
    }

    /// <summary>Updates the list of files of a job. A list that cannot be written ends no worker.</summary>
    /// <returns>Whether nothing is left to do for the list.</returns>
    private async Task<bool> UpdateListAsync(
        JobDescription job,
        Func<string, CancellationToken, Task<bool>> update,
        CancellationToken cancel
    )
    {
        try
        {
            return context.Processor.OutputFolder(job) is not { } folder
                || await context.Calls.UntilDoneAsync(token => update(folder, token), cancel);
        }
        catch (Exception e) when (e is MienException or IOException or UnauthorizedAccessException)
        {
            context.Observer.ListNotWritten(job.Name, e.Message);
            return false;
        }
    }

    private sealed class NoObserver : IWorkerObserver;
}
