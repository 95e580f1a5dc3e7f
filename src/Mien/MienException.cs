namespace Mien;

/// <summary>
/// An expected error: a file, a model or an option is invalid or not available. The message says what was found, what
/// was expected and what to do, so programs can show it without a stack trace.
/// </summary>
public class MienException : Exception
{
    private readonly int? httpStatus;

    /// <summary>Creates an error.</summary>
    /// <param name="kind">The category of the error, which determines exit codes and HTTP status codes.</param>
    /// <param name="code">A short stable identifier for programs, in camel case, such as <c>notAnImage</c>.</param>
    /// <param name="message">The text: what was found, what was expected and what to do.</param>
    /// <param name="innerException">The cause, or <see langword="null"/>.</param>
    public MienException(ErrorKind kind, string code, string message, Exception? innerException = null)
        : base(message, innerException) => (Kind, Code) = (kind, code);

    /// <summary>The category of the error.</summary>
    public ErrorKind Kind { get; }

    /// <summary>A short stable identifier for programs, in camel case, such as <c>notAnImage</c>.</summary>
    public string Code { get; }

    /// <summary>
    /// The HTTP status code for a web service: that of <see cref="Kind"/> (400, 422, 500 or 503), or a more specific
    /// one, such as 413 for an image that is too large.
    /// </summary>
    public int HttpStatus
    {
        get => httpStatus ?? StatusOf(Kind);
        init => httpStatus = value;
    }

    /// <summary>Gets the HTTP status code of a category.</summary>
    internal static int StatusOf(ErrorKind kind) =>
        kind switch
        {
            ErrorKind.BadInput => 422,
            ErrorKind.BadUsage => 400,
            ErrorKind.Unavailable => 503,
            _ => 500,
        };
}
