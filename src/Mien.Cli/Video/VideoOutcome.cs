namespace Mien.Cli;

/// <summary>The states of a video in the summary.</summary>
internal static class VideoStatus
{
    public const string Ok = "ok";
    public const string Truncated = "truncated";
    public const string Damaged = "damaged";
    public const string Error = "error";
    public const string Interrupted = "interrupted";
}

/// <summary>What came of one video.</summary>
internal sealed record VideoOutcome
{
    /// <summary>One of <see cref="VideoStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it is not <see cref="VideoStatus.Ok"/>, with the name of the video.</summary>
    public MienException? Error { get; init; }

    /// <summary>Whether the rows cannot be written, so that further videos would fail too.</summary>
    public bool IsBroken { get; init; }

    /// <summary>Whether an earlier run has finished the video.</summary>
    public bool WasFinished { get; init; }

    /// <summary>The number of frames analysed by this run, without replayed ones.</summary>
    public long Frames { get; init; }

    /// <summary>The number of frames in the output, with those of earlier runs.</summary>
    public long AllFrames { get; init; }

    /// <summary>The number of frames without a face in this run.</summary>
    public long NoFace { get; init; }

    /// <summary>The number of cuts in this run.</summary>
    public long Cuts { get; init; }

    /// <summary>The time of the last frame in the output; <c>null</c> if there is none.</summary>
    public TimeSpan? LastTime { get; init; }

    /// <summary>How much of the video this run has analysed.</summary>
    public TimeSpan Analysed { get; init; }

    /// <summary>The summary; <c>null</c> if the video could not be opened.</summary>
    public VideoSummary? Summary { get; init; }

    /// <summary>How long the analysis took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>What came of the film; <c>null</c> if none was due.</summary>
    public FilmOutcome? Film { get; init; }
}
