namespace Mien.Workers.Tests;

/// <summary>How a process sees the lists of files on the simulated disk. A lock ends with its process.</summary>
internal sealed class SimulatedLists(Scenario scenario, SimulatedProcess process) : IJobLists
{
    private readonly SimulatedDisk disk = scenario.Disk;

    public JobFileList? Find(string folder, string job) =>
        disk.Lists.TryGetValue(job, out (JobFileList List, DateTimeOffset At) found) ? found.List : null;

    public DateTimeOffset WrittenAt(string folder, string job) =>
        disk.Lists.TryGetValue(job, out (JobFileList List, DateTimeOffset At) found)
            ? found.At
            : DateTimeOffset.MinValue;

    public IDisposable? TryLock(string folder, string job)
    {
        if (disk.Locks.TryGetValue(job, out SimulatedProcess? other) && !other.IsDead)
        {
            return null;
        }

        disk.Locks[job] = process;
        return new Release(disk, job);
    }

    public void Write(string folder, JobFileList list)
    {
        if (disk.IsFull)
        {
            throw new MienException(ErrorKind.Unavailable, "cannotWrite", "The simulated disk is full.");
        }

        disk.Lists[list.Job] = (list, scenario.World.GetUtcNow());
        scenario.CheckFiles();
    }

    private sealed class Release(SimulatedDisk disk, string job) : IDisposable
    {
        public void Dispose() => disk.Locks.Remove(job);
    }
}
