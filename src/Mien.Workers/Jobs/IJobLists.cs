namespace Mien.Workers;

/// <summary>The lists of files in the output folders of jobs. Thread-safe.</summary>
internal interface IJobLists
{
    /// <summary>Reads a list; <see langword="null"/> if there is none that can be read.</summary>
    JobFileList? Find(string folder, string job);

    /// <summary>When a list was written, by the clock of its disk; long ago if there is none.</summary>
    DateTimeOffset WrittenAt(string folder, string job);

    /// <summary>
    /// Keeps other workers from writing a list until the result is disposed. Between machines it may have no effect.
    /// </summary>
    /// <returns>The lock; <see langword="null"/> if another worker writes the list now.</returns>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    IDisposable? TryLock(string folder, string job);

    /// <summary>Writes a list.</summary>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    void Write(string folder, JobFileList list);
}
