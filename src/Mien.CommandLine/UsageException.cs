namespace Mien.CommandLine;

/// <summary>
/// The command line parses but cannot be used, such as a path that does not exist. The program shows the message
/// without a stack trace, points to <c>--help</c> and ends with <see cref="ExitCodes.Usage"/>.
/// </summary>
internal sealed class UsageException : MienException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What was found, what was expected, what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public UsageException(string message, Exception? innerException = null)
        : base(ErrorKind.BadUsage, "badUsage", message, innerException) { }
}
