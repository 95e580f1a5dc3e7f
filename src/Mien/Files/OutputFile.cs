using System.Text;

namespace Mien;

/// <summary>
/// Writes files atomically: readers see either the old or the complete new file, even if the process is killed, and a
/// failed write leaves nothing behind. Missing folders are created. Thread-safe for different files.
/// </summary>
internal static class OutputFile
{
    /// <summary>UTF-8 without a byte order mark.</summary>
    public static Encoding Encoding { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes text in UTF-8 without a byte order mark.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public static void WriteText(string path, string text) => WriteText(path, writer => writer.Write(text));

    /// <summary>Writes text in UTF-8 without a byte order mark, piece by piece.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes it.</param>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public static void WriteText(string path, Action<TextWriter> write) =>
        Write(
            path,
            stream =>
            {
                using var writer = new StreamWriter(stream, Encoding, leaveOpen: true);
                write(writer);
            }
        );

    /// <summary>Writes bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">The content.</param>
    /// <param name="isShared">Whether several processes may write the same bytes to the file at the same time.</param>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public static void WriteBytes(string path, byte[] bytes, bool isShared = false) =>
        Replace(path, part => Fill(part, stream => stream.Write(bytes), flushToDisk: false), isShared);

    /// <summary>Writes a file through a stream.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes it.</param>
    /// <param name="flushToDisk">
    /// Whether the file must survive a power failure: the new content is flushed to the disk before it replaces the old
    /// file, which takes some milliseconds.
    /// </param>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public static void Write(string path, Action<Stream> write, bool flushToDisk = false) =>
        Replace(path, part => Fill(part, write, flushToDisk), isShared: false);

    /// <summary>
    /// Writes a file through the path of its temporary file, for content that is opened by path before it is complete,
    /// such as a model that is tested first.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Receives the path of the temporary file; must leave it complete and closed.</param>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public static void WriteNamed(string path, Action<string> write) =>
        Replace(path, part => write(part.Path), isShared: false);

    /// <summary>
    /// Creates the error for a file that could not be written; <see langword="null"/> for other kinds of exceptions.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="e">The exception.</param>
    public static MienException? Error(string path, Exception e) =>
        e is IOException or UnauthorizedAccessException or NotSupportedException
            ? new MienException(
                ErrorKind.Unavailable,
                "cannotWrite",
                IsDiskFull(e)
                    ? $"{path}: the disk is full, so the file cannot be written. "
                        + $"Free some space, or choose another location."
                    : $"{path}: the file cannot be written ({e.Message}). Check the folder and the space on its disk.",
                e
            )
            : null;

    /// <summary>Checks whether an error means that the disk is full or the user's quota is exhausted.</summary>
    /// <param name="e">What was thrown.</param>
    public static bool IsDiskFull(Exception e)
    {
        // On Unix, HResult is the errno value: ENOSPC, and EDQUOT of Linux and macOS.
        const int noSpace = 28,
            linuxQuota = 122,
            macQuota = 69;
        return e is IOException
            && (
                OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) is 0x27 or 0x70
                : OperatingSystem.IsLinux() ? e.HResult is noSpace or linuxQuota
                : e.HResult is noSpace or macQuota
            );
    }

    private static void Replace(string path, Action<PartFile> write, bool isShared)
    {
        try
        {
            using OutputLock? alone = isShared ? null : OutputLock.TakeUnlessOwn(path);
            using var part = PartFile.For(path, isShared);
            write(part);
            part.Commit();
        }
        catch (Exception e) when (Error(path, e) is { } error)
        {
            throw error;
        }
    }

    private static void Fill(PartFile part, Action<Stream> write, bool flushToDisk)
    {
        using OutputStream stream = part.Open();
        write(stream);
        stream.Flush(flushToDisk);
    }
}
