namespace Mien;

/// <summary>
/// A file on its way: written beside the one that it is to replace, under the name with <c>.part</c>, and moved there
/// when it is whole. Every file that Mien writes begins here, be it at once (<see cref="OutputFile"/>) or over hours. A
/// process that is killed leaves the part, which the next one writes over. Not thread-safe.
/// </summary>
internal sealed class PartFile : IDisposable
{
    private const string Ending = ".part";

    private readonly string target;
    private bool isOver;

    private PartFile(string target, string path) => (this.target, Path) = (target, path);

    /// <summary>Where to write until <see cref="Commit"/>.</summary>
    public string Path { get; }

    /// <summary>Checks the name, and makes the folder where it is missing.</summary>
    /// <param name="path">The file to replace; behind a link the file is meant, and not the link.</param>
    /// <param name="isShared">
    /// Whether several processes may write the same content at a time, each its own part.
    /// </param>
    /// <exception cref="MienException"><c>cannotWrite</c>: it is a folder.</exception>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file is read-only, or there is no permission.</exception>
    public static PartFile For(string path, bool isShared = false)
    {
        string target = Prepare(path);
        string part = isShared ? $"{target}.{Environment.ProcessId}{Ending}" : target + Ending;
        return new PartFile(target, IsDevice(target) ? target : part);
    }

    /// <summary>
    /// The file that a name means: behind a link the file, and not the link. Its folder is made where it is missing.
    /// </summary>
    /// <exception cref="MienException"><c>cannotWrite</c>: it is a folder.</exception>
    /// <exception cref="IOException">The folder cannot be made.</exception>
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

    /// <summary>Whether a full path means a device such as /dev/stdout, which is written to and not replaced.</summary>
    public static bool IsDevice(string fullPath) =>
        (
            fullPath.StartsWith("/dev/", StringComparison.Ordinal)
            && !fullPath.StartsWith("/dev/shm/", StringComparison.Ordinal)
        ) || fullPath.StartsWith("/proc/", StringComparison.Ordinal);

    /// <summary>The file that a name means, in full.</summary>
    public static string Target(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is not null && !IsDevice(file.FullName)
            ? file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file.FullName
            : file.FullName;
    }

    /// <summary>Opens the part, empty; while it is open, no other process of Mien can.</summary>
    public FileStream Open() =>
        Path == target
            ? new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)
            : new FileStream(Path, FileMode.Create, FileAccess.Write, FileShare.None);

    /// <summary>The part, closed by now, takes the file's place.</summary>
    public void Commit()
    {
        if (Path != target)
        {
            File.Move(Path, target, overwrite: true);
        }

        isOver = true;
    }

    /// <summary>Removes the part of a file that was not committed; the former file is as it was.</summary>
    public void Dispose()
    {
        if (!isOver && Path != target)
        {
            isOver = true;
            if (File.Exists(Path))
            {
                File.Delete(Path);
            }
        }
    }
}
