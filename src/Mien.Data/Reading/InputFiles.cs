namespace Mien.Data;

/// <summary>Opens input files, and says in words why one cannot be read.</summary>
internal static class InputFiles
{
    /// <summary>Opens a file for reading from its start to its end.</summary>
    /// <exception cref="DataException">It cannot be opened.</exception>
    public static FileStream Open(string path)
    {
        try
        {
            // No buffer of its own: whole blocks are read.
            return new FileStream(
                path,
                new FileStreamOptions
                {
                    Mode = FileMode.Open,
                    Access = FileAccess.Read,
                    Share = FileShare.Read,
                    BufferSize = 0,
                    Options = FileOptions.SequentialScan,
                }
            );
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException(
                ErrorKind.BadUsage,
                "fileNotFound",
                $"{path} does not exist. Check the path.",
                path,
                innerException: e
            );
        }
        catch (Exception e) when (IsReadFailure(e))
        {
            throw Error(path, e);
        }
    }

    /// <summary>Opens a text file, unpacking it where it is gzipped.</summary>
    /// <exception cref="DataException">It cannot be opened.</exception>
    public static ReadAheadStream OpenText(string path, CancellationToken cancellationToken)
    {
        var stream = new ReadAheadStream(Open(path), cancellationToken);
        return Content.Recognise(stream.Peek()).Kind == ContentKind.Gzip
            ? new ReadAheadStream(new GzipReadStream(stream), cancellationToken)
            : stream;
    }

    /// <summary>Whether an exception means that the bytes cannot be had, and not a fault of this program.</summary>
    public static bool IsReadFailure(Exception e) =>
        e is IOException or UnauthorizedAccessException or InvalidDataException;

    /// <summary>The error for such an exception.</summary>
    public static DataException Error(string path, Exception e) =>
        e is InvalidDataException or EndOfStreamException
            ? new DataException(
                ErrorKind.BadInput,
                "corrupt",
                $"{path} is damaged or cut off ({e.Message.TrimEnd('.')}). Download it again.",
                path,
                innerException: e
            )
            : new DataException(
                ErrorKind.Unavailable,
                "cannotRead",
                $"{path} cannot be read: {e.Message}",
                path,
                innerException: e
            );
}
