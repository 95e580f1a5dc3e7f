namespace Mien.TfLite;

/// <summary>A file cannot be converted. The message says what was found, what was expected and what to do.</summary>
internal sealed class TfLiteException(string message, Exception? innerException = null)
    : Exception(message, innerException);
