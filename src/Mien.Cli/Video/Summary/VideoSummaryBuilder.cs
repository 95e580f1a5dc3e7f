using Mien.Video;

namespace Mien.Cli;

/// <summary>
/// Collects the summary of a video from its results, in order. Its memory does not grow with the length of the video,
/// but by some hundred bytes per track. Not thread-safe.
/// </summary>
/// <param name="info">What the video says of itself; <see langword="null"/> if unknown.</param>
/// <param name="name">The path or name of the video.</param>
/// <param name="contract">The model.</param>
/// <param name="derived">Whether to compute valence and intensity.</param>
internal sealed class VideoSummaryBuilder(VideoInfo? info, string name, ModelContract contract, bool derived)
{
    /// <summary>The maximum number of changes of a label that a track keeps.</summary>
    public const int MaxChanges = 200;

    /// <summary>The maximum number of cuts whose times are kept.</summary>
    public const int MaxCuts = 5000;

    /// <summary>The maximum number of tracks with a thumbnail: those seen for the longest time.</summary>
    public const int MaxThumbnails = 500;

    // The maximum number of probabilities in all series: about 2 MB.
    private const int MaxValues = 1 << 19;

    // A frame counts until the next one, but no longer than this: after more, frames are missing.
    private static readonly TimeSpan MaxHold = TimeSpan.FromSeconds(5);

    // Bins of 10 ms become bins of three hours, which is long enough for any number of tracks.
    private const int MaxWidened = 20;

    // So that a track which is only in the last frame has a share of each label.
    private const double MinSeconds = 1e-6;

    private readonly Dictionary<int, TrackAccumulator> tracks = [];
    private readonly List<TimeSpan> cuts = [];
    private readonly List<(TrackAccumulator Track, TrackedFace Face)> shown = [];
    private int cutCount;
    private long frames;
    private long framesWithoutFace;
    private TimeSpan firstTime;
    private TimeSpan lastTime;
    private TimeSpan? interval;
    private int bins;
    private int thumbnails;
    private int widened;

    /// <summary>The head whose predictions were used; <see langword="null"/> if the model has one head.</summary>
    public string? Head { get; init; }

    /// <summary>
    /// The number of frames analysed per second of the video; <see langword="null"/> if every frame is.
    /// </summary>
    public double? FramesPerSecond { get; init; }

    private TimeSpan Hold =>
        FramesPerSecond is { } rate && TimeSpan.FromSeconds(2 / rate) is var two && two > MaxHold ? two : MaxHold;

    /// <summary>Adds the next frame.</summary>
    public void Add(FrameResult frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        bool isAfterGap = false;
        if (frames == 0)
        {
            firstTime = frame.Time;
        }
        else
        {
            interval = frame.Time > lastTime ? frame.Time - lastTime : TimeSpan.Zero;
            isAfterGap = interval > Hold;
            Count(isAfterGap ? Hold : interval.Value);
        }

        frames++;
        lastTime = frame.Time;
        framesWithoutFace += frame.Faces.Count == 0 ? 1 : 0;
        if (frame.IsCut && ++cutCount <= MaxCuts)
        {
            cuts.Add(frame.Time);
        }

        foreach (TrackedFace face in frame.Faces)
        {
            Add(face, frame, isAfterGap);
        }

        while (bins * 2L * contract.Labels.Count > MaxValues && widened < MaxWidened)
        {
            Widen();
        }

        DropThumbnails(2 * MaxThumbnails);
    }

    /// <summary>The summary of the frames so far; nothing can be added afterwards.</summary>
    /// <param name="status">
    /// <c>ok</c>, <c>truncated</c>, <c>damaged</c>, <c>error</c> or <c>interrupted</c>.
    /// </param>
    /// <param name="end">How the reading ended; <see langword="null"/> if it did not come to an end.</param>
    public VideoSummary Build(string status, VideoEnd? end)
    {
        Count(LastHold());
        DropThumbnails(MaxThumbnails);
        return new VideoSummary
        {
            Name = name,
            Status = status,
            Message = end?.Message,
            Model = contract.Name,
            Head = Head,
            Labels = contract.Labels,
            Info = info,
            First = frames > 0 ? firstTime : null,
            Last = frames > 0 ? lastTime : null,
            ExpectedEnd = end?.ExpectedEnd ?? (info?.Duration is { } duration ? info.Start + duration : null),
            AnalysedFrames = frames,
            FramesWithoutFace = framesWithoutFace,
            CutCount = cutCount,
            Cuts = [.. cuts],
            Tracks = [.. tracks.Values.OrderBy(t => t.Id).Select(t => t.Build())],
        };
    }

    private void Add(TrackedFace face, FrameResult frame, bool isAfterGap)
    {
        if (!tracks.TryGetValue(face.Id, out TrackAccumulator? track))
        {
            track = new TrackAccumulator(face.Id, frame.Time, contract.Labels.Count, derived);
            for (int i = 0; i < widened; i++)
            {
                track.Series.Widen();
            }

            tracks.Add(face.Id, track);
        }

        int before = track.Series.Count;
        bool had = track.HasThumbnail;
        track.Add(face, frame, frames - 1, isAfterGap);
        bins += track.Series.Count - before;
        thumbnails += track.HasThumbnail && !had ? 1 : 0;
        shown.Add((track, face));
    }

    private void Count(TimeSpan hold)
    {
        double seconds = Math.Max(MinSeconds, hold.TotalSeconds);
        foreach ((TrackAccumulator track, TrackedFace face) in shown)
        {
            track.Count(face, seconds);
        }

        shown.Clear();
    }

    /// <summary>
    /// How long the last frame counts: as long as the one before, but not beyond the end of the video.
    /// </summary>
    private TimeSpan LastHold()
    {
        TimeSpan hold =
            interval
            ?? (
                (FramesPerSecond ?? info?.FramesPerSecond) is { } rate and > 0
                    ? TimeSpan.FromSeconds(1 / rate)
                    : TimeSpan.Zero
            );
        if (info?.Duration is { } duration && info.Start + duration - lastTime is var rest && rest > TimeSpan.Zero)
        {
            hold = hold < rest ? hold : rest;
        }

        return hold < Hold ? hold : Hold;
    }

    /// <summary>Doubles the length of all bins.</summary>
    private void Widen()
    {
        bins = 0;
        foreach (TrackAccumulator track in tracks.Values)
        {
            track.Series.Widen();
            bins += track.Series.Count;
        }

        widened++;
    }

    private void DropThumbnails(int max)
    {
        if (thumbnails <= max)
        {
            return;
        }

        foreach (
            TrackAccumulator track in tracks
                .Values.Where(t => t.HasThumbnail)
                .OrderByDescending(t => t.Seconds)
                .ThenBy(t => t.Id)
                .Skip(MaxThumbnails)
        )
        {
            track.DropThumbnail();
            thumbnails--;
        }
    }
}
