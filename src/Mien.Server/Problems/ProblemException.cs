namespace Mien.Server;

/// <summary>Ends a request with an error. The message says what was found, what was expected and what to do.</summary>
internal sealed class ProblemException : Exception
{
    public ProblemException(ProblemKind kind, string detail, Exception? innerException = null)
        : base(detail, innerException) => Kind = kind;

    public ProblemKind Kind { get; }

    /// <summary>The time after which a retry may succeed, sent as <c>Retry-After</c>.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// The supported content encodings, sent as <c>Accept-Encoding</c> (RFC 9110, 12.5.3) if another one was used.
    /// </summary>
    public string? AcceptEncoding { get; init; }
}
