namespace Mien;

/// <summary>Reads whole input files and streams, with errors that say what to do. Thread-safe.</summary>
internal static class InputFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What it should be, for messages, such as <c>image</c>.</param>
    /// <param name="maxBytes">The largest size that is read.</param>
    /// <returns>The bytes, of which the caller disposes.</returns>
    /// <exception cref="MienException">The file is missing, empty, a folder, too large or cannot be read.</exception>
    public static FileBytes Open(string path, string kind, long maxBytes)
    {
        CheckIsNoFolder(path, kind);
        try
        {
            using FileStream stream = OpenStream(path, FileOptions.SequentialScan);
            return Open(stream, path, kind, maxBytes);
        }
        catch (Exception e) when (Error(e, path, kind) is { } error)
        {
            throw error;
        }
    }

    /// <summary>Reads a stream from its position to its end; leaves it open.</summary>
    /// <param name="stream">A readable stream; need not be seekable.</param>
    /// <param name="name">Where it comes from, for messages.</param>
    /// <param name="kind">What it should be, for messages.</param>
    /// <param name="maxBytes">The largest size that is read.</param>
    /// <returns>The bytes, of which the caller disposes.</returns>
    /// <exception cref="MienException">There is nothing in it, or too much.</exception>
    public static FileBytes Open(Stream stream, string name, string kind, long maxBytes)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var bytes = new FileBytes(stream, name, kind, maxBytes);
        try
        {
            for (int read; (read = stream.Read(bytes.Free.Span)) > 0; )
            {
                bytes.Advance(read);
            }

            bytes.CheckNotEmpty();
            return bytes;
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <summary>
    /// As <see cref="Open(string, string, long)"/>, without blocking a thread while the file is read.
    /// </summary>
    public static async Task<FileBytes> OpenAsync(
        string path,
        string kind,
        long maxBytes,
        CancellationToken cancellationToken
    )
    {
        CheckIsNoFolder(path, kind);
        try
        {
            FileStream stream = OpenStream(path, FileOptions.SequentialScan | FileOptions.Asynchronous);
            await using (stream.ConfigureAwait(false))
            {
                return await OpenAsync(stream, path, kind, maxBytes, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (Error(e, path, kind) is { } error)
        {
            throw error;
        }
    }

    /// <summary>
    /// As <see cref="Open(Stream, string, string, long)"/>, without blocking a thread while the stream is read.
    /// </summary>
    public static async Task<FileBytes> OpenAsync(
        Stream stream,
        string name,
        string kind,
        long maxBytes,
        CancellationToken cancellationToken
    )
    {
        var bytes = new FileBytes(stream, name, kind, maxBytes);
        try
        {
            for (int read; (read = await stream.ReadAsync(bytes.Free, cancellationToken).ConfigureAwait(false)) > 0; )
            {
                bytes.Advance(read);
            }

            bytes.CheckNotEmpty();
            return bytes;
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <summary>As <see cref="Open(string, string, long)"/>, as an array of exactly the file's length.</summary>
    public static byte[] Read(string path, string kind, long maxBytes)
    {
        using FileBytes bytes = Open(path, kind, maxBytes);
        return bytes.Span.ToArray();
    }

    /// <summary>
    /// As <see cref="Open(Stream, string, string, long)"/>, as an array of exactly the stream's length.
    /// </summary>
    public static byte[] Read(Stream stream, string name, string kind, long maxBytes)
    {
        using FileBytes bytes = Open(stream, name, kind, maxBytes);
        return bytes.Span.ToArray();
    }

    /// <summary>The article of a kind of file, for messages.</summary>
    public static string Article(string kind) =>
        "aeiou".Contains(kind[0], StringComparison.OrdinalIgnoreCase) ? "an" : "a";

    // Not File.ReadAllBytes: a device or a pipe has no length and may never end. FileBytes is the buffer.
    private static FileStream OpenStream(string path, FileOptions options) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, options);

    private static void CheckIsNoFolder(string path, string kind)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "isDirectory",
                $"{path}: is a folder, expected {Article(kind)} {kind} file. Name a file in it."
            );
        }
    }

    private static MienException? Error(Exception e, string path, string kind) =>
        e switch
        {
            FileNotFoundException or DirectoryNotFoundException => new MienException(
                ErrorKind.BadUsage,
                "fileNotFound",
                $"{path}: there is no such file, expected {Article(kind)} {kind} file. Check the path.",
                e
            ),
            UnauthorizedAccessException => new MienException(
                ErrorKind.Unavailable,
                "noPermission",
                $"{path}: no permission to read the {kind} file. Check who may read it.",
                e
            ),
            ArgumentException or NotSupportedException or PathTooLongException => new MienException(
                ErrorKind.BadUsage,
                "badPath",
                $"'{path}' is not a path of a file ({e.Message}). Check the path.",
                e
            ),
            IOException => new MienException(
                ErrorKind.Unavailable,
                "unreadableFile",
                $"{path}: the {kind} file cannot be read ({e.Message}). Check the disk, or copy the file and try "
                    + "again.",
                e
            ),
            _ => null,
        };
}
