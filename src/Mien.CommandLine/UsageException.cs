namespace Mien.CommandLine;

/// <summary>
/// The command line can be parsed but not used, for example because a path does not exist. The program shows the
/// message without a stack trace, refers to <c>--help</c> and exits with <see cref="ExitCodes.Usage"/>.
/// </summary>
internal sealed class UsageException : MienException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What was found, what was expected, what to do.</param>
    /// <param name="innerException">The cause; <c>null</c> if there is none.</param>
    public UsageException(string message, Exception? innerException = null)
        : base(ErrorKind.BadUsage, "badUsage", message, innerException) { }
}
