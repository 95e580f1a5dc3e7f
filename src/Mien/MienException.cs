namespace Mien;

/// <summary>
/// Something that the user gave cannot be used: a file, a model, an option. The message says what was found, what was
/// expected and what to do; programs show it without a stack trace.
/// </summary>
public class MienException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="code">A short stable name for programs, in camel case, such as <c>notAnImage</c>.</param>
    /// <param name="message">What was found, what was expected, what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public MienException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>A short stable name for programs, in camel case, such as <c>notAnImage</c>.</summary>
    public string Code { get; }
}
