namespace Mien;

/// <summary>Reads complete input files and streams, with error messages for users. Thread-safe.</summary>
internal static class InputFile
{
    /// <summary>Reads a file into a pooled buffer.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="kind">The expected kind of file for error messages, such as <c>image</c>.</param>
    /// <param name="maxBytes">The maximum size in bytes.</param>
    /// <returns>The bytes; the caller must dispose them.</returns>
    /// <exception cref="MienException">The file is missing, empty, a folder, too large or unreadable.</exception>
    public static FileBytes Open(string path, string kind, long maxBytes)
    {
        CheckIsFile(path, kind);
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

    /// <summary>Reads a stream from the current position to the end into a pooled buffer, and leaves it open.</summary>
    /// <param name="stream">A readable stream; need not be seekable.</param>
    /// <param name="name">The name of the source for error messages.</param>
    /// <param name="kind">The expected kind of file for error messages.</param>
    /// <param name="maxBytes">The maximum size in bytes.</param>
    /// <returns>The bytes; the caller must dispose them.</returns>
    /// <exception cref="MienException"><c>emptyFile</c> or <c>tooLarge</c>.</exception>
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

    /// <summary>The asynchronous version of <see cref="Open(string, string, long)"/>.</summary>
    public static async Task<FileBytes> OpenAsync(
        string path,
        string kind,
        long maxBytes,
        CancellationToken cancellationToken
    )
    {
        CheckIsFile(path, kind);
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

    /// <summary>The asynchronous version of <see cref="Open(Stream, string, string, long)"/>.</summary>
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

    /// <summary>
    /// As <see cref="Open(string, string, long)"/>, but returns an array of exactly the length of the file.
    /// </summary>
    public static byte[] Read(string path, string kind, long maxBytes)
    {
        using FileBytes bytes = Open(path, kind, maxBytes);
        return bytes.Span.ToArray();
    }

    /// <summary>
    /// As <see cref="Open(Stream, string, string, long)"/>, but returns an array of exactly the length of the stream.
    /// </summary>
    public static byte[] Read(Stream stream, string name, string kind, long maxBytes)
    {
        using FileBytes bytes = Open(stream, name, kind, maxBytes);
        return bytes.Span.ToArray();
    }

    /// <summary>Reads the first bytes of a file that another program will read.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="kind">The expected kind of file for error messages.</param>
    /// <param name="maxBytes">How many bytes to read at most.</param>
    /// <returns>The bytes, fewer if the file is shorter.</returns>
    /// <exception cref="MienException">The file is missing, empty, a folder, special or unreadable.</exception>
    public static byte[] ReadHead(string path, string kind, int maxBytes)
    {
        CheckIsFile(path, kind);
        try
        {
            using FileStream stream = OpenStream(path, FileOptions.None);
            byte[] head = new byte[maxBytes];
            int length = stream.ReadAtLeast(head, maxBytes, throwOnEndOfStream: false);
            return length > 0 ? head[..length] : throw EmptyFile(path, kind);
        }
        catch (Exception e) when (Error(e, path, kind) is { } error)
        {
            throw error;
        }
    }

    /// <summary>Creates the error for a file or stream without any bytes.</summary>
    public static MienException EmptyFile(string name, string kind) =>
        new(
            ErrorKind.BadInput,
            "emptyFile",
            $"{name}: is empty (0 bytes), expected {Article(kind)} {kind}. Copy or download it again."
        )
        {
            HttpStatus = 400,
        };

    /// <summary>Gets the indefinite article for a kind of file.</summary>
    public static string Article(string kind) =>
        "aeiou".Contains(kind[0], StringComparison.OrdinalIgnoreCase) ? "an" : "a";

    // Not File.ReadAllBytes: a device or a pipe has no length and may never end, so the size is checked while reading.
    // FileBytes is the buffer, so the stream needs none.
    private static FileStream OpenStream(string path, FileOptions options) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, options);

    private static void CheckIsFile(string path, string kind)
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

        // A null character is an error of opening the file, which Error() explains.
        if (
            path.Length > 0
            && !path.Contains('\0', StringComparison.Ordinal)
            && !SpecialFile.IsOpenFile(path)
            && SpecialFile.Error(path, kind) is { } error
        )
        {
            throw error;
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
