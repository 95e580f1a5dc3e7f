using System.Collections.Concurrent;

namespace Mien.Cli;

/// <summary>
/// A folder that a worker may use. Whoever can write to the queue chooses paths, so a path counts only if it leads into
/// the folder, also after every link on the way is resolved. Thread-safe.
/// </summary>
internal sealed class ConfinedFolder
{
    /// <summary>The maximum number of links on the way to a file, as on Linux; more are a loop.</summary>
    private const int MaxLinks = 40;

    // A system that ignores case elsewhere may have a folder that does not, so another case counts as outside there.
    private static readonly StringComparison Comparison = OperatingSystem.IsWindows()
        ? StringComparison.OrdinalIgnoreCase
        : StringComparison.Ordinal;

    /// <summary>The folders of photos with their links resolved; <c>null</c> for those that lead outside.</summary>
    private readonly ConcurrentDictionary<string, string?> known = new(StringComparer.Ordinal);

    /// <summary>The root of the file system, drive or share that the folder is on.</summary>
    private readonly string drive;

    /// <summary>Resolves the folder.</summary>
    /// <param name="folder">The folder; it need not exist.</param>
    /// <exception cref="IOException">There is a loop of links on the way to it.</exception>
    public ConfinedFolder(string folder)
    {
        Full = RealPath(Path.GetFullPath(folder)) ?? throw new IOException($"{folder}: there is a loop of links.");
        drive = Path.GetPathRoot(Full)!;
    }

    /// <summary>The full path of the folder, with all links resolved.</summary>
    public string Full { get; }

    /// <summary>Finds a photo.</summary>
    /// <param name="path">The path in a manifest: relative, with <c>/</c> as the separator.</param>
    /// <returns>
    /// The full path without links; <c>null</c> if it leads outside the folder. Whether the file exists is not checked.
    /// </returns>
    public string? FindFile(string path)
    {
        if (!IsPlain(path))
        {
            return null;
        }

        int at = path.LastIndexOf('/');
        string folder = at < 0 ? "" : path[..at];
        string? real = known.GetOrAdd(folder, f => Inside(RealPath(Path.Join(Full, f), Full, drive)));
        return real is null ? null : Inside(RealPath(Path.Join(real, path[(at + 1)..]), real, drive));
    }

    /// <summary>Finds a folder for results.</summary>
    /// <param name="path">A path below this folder, or a full path.</param>
    /// <returns>The full path without links; <c>null</c> if it is neither this folder nor below it.</returns>
    public string? FindFolder(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        // Another drive or share is not even looked at: on Windows, that can send the user's credentials to a server.
        string full = Path.GetFullPath(path, Full);
        return full.StartsWith(drive, Comparison) && AreNames(full[drive.Length..])
            ? Inside(RealPath(full, drive: drive))
            : null;
    }

    /// <summary>Whether a path is a file name below a folder, before the file system is asked.</summary>
    private static bool IsPlain(string path) =>
        path.Length > 0
        && !path.Contains('\0', StringComparison.Ordinal)
        && !Path.IsPathRooted(path)
        && !path.Split('/').Contains("..")
        && !(OperatingSystem.IsWindows() && path.Contains('\\', StringComparison.Ordinal))
        && AreNames(path);

    /// <summary>Whether all parts of a path are names of files to Windows; on other systems, any name is one.</summary>
    private static bool AreNames(string path) =>
        !OperatingSystem.IsWindows()
        || Array.TrueForAll(path.Split('/', '\\'), name => name is "" or "." || WindowsNames.IsPlain(name));

    private string? Inside(string? real)
    {
        if (real is null)
        {
            return null;
        }

        string start = Path.EndsInDirectorySeparator(Full) ? Full : Full + Path.DirectorySeparatorChar;
        return real.Equals(Full, Comparison) || real.StartsWith(start, Comparison) ? real : null;
    }

    /// <summary>Resolves all links in a full path; parts that do not exist stay as they are.</summary>
    /// <param name="full">The full path.</param>
    /// <param name="from">The beginning of the path that has no links.</param>
    /// <param name="drive">The root that links must not leave; <c>null</c> for any.</param>
    /// <returns>The path; <c>null</c> if there are too many links, or one leads to another drive.</returns>
    private static string? RealPath(string full, string? from = null, string? drive = null)
    {
        string current = from ?? Path.GetPathRoot(full)!;
        var open = new Stack<string>();
        Push(full[current.Length..]);
        for (int links = 0; open.TryPop(out string? name); )
        {
            if (name == "..")
            {
                // What was resolved so far has no links, so the folder above is the one that the system means.
                current = Path.GetDirectoryName(current) ?? current;
                continue;
            }

            string next = Path.Join(current, name);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                current = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            string root = Path.GetPathRoot(target) ?? "";
            if (root.Length > 0)
            {
                current = Path.GetPathRoot(Path.GetFullPath(target))!;
                if (drive is not null && !current.Equals(drive, Comparison))
                {
                    return null; // before anything on that drive or share is looked at
                }
            }

            Push(target[root.Length..]);
        }

        return current;

        void Push(string path)
        {
            foreach (
                string name in path.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar)
                    .Reverse()
                    .Where(n => n is not ("" or "."))
            )
            {
                open.Push(name);
            }
        }
    }
}
