namespace Mien.Server;

/// <summary>Ends a request with an answer that says what was found, what was expected and what to do.</summary>
internal sealed class ProblemException : Exception
{
    public ProblemException(ProblemKind kind, string detail, Exception? innerException = null)
        : base(detail, innerException) => Kind = kind;

    public ProblemKind Kind { get; }

    /// <summary>When another try may succeed; becomes <c>Retry-After</c>.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The encodings of bodies that are taken (RFC 9110, 12.5.3), where another one came.</summary>
    public string? AcceptEncoding { get; init; }
}
