using System.IO.Enumeration;

namespace Mien;

/// <summary>
/// Searches folders, for all programs in the same way: in ordinal order of the paths, which is the same on every
/// machine, and without following links to folders, which could form cycles. The search is lazy: only the names in one
/// folder and its parent folders are in memory. Thread-safe.
/// </summary>
internal static class FolderWalk
{
    // Inaccessible folders are reported instead of ignored, and the filter decides about hidden entries.
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>Finds the images in a folder, without hidden ones.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="depth">The number of levels of subfolders to search.</param>
    public static IEnumerable<FolderEntry> Images(string folder, int depth) => Of(folder, new ImageFilter(depth));

    /// <summary>Finds the files in a folder that a filter selects.</summary>
    /// <param name="folder">The folder; empty for the current folder.</param>
    /// <param name="filter">Selects the files and subfolders.</param>
    /// <param name="leftOut">The full paths of folders to skip.</param>
    /// <param name="kind">The expected kind of files for error messages.</param>
    /// <returns>
    /// The files, and with an error: folders that cannot be listed, and special files such as named pipes.
    /// </returns>
    public static IEnumerable<FolderEntry> Of(
        string folder,
        IFolderFilter filter,
        IReadOnlySet<string>? leftOut = null,
        string kind = "image"
    ) => Walk(folder, "", filter, leftOut, kind);

    private static IEnumerable<FolderEntry> Walk(
        string folder,
        string relative,
        IFolderFilter filter,
        IReadOnlySet<string>? leftOut,
        string kind
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
                yield return new FolderEntry(path, below, SpecialFile.Error(path, kind));
            }
            else if (!IsLink(path) && leftOut?.Contains(Path.GetFullPath(path)) != true)
            {
                foreach (FolderEntry deeper in Walk(path, below, inside, leftOut, kind))
                {
                    yield return deeper;
                }
            }
        }
    }

    /// <summary>Lists the selected entries of a folder.</summary>
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

            // With a slash after folder names, sorting the names gives the order of the full paths.
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
                $"{Listed(folder)}: the folder cannot be listed ({e.Message}). Check the disk, and that the folder "
                    + $"is not being moved.",
                e
            );
        }

        return [];
    }

    private static Found? Choose(ref FileSystemEntry entry, IFolderFilter filter)
    {
        // A leading dot hides an entry on every system, because archives bring such files to Windows too.
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
    /// <param name="Name">The name of the entry.</param>
    /// <param name="Inside">The filter for a subfolder; <see langword="null"/> for a file.</param>
    private sealed record Found(string Name, IFolderFilter? Inside)
    {
        public string SortKey { get; } = Inside is null ? Name : Name + "/";
    }

    /// <summary>Selects images that are not hidden, down to a maximum depth.</summary>
    private sealed class ImageFilter(int depth) : IFolderFilter
    {
        public bool Takes(ReadOnlySpan<char> name, bool isHidden) => !isHidden && ImageNames.IsImage(name);

        public IFolderFilter? Enter(ReadOnlySpan<char> name, bool isHidden) =>
            isHidden || depth == 0 ? null : new ImageFilter(depth - 1);
    }
}
