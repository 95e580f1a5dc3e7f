using Mien.CommandLine;
using Mien.Video;

namespace Mien.Cli;

/// <summary>The summary of a video. Immutable, except that the series of its tracks are shared.</summary>
internal sealed record VideoSummary
{
    /// <summary>The path or name of the video.</summary>
    public required string Name { get; init; }

    /// <summary><c>ok</c>, <c>truncated</c>, <c>damaged</c>, <c>error</c> or <c>interrupted</c>.</summary>
    public required string Status { get; init; }

    /// <summary>What is wrong; <see langword="null"/> if nothing is.</summary>
    public string? Message { get; init; }

    /// <summary>The name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The head; <see langword="null"/> if the model has one.</summary>
    public string? Head { get; init; }

    /// <summary>The labels of the model.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>What the video says of itself; <see langword="null"/> if unknown.</summary>
    public VideoInfo? Info { get; init; }

    /// <summary>The time of the first analysed frame; <see langword="null"/> if there was none.</summary>
    public TimeSpan? First { get; init; }

    /// <summary>The time of the last analysed frame; <see langword="null"/> if there was none.</summary>
    public TimeSpan? Last { get; init; }

    /// <summary>The time at which the video should end; <see langword="null"/> if unknown.</summary>
    public TimeSpan? ExpectedEnd { get; init; }

    /// <summary>The number of analysed frames.</summary>
    public required long AnalysedFrames { get; init; }

    /// <summary>The number of analysed frames without a face.</summary>
    public required long FramesWithoutFace { get; init; }

    /// <summary>The number of cuts.</summary>
    public required int CutCount { get; init; }

    /// <summary>
    /// The times of the first frames after the cuts, at most <see cref="VideoSummaryBuilder.MaxCuts"/>.
    /// </summary>
    public required IReadOnlyList<TimeSpan> Cuts { get; init; }

    /// <summary>All tracks, in the order of their identities.</summary>
    public required IReadOnlyList<TrackSummary> Tracks { get; init; }

    /// <summary>The tracks seen for the longest time, in the order of their identities.</summary>
    public IReadOnlyList<TrackSummary> Longest(int max) =>
        [.. Tracks.OrderByDescending(t => t.Seconds).ThenBy(t => t.Track).Take(max).OrderBy(t => t.Track)];

    /// <summary>Writes the summary for people: a line, and a table of the tracks seen for the longest time.</summary>
    public void WriteTable(CommandConsole console) => VideoSummaryTable.Write(console, this);

    /// <summary>The summary as an indented JSON object, with all tracks.</summary>
    public string ToJson() => VideoSummaryJson.Write(this);
}
