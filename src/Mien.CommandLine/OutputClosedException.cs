namespace Mien.CommandLine;

/// <summary>
/// The reader of standard output has closed the pipe (<c>mien … | head</c>). The program exits silently.
/// </summary>
internal sealed class OutputClosedException(Exception innerException)
    : IOException("The reader of standard output has closed it.", innerException);
