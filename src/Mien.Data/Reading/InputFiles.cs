namespace Mien.Data;

/// <summary>Opens input files and converts read failures into errors with a clear message.</summary>
internal static class InputFiles
{
    /// <summary>Opens a file for sequential reading.</summary>
    /// <exception cref="DataException">The file cannot be opened.</exception>
    public static FileStream Open(string path)
    {
        try
        {
            // Without a buffer of its own, because callers read whole blocks.
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

    /// <summary>Opens a text file and decompresses it if it is gzipped.</summary>
    /// <exception cref="DataException">The file cannot be opened.</exception>
    public static ReadAheadStream OpenText(string path, CancellationToken cancellationToken)
    {
        var stream = new ReadAheadStream(Open(path), cancellationToken);
        return Content.Recognise(stream.Peek()).Kind == ContentKind.Gzip
            ? new ReadAheadStream(new GzipReadStream(stream), cancellationToken)
            : stream;
    }

    /// <summary>Whether an exception means that the file cannot be read, and not a defect of this program.</summary>
    public static bool IsReadFailure(Exception e) =>
        e is IOException or UnauthorizedAccessException or InvalidDataException;

    /// <summary>Converts such an exception into an error.</summary>
    public static DataException Error(string path, Exception e) =>
        e is InvalidDataException or EndOfStreamException
            ? new DataException(
                ErrorKind.BadInput,
                "corrupt",
                $"{path} is damaged or truncated ({e.Message.TrimEnd('.')}). Download it again.",
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
