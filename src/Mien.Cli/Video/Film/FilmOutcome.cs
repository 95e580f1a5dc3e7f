namespace Mien.Cli;

/// <summary>What came of the film of one video.</summary>
internal sealed record FilmOutcome
{
    /// <summary>The film, if it was written; otherwise <c>null</c>.</summary>
    public string? Path { get; init; }

    /// <summary>Why it was not written; <c>null</c> if it was, or after an interruption.</summary>
    public MienException? Error { get; init; }

    /// <summary>Whether the drawing was interrupted.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>The number of frames drawn.</summary>
    public long Frames { get; init; }

    /// <summary>The time from the first frame to the last one.</summary>
    public TimeSpan Length { get; init; }

    /// <summary>The size of the file in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>The name of the encoder.</summary>
    public string Encoder { get; init; } = "";

    /// <summary>How long the drawing took.</summary>
    public TimeSpan Elapsed { get; init; }
}
