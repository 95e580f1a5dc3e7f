namespace Mien.CommandLine;

/// <summary>
/// Whoever read standard output has stopped reading (<c>mien … | head</c>). The program ends in silence.
/// </summary>
internal sealed class OutputClosedException(Exception innerException)
    : IOException("The reader of standard output has closed it.", innerException);
