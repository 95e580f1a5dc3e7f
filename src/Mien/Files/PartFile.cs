namespace Mien;

/// <summary>
/// A temporary file next to its target, with the extension <c>.part</c>, that replaces the target when it is complete.
/// Every file that Mien writes starts as one, whether it is written at once (<see cref="OutputFile"/>) or over hours. A
/// killed process leaves the part, which the next run overwrites. Not thread-safe.
/// </summary>
internal sealed class PartFile : IDisposable
{
    /// <summary>The extension that is appended to the name of the target.</summary>
    public const string Ending = ".part";

    private readonly string target;
    private readonly string name;
    private bool isOver;
    private bool isOurs = true;

    private PartFile(string target, string path, string name) => (this.target, Path, this.name) = (target, path, name);

    /// <summary>The path to write to until <see cref="Commit"/>.</summary>
    public string Path { get; }

    /// <summary>Checks the path, and creates missing folders.</summary>
    /// <param name="path">The file to replace; for a link, the file it refers to.</param>
    /// <param name="isShared">
    /// Whether several processes may write the same content at the same time, each to a separate part.
    /// </param>
    /// <param name="isHidden">Whether the name of the part begins with a dot.</param>
    /// <param name="writer">
    /// A name for the part that no other writer has, also on another machine; <see langword="null"/> if there is one
    /// writer at a time.
    /// </param>
    /// <exception cref="MienException"><c>cannotWrite</c>: the path is a folder.</exception>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The file is read-only, or there is no permission.</exception>
    public static PartFile For(string path, bool isShared = false, bool isHidden = false, string? writer = null)
    {
        string target = Prepare(path);
        string part =
            writer is not null ? $"{target}.{writer}{Ending}"
            : isShared ? $"{target}.{Environment.ProcessId}{Ending}"
            : target + Ending;
        if (isHidden)
        {
            part = System.IO.Path.Join(System.IO.Path.GetDirectoryName(part), "." + System.IO.Path.GetFileName(part));
        }

        return new PartFile(target, IsDevice(target) ? target : part, path);
    }

    /// <summary>
    /// Resolves a path to the file to write; for a link, the file it refers to. Creates missing folders.
    /// </summary>
    /// <exception cref="MienException"><c>cannotWrite</c>: the path is a folder.</exception>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The file is read-only, or there is no permission.</exception>
    public static string Prepare(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string target = Target(path);
        if (Directory.Exists(target))
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "cannotWrite",
                $"{path}: this is a folder, expected the name of a file to write."
            );
        }

        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
        return File.Exists(target) && (File.GetAttributes(target) & FileAttributes.ReadOnly) != 0
            ? throw new UnauthorizedAccessException("the file is read-only")
            : target;
    }

    /// <summary>
    /// Checks whether a full path is a device such as /dev/stdout or a pipe, which is written in place instead of being
    /// replaced.
    /// </summary>
    public static bool IsDevice(string fullPath) =>
        (
            fullPath.StartsWith("/dev/", StringComparison.Ordinal)
            && !fullPath.StartsWith("/dev/shm/", StringComparison.Ordinal)
        )
        || fullPath.StartsWith("/proc/", StringComparison.Ordinal)
        || SpecialFile.KindOf(fullPath) is not null;

    /// <summary>Gets the full path of the file to write, with links resolved.</summary>
    public static string Target(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is not null && !IsDevice(file.FullName)
            ? file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file.FullName
            : file.FullName;
    }

    /// <summary>Opens the part, truncated; other processes of Mien cannot open it at the same time.</summary>
    public OutputStream Open()
    {
        if (Path == target)
        {
            return OutputStream.Open(Path, name, FileMode.Open, FileShare.ReadWrite);
        }

        isOurs = false; // if another process holds it, it is not deleted here
        OutputStream stream = OutputStream.Open(Path, name, FileMode.Create, FileShare.None);
        isOurs = true;
        return stream;
    }

    /// <summary>Replaces the target by the part, which must be closed.</summary>
    public void Commit()
    {
        if (Path != target)
        {
            File.Move(Path, target, overwrite: true);
        }

        isOver = true;
    }

    /// <summary>Deletes a part that was not committed; the old file is unchanged.</summary>
    public void Dispose()
    {
        if (!isOver && isOurs && Path != target)
        {
            isOver = true;
            if (File.Exists(Path))
            {
                File.Delete(Path);
            }
        }
    }
}
