namespace Mien.Networks;

/// <summary>
/// A network description cannot be used. The message names the network, the layer where there is one, and what was
/// expected.
/// </summary>
internal sealed class NetworkException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What was found, what was expected, what to do.</param>
    /// <param name="layer">The layer's name, where the error belongs to one.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public NetworkException(string message, string? layer = null, Exception? innerException = null)
        : base(message, innerException) => Layer = layer;

    /// <summary>The name of the layer that the error belongs to, or <c>null</c>.</summary>
    public string? Layer { get; }
}
