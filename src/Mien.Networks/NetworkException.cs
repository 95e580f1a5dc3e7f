namespace Mien.Networks;

/// <summary>
/// A network description cannot be used. The message names the network, the layer if there is one, and what was
/// expected.
/// </summary>
internal sealed class NetworkException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What was found, what was expected, what to do.</param>
    /// <param name="layer">The name of the layer with the error; may be <c>null</c>.</param>
    /// <param name="innerException">The cause; may be <c>null</c>.</param>
    public NetworkException(string message, string? layer = null, Exception? innerException = null)
        : base(message, innerException) => Layer = layer;

    /// <summary>The name of the layer with the error, or <c>null</c>.</summary>
    public string? Layer { get; }
}
