namespace Mien.Workers;

/// <summary>
/// Keeps the lists of files in the output folders of jobs. Many workers do so for the same job, each for what it has
/// changed itself, and in the end for the whole list: whoever finds that no message of a job is left looks whether the
/// list is final, and writes it otherwise. So it does not matter which of them end before. Not thread-safe.
/// </summary>
internal sealed class JobFileKeeper(IJobStore store, IJobLists lists, TimeProvider time, TimeSpan interval)
{
    private const int MaxTries = 50;

    /// <summary>Collecting a list of very many shards takes long, so it is done less often.</summary>
    private const int IntervalOfDuration = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<string, State> states = [];

    /// <summary>Writes a list unless it was written a short time ago.</summary>
    /// <param name="job">The name of the job, of which this worker has just changed which files count.</param>
    /// <param name="folder">Its output folder.</param>
    /// <param name="cancel">Cancels it; the old list remains.</param>
    /// <exception cref="MienException"><c>cannotWrite</c>, <c>natsUnavailable</c>.</exception>
    public async Task RefreshAsync(string job, string folder, CancellationToken cancel)
    {
        State state = StateOf(job) with { IsChanged = true };
        states[job] = state;
        TimeSpan wait = WaitOf(state);
        // The clock of the disk may be wrong by more than that; then each worker has only its own time.
        if (!IsRecent(state, wait) && (time.GetUtcNow() - lists.WrittenAt(folder, job)).Duration() >= wait)
        {
            using IDisposable? mine = lists.TryLock(folder, job);
            if (mine is not null)
            {
                await WriteLockedAsync(job, folder, cancel);
            }
        }
    }

    /// <summary>Writes a list now, so that it no longer names a file that is to be deleted.</summary>
    /// <returns>
    /// The list; <see langword="null"/> if another worker writes it for too long, or the job was deleted.
    /// </returns>
    /// <exception cref="MienException"><c>cannotWrite</c>, <c>natsUnavailable</c>.</exception>
    public async Task<JobFileList?> WriteAsync(string job, string folder, CancellationToken cancel)
    {
        for (int tries = 0; tries < MaxTries; tries++)
        {
            using (IDisposable? mine = lists.TryLock(folder, job))
            {
                if (mine is not null)
                {
                    return await WriteLockedAsync(job, folder, cancel);
                }
            }

            await Task.Delay(Pause, time, cancel);
        }

        return null;
    }

    /// <summary>
    /// Writes the list of a job of which no message is left, or that this worker leaves, unless it is final.
    /// </summary>
    /// <param name="job">The job as it is stored now.</param>
    /// <param name="folder">Its output folder.</param>
    /// <param name="isPatient">Whether a list that this worker has not changed can wait for the next call.</param>
    /// <param name="cancel">Cancels it; the old list remains.</param>
    /// <returns>Whether the list is final, or the job cancelled.</returns>
    /// <exception cref="MienException"><c>cannotWrite</c>, <c>natsUnavailable</c>.</exception>
    public async Task<bool> CompleteAsync(JobDescription job, string folder, bool isPatient, CancellationToken cancel)
    {
        State state = StateOf(job.Name);
        if (isPatient && !state.IsChanged && IsRecent(state, WaitOf(state)))
        {
            return false;
        }

        if (lists.Find(folder, job.Name)?.IsFinalFor(job) == true)
        {
            states.Remove(job.Name);
            return true;
        }

        JobFileList? written = await WriteAsync(job.Name, folder, cancel);
        return written?.IsFinalFor(job) == true || (written is not null && job.State == JobState.Cancelled);
    }

    private async Task<JobFileList?> WriteLockedAsync(string name, string folder, CancellationToken cancel)
    {
        long begin = time.GetTimestamp();
        // The job before the records: if it is retried in between, the list says of itself that it is out of date.
        if (await store.FindJobAsync(name, cancel) is not { } job)
        {
            return null;
        }

        JobFileList list = await JobFileList.CollectAsync(store, job.Value, cancel);
        lists.Write(folder, list);
        long end = time.GetTimestamp();
        states[name] = new State(false, end, time.GetElapsedTime(begin, end));
        return list;
    }

    private State StateOf(string job) => states.GetValueOrDefault(job) ?? new State(false, null, default);

    private TimeSpan WaitOf(State state)
    {
        TimeSpan wait = state.Duration * IntervalOfDuration;
        return wait > interval ? wait : interval;
    }

    private bool IsRecent(State state, TimeSpan wait) =>
        state.Written is { } written && time.GetElapsedTime(written) < wait;

    /// <param name="IsChanged">Whether this worker has changed which files count since it has written the list.</param>
    /// <param name="Written">When this worker has last written the list.</param>
    /// <param name="Duration">How long that took.</param>
    private sealed record State(bool IsChanged, long? Written, TimeSpan Duration);
}
