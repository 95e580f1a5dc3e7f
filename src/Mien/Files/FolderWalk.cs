using System.IO.Enumeration;

namespace Mien;

/// <summary>
/// The one way in which folders are walked: in ordinal order of the paths, so that it is the same on every machine, and
/// not into links to folders, which may lead back. Found as they are wanted: only the names in one folder and the
/// folders above it are held. Thread-safe.
/// </summary>
internal static class FolderWalk
{
    // What cannot be read is told, and the filter decides what becomes of hidden entries.
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>The images of a folder, without hidden ones.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="depth">How many levels of folders in it are looked into.</param>
    public static IEnumerable<FolderEntry> Images(string folder, int depth) => Of(folder, new ImageFilter(depth));

    /// <summary>The files of a folder that a filter takes.</summary>
    /// <param name="folder">The folder; empty: the current one.</param>
    /// <param name="filter">What is looked for.</param>
    /// <param name="leftOut">Full paths of folders that are not looked into.</param>
    /// <returns>The files; and folders that cannot be listed, with the error.</returns>
    public static IEnumerable<FolderEntry> Of(
        string folder,
        IFolderFilter filter,
        IReadOnlySet<string>? leftOut = null
    ) => Walk(folder, "", filter, leftOut);

    private static IEnumerable<FolderEntry> Walk(
        string folder,
        string relative,
        IFolderFilter filter,
        IReadOnlySet<string>? leftOut
    )
    {
        List<Found> entries = List(folder, filter, out MienException? error);
        if (error is not null)
        {
            yield return new FolderEntry(Listed(folder), relative, error);
        }

        foreach (Found entry in entries)
        {
            string path = Path.Join(folder, entry.Name);
            string below = Path.Join(relative, entry.Name);
            if (entry.Inside is not { } inside)
            {
                yield return new FolderEntry(path, below, null);
            }
            else if (!IsLink(path) && leftOut?.Contains(Path.GetFullPath(path)) != true)
            {
                foreach (FolderEntry deeper in Walk(path, below, inside, leftOut))
                {
                    yield return deeper;
                }
            }
        }
    }

    /// <summary>What matters in a folder.</summary>
    private static List<Found> List(string folder, IFolderFilter filter, out MienException? error)
    {
        error = null;
        try
        {
            List<Found?> all =
            [
                .. new FileSystemEnumerable<Found?>(
                    Listed(folder),
                    (ref FileSystemEntry entry) => Choose(ref entry, filter),
                    Everything
                ),
            ];
            List<Found> entries = [.. all.OfType<Found>()];

            // With a slash after the folders' names, sorting them sorts the paths.
            entries.Sort((a, b) => string.CompareOrdinal(a.SortKey, b.SortKey));
            return entries;
        }
        catch (UnauthorizedAccessException e)
        {
            error = new MienException(
                ErrorKind.Unavailable,
                "noPermission",
                $"{Listed(folder)}: no permission to list the folder. Check who may read it.",
                e
            );
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or PathTooLongException)
        {
            error = new MienException(
                ErrorKind.BadUsage,
                "badPath",
                $"'{folder}' is not a path of a folder ({e.Message}). Check the path.",
                e
            );
        }
        catch (IOException e)
        {
            error = new MienException(
                ErrorKind.Unavailable,
                "unreadableFolder",
                $"{Listed(folder)}: the folder cannot be listed ({e.Message}). Check the disk, and that nobody moves "
                    + $"it meanwhile.",
                e
            );
        }

        return [];
    }

    private static Found? Choose(ref FileSystemEntry entry, IFolderFilter filter)
    {
        // Beside what the system hides, a leading dot hides on every one: archives carry such files everywhere.
        bool isHidden = entry.FileName[0] == '.' || (!OperatingSystem.IsLinux() && entry.IsHidden);
        if (!entry.IsDirectory)
        {
            return filter.Takes(entry.FileName, isHidden) ? new Found(entry.FileName.ToString(), null) : null;
        }

        return filter.Enter(entry.FileName, isHidden) is { } inside
            ? new Found(entry.FileName.ToString(), inside)
            : null;
    }

    private static string Listed(string folder) => folder.Length == 0 ? "." : folder;

    private static bool IsLink(string folder) => new DirectoryInfo(folder).LinkTarget is not null;

    /// <summary>An entry of a folder.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Inside">What is looked for inside; <see langword="null"/>: it is a file.</param>
    private sealed record Found(string Name, IFolderFilter? Inside)
    {
        public string SortKey { get; } = Inside is null ? Name : Name + "/";
    }

    /// <summary>Images that are not hidden, down to a depth.</summary>
    private sealed class ImageFilter(int depth) : IFolderFilter
    {
        public bool Takes(ReadOnlySpan<char> name, bool isHidden) => !isHidden && ImageNames.IsImage(name);

        public IFolderFilter? Enter(ReadOnlySpan<char> name, bool isHidden) =>
            isHidden || depth == 0 ? null : new ImageFilter(depth - 1);
    }
}
