using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// The photos of <c>mien enqueue</c> with their paths below the folder that the workers see as their <c>--root</c>.
/// </summary>
internal sealed class JobInputs : IDisposable
{
    private readonly List<(InputSources? Sources, PhotoList? List)> all = [];
    private readonly string? root;

    /// <summary>Checks the arguments before any work is done.</summary>
    /// <param name="arguments">Folders, patterns, files and lists, as given.</param>
    /// <param name="root">The folder that is the workers' root; <c>null</c> for the one that is given.</param>
    /// <exception cref="UsageException">
    /// A path or list does not exist, there is no image in it, or the root is unclear.
    /// </exception>
    public JobInputs(IReadOnlyList<string> arguments, string? root)
    {
        if (root is null && arguments.Count > 1)
        {
            throw new UsageException(
                $"{arguments.Count} arguments are given, and it is unclear which folder the workers see as their "
                    + $"--root. Name the folder that contains all photos with --root DIR."
            );
        }

        if (root is not null && !Directory.Exists(root))
        {
            throw new UsageException($"--root: there is no folder '{root}'. Check the path.");
        }

        if (arguments.Contains(InputItem.StandardInput))
        {
            throw new UsageException(
                "'-' is an image on standard input, which workers cannot read. Give a folder, or a list with @FILE."
            );
        }

        this.root = root is null ? null : Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        try
        {
            foreach (string argument in arguments)
            {
                all.Add(
                    PhotoList.Is(argument)
                        ? (null, new PhotoList(argument, root))
                        : (new InputSources(InputKind.Image, [argument], []), null)
                );
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The number of entries so far that name a photo again, which was enumerated before.</summary>
    public long Repeated { get; private set; }

    /// <summary>
    /// Enumerates the photos in the given order, folders in ordinal order of the path; each photo once, also if several
    /// arguments or lines name it.
    /// </summary>
    public IEnumerable<JobPhoto> Enumerate()
    {
        // One folder or pattern names no photo twice, and needs no table.
        PhotoTable? seen = all is [{ List: null }] ? null : new PhotoTable();
        Repeated = 0;
        foreach (JobPhoto photo in all.SelectMany(Of))
        {
            if (photo.Path is { } path && seen?.Set(path, 0) == false)
            {
                Repeated++;
            }
            else
            {
                yield return photo;
            }
        }
    }

    public void Dispose()
    {
        foreach ((_, PhotoList? list) in all)
        {
            list?.Dispose();
        }
    }

    private IEnumerable<JobPhoto> Of((InputSources? Sources, PhotoList? List) source) =>
        source.List is { } list
            ? list.Enumerate(null).Select(i => Photo(i, i.Relative))
            : source.Sources!.Enumerate().Select(i => Photo(i, root is null ? i.Relative : BelowRoot(i.Path)));

    private JobPhoto Photo(InputItem input, string? relative)
    {
        // A pipe or a device in a list is a row of the results, like any photo that cannot be read.
        if (input.Error is { Code: not "notAFile" } error)
        {
            return new JobPhoto(null, error);
        }

        return relative is not null && !IsOutside(relative)
            ? new JobPhoto(ResultRoot.WithSlashes(relative), null)
            : new JobPhoto(
                null,
                new MienException(
                    ErrorKind.BadUsage,
                    "outsideRoot",
                    $"{input.Path}: is outside of {root ?? "the folder of the list"}, which the workers see as their "
                        + $"--root. Name a folder that contains all photos with --root DIR."
                )
            );
    }

    private string? BelowRoot(string path)
    {
        string full = Path.GetFullPath(path);
        string start = Path.EndsInDirectorySeparator(root!) ? root! : root + Path.DirectorySeparatorChar;
        return full.StartsWith(
            start,
            OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal
        )
            ? full[start.Length..]
            : null;
    }

    private static bool IsOutside(string relative) =>
        Path.IsPathRooted(relative) || ResultRoot.WithSlashes(relative).Split('/').Contains("..");
}

/// <summary>A photo of a job, or what cannot be one.</summary>
/// <param name="Path">The path below the root, with <c>/</c>; <c>null</c> if there is an error.</param>
/// <param name="Error">Why it is not enqueued, such as a folder that cannot be listed.</param>
internal readonly record struct JobPhoto(string? Path, MienException? Error);
