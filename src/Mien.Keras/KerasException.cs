namespace Mien.Keras;

/// <summary>
/// A Keras model cannot be imported. The message names the file, the layer if there is one, what was found and what is
/// supported. Codes: <c>fileNotFound</c>, <c>isDirectory</c>, <c>badPath</c>, <c>notHdf5</c>, <c>badFile</c> (damaged),
/// <c>kerasVersion</c> (Keras 1, or a format of Keras 3), <c>noStructure</c>, <c>badStructure</c>,
/// <c>unsupportedLayer</c>, <c>unsupportedModel</c>, <c>noInputSize</c>, <c>badInputSize</c>, <c>weightsMismatch</c>,
/// <c>badWeights</c> (not finite).
/// </summary>
internal sealed class KerasException : MienException
{
    /// <summary>Creates the error.</summary>
    /// <param name="kind">The kind of error.</param>
    /// <param name="code">A short stable name, one of those above.</param>
    /// <param name="message">What was found, what was expected, what to do.</param>
    /// <param name="layer">The name of the Keras layer with the error; may be <c>null</c>.</param>
    /// <param name="innerException">The cause; may be <c>null</c>.</param>
    public KerasException(
        ErrorKind kind,
        string code,
        string message,
        string? layer = null,
        Exception? innerException = null
    )
        : base(kind, code, message, innerException) => Layer = layer;

    /// <summary>The name of the Keras layer with the error, or <c>null</c>.</summary>
    public string? Layer { get; }
}
