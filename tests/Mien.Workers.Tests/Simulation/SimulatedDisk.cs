namespace Mien.Workers.Tests;

/// <summary>
/// The shared disk: files, each with its photos and whether they have a result or an error; and lists of files.
/// </summary>
internal sealed class SimulatedDisk
{
    /// <summary>The lists of files by job, and when they were written.</summary>
    public Dictionary<string, (JobFileList List, DateTimeOffset At)> Lists { get; } = [];

    /// <summary>The processes that write lists now, by job.</summary>
    public Dictionary<string, SimulatedProcess> Locks { get; } = [];

    public Dictionary<string, IReadOnlyDictionary<string, bool>> Files { get; } = [];

    /// <summary>The number of files that were deleted.</summary>
    public int Deleted { get; private set; }

    /// <summary>Deletes a file, if it exists.</summary>
    public void Delete(string name) => Deleted += Files.Remove(name) ? 1 : 0;

    /// <summary>The files that lists name and that do not exist.</summary>
    public IEnumerable<string> Missing() =>
        Lists.Values.SelectMany(l => l.List.Files).Select(f => f.Name).Where(n => !Files.ContainsKey(n));

    /// <summary>Whether nothing can be written.</summary>
    public bool IsFull { get; set; }

    /// <summary>Writes a file as a whole.</summary>
    public ShardOutcome Write(string name, IEnumerable<string> photos, bool areResults)
    {
        if (IsFull)
        {
            throw new MienException(ErrorKind.Unavailable, "cannotWrite", "The simulated disk is full.");
        }

        Files[name] = photos.ToDictionary(p => p, _ => areResults);
        int count = Files[name].Count;
        return new ShardOutcome(name, count, areResults ? count : 0, areResults ? 0 : count);
    }
}
