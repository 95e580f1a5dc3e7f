namespace Mien;

/// <summary>
/// Something cannot be done: a file, a model or an option cannot be used, or is not available. The message says what
/// was found, what was expected and what to do; programs show it without a stack trace.
/// </summary>
public class MienException : Exception
{
    private readonly int? httpStatus;

    /// <summary>Creates the error.</summary>
    /// <param name="kind">What kind of error it is; exit codes and HTTP statuses follow from it.</param>
    /// <param name="code">A short stable name for programs, in camel case, such as <c>notAnImage</c>.</param>
    /// <param name="message">What was found, what was expected, what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public MienException(ErrorKind kind, string code, string message, Exception? innerException = null)
        : base(message, innerException) => (Kind, Code) = (kind, code);

    /// <summary>What kind of error it is.</summary>
    public ErrorKind Kind { get; }

    /// <summary>A short stable name for programs, in camel case, such as <c>notAnImage</c>.</summary>
    public string Code { get; }

    /// <summary>
    /// The HTTP status with which a web service answers: that of <see cref="Kind"/> (400, 422, 500 or 503), or a more
    /// exact one where HTTP has it, such as 413 for an image that is too large.
    /// </summary>
    public int HttpStatus
    {
        get => httpStatus ?? StatusOf(Kind);
        init => httpStatus = value;
    }

    /// <summary>The HTTP status of a kind of error.</summary>
    internal static int StatusOf(ErrorKind kind) =>
        kind switch
        {
            ErrorKind.BadInput => 422,
            ErrorKind.BadUsage => 400,
            ErrorKind.Unavailable => 503,
            _ => 500,
        };
}
