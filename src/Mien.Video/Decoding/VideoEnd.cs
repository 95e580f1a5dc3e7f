namespace Mien.Video;

/// <summary>How the reading of a video ended. Immutable.</summary>
public sealed record VideoEnd
{
    /// <summary>Whether all of the video could be read.</summary>
    public required VideoEndStatus Status { get; init; }

    /// <summary>The time of the last frame that was decoded; <see langword="null"/> if there was none.</summary>
    public TimeSpan? LastTime { get; init; }

    /// <summary>The time at which the video should have ended; <see langword="null"/> if unknown.</summary>
    public TimeSpan? ExpectedEnd { get; init; }

    /// <summary>What is wrong; <see langword="null"/> for a complete video.</summary>
    public string? Message { get; init; }
}
