using Mien.Workers;

namespace Mien.Cli;

/// <summary>
/// What the lists of <c>mien work</c> say of the files in a folder (<c>mien-job-NAME.json</c>). Only the files that a
/// list names count: others are left from workers that ended, or from shards that were halved. Immutable.
/// </summary>
internal sealed class ListedParts
{
    private ListedParts(
        IReadOnlyList<string> files,
        IReadOnlyList<string> missing,
        IReadOnlyList<string> uncounted,
        IReadOnlyList<(string Job, long Remaining)> unfinished
    ) => (Files, Missing, Uncounted, Unfinished) = (files, missing, uncounted, unfinished);

    /// <summary>The names of the files that count and exist, in ordinal order.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>The names of the files that count and do not exist.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>The names of the files with the extension of results that do not count.</summary>
    public IReadOnlyList<string> Uncounted { get; }

    /// <summary>The jobs that are not complete, with the number of their queued photos without a result.</summary>
    public IReadOnlyList<(string Job, long Remaining)> Unfinished { get; }

    /// <summary>Whether all jobs are complete and their files are there.</summary>
    public bool IsComplete => Missing.Count + Unfinished.Count == 0;

    /// <summary>Reads the lists in a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="results">The names of all files in it that have the extension of results.</param>
    /// <returns><c>null</c> if there are no lists.</returns>
    /// <exception cref="MienException"><c>badJobFile</c>: a list cannot be read.</exception>
    public static ListedParts? Find(string folder, IEnumerable<string> results)
    {
        IReadOnlyList<JobFileList> lists = JobFileList.ReadAll(folder);
        if (lists.Count == 0)
        {
            return null;
        }

        var files = new SortedSet<string>(StringComparer.Ordinal);
        var missing = new List<string>();
        var unfinished = new List<(string, long)>();
        foreach (JobFileList list in lists)
        {
            foreach (string name in list.Files.Select(f => f.Name))
            {
                if (File.Exists(Path.Join(folder, name)))
                {
                    files.Add(name);
                }
                else
                {
                    missing.Add(name);
                }
            }

            if (!list.IsComplete)
            {
                unfinished.Add((list.Job, list.RemainingPhotos));
            }
        }

        return new ListedParts([.. files], missing, [.. results.Where(f => !files.Contains(f))], unfinished);
    }
}
