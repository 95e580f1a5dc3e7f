namespace Mien.Training;

/// <summary>
/// A training cannot start or continue. The message says what was found, what was expected and what to do.
/// </summary>
internal sealed class TrainingException : MienException
{
    /// <summary>Creates the error.</summary>
    /// <param name="kind">The kind of error.</param>
    /// <param name="code">A short stable name for programs, in camel case, such as <c>notFinite</c>.</param>
    /// <param name="message">What was found, what was expected, what to do.</param>
    /// <param name="innerException">The cause; may be <c>null</c>.</param>
    public TrainingException(ErrorKind kind, string code, string message, Exception? innerException = null)
        : base(kind, code, message, innerException) { }
}
