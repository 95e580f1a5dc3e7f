namespace Mien.Data;

/// <summary>
/// A data file or folder cannot be read. The message names the file, the line if there is one, and the value.
/// </summary>
internal sealed class DataException : MienException
{
    /// <summary>Creates the error.</summary>
    /// <param name="kind">The kind of error.</param>
    /// <param name="code">A short stable name for programs, in camel case, such as <c>badRow</c>.</param>
    /// <param name="message">What was found, what was expected, what to do.</param>
    /// <param name="path">The file or folder.</param>
    /// <param name="line">The line, counted from 1; <c>null</c> if it does not apply.</param>
    /// <param name="innerException">The cause; may be <c>null</c>.</param>
    public DataException(
        ErrorKind kind,
        string code,
        string message,
        string path,
        long? line = null,
        Exception? innerException = null
    )
        : base(kind, code, message, innerException)
    {
        Path = path;
        Line = line;
    }

    /// <summary>The file or folder.</summary>
    public string Path { get; }

    /// <summary>The line, counted from 1; <c>null</c> if it does not apply.</summary>
    public long? Line { get; }
}
