namespace Mien.Workers;

/// <summary>
/// What a worker does with one message. The rules that keep every photo in exactly one counted file:
/// <list type="bullet">
/// <item>A message is acknowledged only if its shard's record is done, is dead, or is split and both halves have been
/// queued, or if its job is cancelled.</item>
/// <item>A record says done or dead only when its file has its name.</item>
/// <item>Done and split never change, and dead only if it is retried. So a file that such a record does not name can be
/// deleted when no list of files names it: that of an error, when the shard is done; that of results, when it is split.
/// No other can.</item>
/// <item>Results count whoever holds the shard by then: the first worker that writes the record wins.</item>
/// </list>
/// </summary>
internal sealed class ShardTurn(
    WorkerContext context,
    IWorkDelivery delivery,
    ShardWatch watch,
    WorkerCounts counts,
    WorkerEnding ending
)
{
    /// <summary>
    /// How many times a message must be delivered before a job or record counts as missing. In a cluster, the answer
    /// may come from a server that does not have them yet.
    /// </summary>
    private const int MinDeliveriesOfMissing = 3;

    private const string Stalled = "shardStalled";

    private readonly string worker = context.Options.Name;

    private JobDescription? job;
    private ShardManifest? shard;

    /// <summary>Handles the message.</summary>
    /// <param name="abort">Gives the shard back.</param>
    /// <returns>What has changed.</returns>
    /// <exception cref="MienException">This worker cannot work on. The shard was given back.</exception>
    /// <exception cref="OperationCanceledException">Aborted. The shard was given back.</exception>
    public async Task<ShardTurnResult> RunAsync(CancellationToken abort)
    {
        try
        {
            return await DecideAsync(abort);
        }
        catch (QueueException e) when (e.Code == "badRecord")
        {
            await BuryAsync(e.Message, abort);
            return default;
        }
        catch (QueueException e) when (e.Code == "badJob")
        {
            await NakAsync(context.Options.Delay, abort);
            return default;
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            await GiveBackAsync("The worker was stopped.", TimeSpan.Zero);
            throw;
        }
        catch (MienException e)
        {
            await GiveBackAsync(e.Message, context.Options.Delay, isCrash: e.Code == Stalled);
            throw;
        }
    }

    private async Task<ShardTurnResult> DecideAsync(CancellationToken abort)
    {
        if (!await IdentifyAsync(abort))
        {
            return default;
        }

        watch.Look(job!.Name);
        string? written = null; // the file with the error of a dead shard
        while (true)
        {
            if (await FindAsync(abort) is not { } found)
            {
                await MissAsync("The server has no record of the shard.", abort);
                return default;
            }

            ShardRecord record = found.Value;
            switch (record.State)
            {
                case ShardState.Done or ShardState.Split or ShardState.Dead:
                    await CloseAsync(record, abort);
                    return new ShardTurnResult(job, Obsolete(written, record));
                case ShardState.Running when await MayBeElsewhereAsync(record, abort):
                    await NakAsync(context.Queue.AckWait, abort);
                    return default;
                default:
                    break;
            }

            if (IsMine(record))
            {
                return await ProcessAsync(abort); // an earlier write has succeeded without an answer
            }

            ShardRecord taken = Take(record);
            if (taken.Crashes >= MaxCrashes)
            {
                (bool isEnded, written) = await EndAsync(taken, found.Revision, abort);
                if (isEnded)
                {
                    return new ShardTurnResult(job);
                }
            }
            else if (await TryWriteAsync(taken, found.Revision, abort))
            {
                if (taken.Crashes > record.Crashes)
                {
                    context.Observer.ShardTakenOver(job!, shard!, record.Worker, taken.Crashes);
                }

                return await ProcessAsync(abort);
            }
        }
    }

    private int MaxCrashes =>
        shard!.Paths.Count > 1 ? context.Options.MaxCrashes : context.Options.MaxCrashesOfOnePhoto;

    /// <summary>Finds out which shard of which job the message is.</summary>
    /// <returns>Whether there is anything to do for it.</returns>
    private async Task<bool> IdentifyAsync(CancellationToken abort)
    {
        ShardManifest? parsed = ShardManifest.Parse(delivery.Data.Span);
        Versioned<JobDescription>? found = await context.Calls.UntilDoneAsync(
            token => context.Store.FindJobAsync(delivery.Job, token),
            abort
        );
        string? wrong =
            found is null ? "There is no job of this name."
            : parsed is null ? "The message is no shard."
            : !parsed.IsOf(found.Value) ? "The identifier of the shard is not that of its job and photos."
            : null;
        if (wrong is not null)
        {
            await (found is null ? MissAsync(wrong, abort) : BuryAsync(wrong, abort));
            return false;
        }

        (job, shard) = (found!.Value, parsed!);
        if (job.State == JobState.Cancelled)
        {
            await delivery.AckAsync(abort);
            return false;
        }

        if (context.Processor.Refusal(job) is not null)
        {
            await NakAsync(context.Options.Delay, abort);
            return false;
        }

        return true;
    }

    /// <summary>Moves a message for which something is missing to the dead letters, if it stays so.</summary>
    private Task MissAsync(string reason, CancellationToken abort) =>
        delivery.Delivery < MinDeliveriesOfMissing ? NakAsync(context.Options.Delay, abort) : BuryAsync(reason, abort);

    /// <summary>Moves a message that is no shard of a job to the dead letters.</summary>
    private async Task BuryAsync(string reason, CancellationToken abort)
    {
        ShardManifest? parsed = shard ?? ShardManifest.Parse(delivery.Data.Span);
        var letter = new DeadLetter
        {
            Job = delivery.Job,
            Id = parsed?.Id,
            Photos = parsed?.Paths.Count ?? 0,
            Reason = reason,
            Worker = worker,
            Message = delivery.Message,
        };
        await context.Calls.UntilDoneAsync(token => context.Queue.BuryAsync(letter, token), abort);
        context.Observer.MessageRejected(delivery.Job, reason);
        await delivery.AckAsync(abort);
    }

    /// <summary>Gives the message back. A report after that would take it again.</summary>
    private async Task NakAsync(TimeSpan delay, CancellationToken cancel)
    {
        await watch.StopAsync();
        await delivery.GiveBackAsync(delay, cancel);
    }

    /// <summary>
    /// Checks whether another worker may still have a running shard: through another message, because a shard can be
    /// queued twice; or because no worker could report while the server was away.
    /// </summary>
    private async Task<bool> MayBeElsewhereAsync(ShardRecord record, CancellationToken abort) =>
        record.Message != delivery.Message
            ? await context.Calls.UntilDoneAsync(token => context.Queue.HoldsAsync(record.Message, token), abort)
            : record.Worker != worker && context.Queue.SinceReconnect < context.Queue.AckWait;

    private bool IsMine(ShardRecord record) => record.State == ShardState.Running && IsFromThisTurn(record);

    private bool IsFromThisTurn(ShardRecord record) =>
        record.Worker == worker && record.Message == delivery.Message && record.Delivery == delivery.Delivery;

    /// <summary>
    /// The record for this worker. If the same message was delivered before to a worker that did not give it back, that
    /// worker has ended, or has not reported for too long.
    /// </summary>
    private ShardRecord Take(ShardRecord record)
    {
        bool isLost =
            record.State == ShardState.Running
            && record.Worker != worker
            && record.Message == delivery.Message
            && record.Delivery < delivery.Delivery;
        return record with
        {
            State = ShardState.Running,
            Worker = worker,
            Message = delivery.Message,
            Delivery = delivery.Delivery,
            Started = context.Time.GetUtcNow(),
            Crashes = record.Crashes + (isLost ? 1 : 0),
            Reason = isLost ? $"The worker {record.Worker} has ended during this shard." : record.Reason,
        };
    }

    /// <summary>Halves a shard that has ended too many workers, or declares it dead.</summary>
    /// <returns>Whether the record was written; and the file with the error, if one was.</returns>
    private async Task<(bool IsEnded, string? Written)> EndAsync(
        ShardRecord taken,
        ulong revision,
        CancellationToken abort
    )
    {
        string reason = $"{taken.Crashes} workers have ended or failed. {taken.Reason}".TrimEnd();
        if (shard!.Paths.Count > 1)
        {
            (ShardManifest first, ShardManifest second) = shard.Halve(job!);
            ShardRecord split = taken with
            {
                State = ShardState.Split,
                Halves = [first.Id, second.Id],
                Reason = reason,
            };
            if (!await TryWriteAsync(split, revision, abort))
            {
                return (false, null);
            }

            context.Observer.ShardSplit(job!, shard, reason);
            await CloseAsync(split, abort);
            return (true, null);
        }

        ShardOutcome outcome = await context.Processor.WriteErrorAsync(job!, shard, reason, abort);
        ShardRecord dead = taken with
        {
            State = ShardState.Dead,
            File = outcome.File,
            Faces = outcome.Faces,
            Errors = outcome.Errors,
            Path = shard.Paths[0],
            Reason = reason,
        };
        if (!await TryWriteAsync(dead, revision, abort))
        {
            return (false, outcome.File);
        }

        context.Observer.ShardDead(job!, shard, reason);
        await CloseAsync(dead, abort);
        return (true, null);
    }

    private Task CloseAsync(ShardRecord record, CancellationToken abort) =>
        ShardClosing.RunAsync(context, delivery, job!, shard!, record, abort);

    /// <summary>Processes the photos and commits the results.</summary>
    private async Task<ShardTurnResult> ProcessAsync(CancellationToken abort)
    {
        context.Observer.ShardStarted(job!, shard!);
        long begin = context.Time.GetTimestamp();
        ShardOutcome outcome;
        try
        {
            outcome = await ShardProgress.RunAsync(context, job!, shard!, watch.Cancelled) ?? throw Hang(abort);
        }
        catch (OperationCanceledException) when (watch.IsJobCancelled && !abort.IsCancellationRequested)
        {
            await ChangeMineAsync(r => r with { State = ShardState.Queued, Reason = "The job was cancelled." }, abort);
            await delivery.AckAsync(abort);
            return default;
        }
        catch (Exception e) when (IsFault(e, abort))
        {
            await ChangeMineAsync(
                r => r with { State = ShardState.Queued, Crashes = r.Crashes + 1, Reason = e.Message },
                abort
            );
            await NakAsync(context.Options.Delay, abort);
            counts.AddFault(e.Message);
            context.Observer.ShardGivenBack(job!, shard!, e.Message);
            return default;
        }

        return await CommitAsync(outcome, context.Time.GetElapsedTime(begin), abort);
    }

    private MienException Hang(CancellationToken abort)
    {
        abort.ThrowIfCancellationRequested();
        watch.Cancel();
        return new MienException(
            ErrorKind.Unavailable,
            Stalled,
            $"The processing of a shard hangs: no photo was done for {context.Options.MaxStall.TotalMinutes:0.#} "
                + "minutes, or it did not end when its job was cancelled. The worker ends; start it again. If the "
                + "shard stops workers again, it is halved until the photo is found."
        );
    }

    /// <summary>
    /// Checks whether an exception is due to the shard. A file that cannot be written is due to this worker's machine,
    /// which then must not go through the queue and turn shard after shard into errors.
    /// </summary>
    private static bool IsFault(Exception e, CancellationToken abort) =>
        e is not MienException { Kind: ErrorKind.Unavailable }
        && !(e is OperationCanceledException && abort.IsCancellationRequested);

    /// <summary>Makes the results count, unless others do by now.</summary>
    private async Task<ShardTurnResult> CommitAsync(ShardOutcome outcome, TimeSpan duration, CancellationToken abort)
    {
        string? replaced = null; // the file with the error of a shard that was retried
        while (true)
        {
            if (await FindAsync(abort) is not { } found)
            {
                // The job was deleted. A new one of the same name may use the file.
                context.Observer.ShardSuperseded(job!, shard!);
                await delivery.AckAsync(abort);
                return default;
            }

            ShardRecord record = found.Value;
            if (record.State is ShardState.Done or ShardState.Split or ShardState.Dead)
            {
                if (record.State == ShardState.Done && IsFromThisTurn(record))
                {
                    counts.Add(outcome);
                    context.Observer.ShardDone(job!, shard!, outcome, duration);
                }
                else
                {
                    context.Observer.ShardSuperseded(job!, shard!);
                }

                await CloseAsync(record, abort);
                return new ShardTurnResult(job, Obsolete(outcome.File, record) ?? Obsolete(replaced, record));
            }

            replaced = record.File;
            ShardRecord done = record with
            {
                State = ShardState.Done,
                Worker = worker,
                Message = delivery.Message,
                Delivery = delivery.Delivery,
                File = outcome.File,
                Photos = outcome.Photos,
                Faces = outcome.Faces,
                Errors = outcome.Errors,
                Path = null,
                Reason = null,
            };

            // Read again in any case: the record that is found then is done, by this worker or by another one.
            await TryWriteAsync(done, found.Revision, abort);
        }
    }

    /// <summary>
    /// Gets a file if a record does not name it and never will: another worker could be about to name the results of a
    /// dead shard.
    /// </summary>
    private static string? Obsolete(string? file, ShardRecord record) =>
        record.State != ShardState.Dead && file != record.File ? file : null;

    /// <summary>Changes the record, if this worker still has the shard.</summary>
    private async Task ChangeMineAsync(Func<ShardRecord, ShardRecord> change, CancellationToken abort)
    {
        while (
            await FindAsync(abort) is { } found
            && IsMine(found.Value)
            && !await TryWriteAsync(change(found.Value), found.Revision, abort)
        ) { }
    }

    /// <summary>
    /// Gives the shard back within a short time. If that fails, the message is delivered again after a while, and the
    /// turn counts as a crash.
    /// </summary>
    private async Task GiveBackAsync(string reason, TimeSpan delay, bool isCrash = false)
    {
        CancellationToken limit = ending.Begin();
        int crashes = isCrash ? 1 : 0;
        try
        {
            if (shard is not null && job is not null)
            {
                await ChangeMineAsync(
                    r => r with { State = ShardState.Queued, Crashes = r.Crashes + crashes, Reason = reason },
                    limit
                );
            }

            await NakAsync(delay, limit);
            if (shard is not null && job is not null)
            {
                context.Observer.ShardGivenBack(job, shard, reason);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or QueueException) { }
    }

    private Task<Versioned<ShardRecord>?> FindAsync(CancellationToken abort) =>
        context.Calls.UntilDoneAsync(token => context.Store.FindShardAsync(shard!.Job, shard.Id, token), abort);

    /// <summary>
    /// Writes the record if it has a revision. After a lost answer, this says no although it was written.
    /// </summary>
    private Task<bool> TryWriteAsync(ShardRecord record, ulong revision, CancellationToken abort) =>
        context.Calls.UntilDoneAsync(
            token => context.Store.TryWriteShardAsync(shard!.Job, shard.Id, record, revision, token),
            abort
        );
}
