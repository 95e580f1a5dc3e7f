using System.Text;

namespace Mien;

/// <summary>
/// Writes whole files or none: a reader sees the former one or the new one, also where the process is killed, and what
/// could not be written in full leaves nothing behind. Missing folders are made. Thread-safe, for different files.
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

    /// <summary>Writes text in UTF-8 without a byte order mark, a piece at a time.</summary>
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
    /// <param name="bytes">Its content.</param>
    /// <param name="isShared">Whether several processes may write the same bytes there at a time.</param>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public static void WriteBytes(string path, byte[] bytes, bool isShared = false) =>
        Replace(path, part => Fill(part, stream => stream.Write(bytes), flushToDisk: false), isShared);

    /// <summary>Writes what a stream takes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes it.</param>
    /// <param name="flushToDisk">
    /// Whether it must survive a power cut: the former file goes only when the disk has the new one, which takes some
    /// milliseconds.
    /// </param>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public static void Write(string path, Action<Stream> write, bool flushToDisk = false) =>
        Replace(path, part => Fill(part, write, flushToDisk), isShared: false);

    /// <summary>
    /// Writes a file that is opened by its name before it is whole, such as a model that is tried first.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Given the name of the part; leaves it whole and closed.</param>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public static void WriteNamed(string path, Action<string> write) =>
        Replace(path, part => write(part.Path), isShared: false);

    /// <summary>The error for a file that could not be written; <see langword="null"/>: it is another kind.</summary>
    /// <param name="path">The file.</param>
    /// <param name="e">What was thrown.</param>
    public static MienException? Error(string path, Exception e) =>
        e is IOException or UnauthorizedAccessException or NotSupportedException
            ? new MienException(
                ErrorKind.Unavailable,
                "cannotWrite",
                $"{path}: the file cannot be written ({e.Message}). Check the folder and the space on its disk.",
                e
            )
            : null;

    private static void Replace(string path, Action<PartFile> write, bool isShared)
    {
        try
        {
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
        using FileStream stream = part.Open();
        write(stream);
        stream.Flush(flushToDisk);
    }
}
