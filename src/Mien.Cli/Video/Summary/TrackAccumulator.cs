using Mien.Video;

namespace Mien.Cli;

/// <summary>Collects the summary of one track. Not thread-safe.</summary>
internal sealed class TrackAccumulator(int id, TimeSpan first, int labels, bool derived)
{
    // The next thumbnail must be better by this factor, so that few are encoded.
    private const float ThumbnailGain = 1.15f;

    private readonly double[] labelSeconds = new double[labels];
    private readonly double[] scores = new double[labels];
    private readonly List<LabelChange> changes = [];
    private double seconds;
    private double uncertain;
    private double valence;
    private double intensity;
    private bool hasValence = derived;
    private bool hasIntensity = derived;
    private TimeSpan last;
    private long frames;
    private int changeCount;
    private int label = -1;
    private byte[]? thumbnail;
    private float thumbnailWorth;

    public int Id => id;

    public TrackSeries Series { get; } = new(labels);

    public double Seconds => seconds;

    public bool HasThumbnail => thumbnail is not null;

    /// <summary>The number of the last analysed frame with the face.</summary>
    public long LastFrame { get; private set; } = -1;

    /// <summary>Adds a frame, except its time on screen, which only the next frame tells.</summary>
    /// <param name="face">The face.</param>
    /// <param name="frame">The result with the face.</param>
    /// <param name="number">The number of the analysed frame.</param>
    /// <param name="isAfterGap">Whether there is a gap in time before the frame.</param>
    public void Add(TrackedFace face, FrameResult frame, long number, bool isAfterGap)
    {
        LabelScores smoothed = face.Smoothed.LabelScores;
        Series.Add(frame.Time, isAfterGap || LastFrame != number - 1, smoothed.Values, face.Face.LabelScores.Values);
        if (label >= 0 && label != smoothed.Top)
        {
            changeCount++;
            if (changes.Count < VideoSummaryBuilder.MaxChanges)
            {
                changes.Add(new LabelChange(frame.Time, label, smoothed.Top));
            }
        }

        label = smoothed.Top;
        last = frame.Time;
        LastFrame = number;
        frames++;
        if (frame.Photo is { } photo)
        {
            float worth = FaceThumbnail.Worth(face);
            if (thumbnail is null || worth > ThumbnailGain * thumbnailWorth)
            {
                thumbnail = FaceThumbnail.Encode(photo, face.Face.Box);
                thumbnailWorth = worth;
            }
        }
    }

    /// <summary>Adds the time for which a frame with the face was on screen.</summary>
    public void Count(TrackedFace face, double time)
    {
        LabelScores smoothed = face.Smoothed.LabelScores;
        seconds += time;
        labelSeconds[smoothed.Top] += time;
        uncertain += face.IsUncertain ? time : 0;
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] += time * smoothed.Values[i];
        }

        if (hasValence)
        {
            hasValence = DerivedScores.Valence(smoothed) is { } value;
            valence += hasValence ? time * DerivedScores.Valence(smoothed)!.Value : 0;
        }

        if (hasIntensity)
        {
            hasIntensity = DerivedScores.Intensity(smoothed) is { } value;
            intensity += hasIntensity ? time * DerivedScores.Intensity(smoothed)!.Value : 0;
        }
    }

    public void DropThumbnail() => thumbnail = null;

    public TrackSummary Build() =>
        new()
        {
            Track = id,
            First = first,
            Last = last,
            Seconds = seconds,
            Frames = frames,
            LabelSeconds = [.. labelSeconds],
            UncertainShare = uncertain / seconds,
            ChangeCount = changeCount,
            Changes = [.. changes],
            MeanScores = [.. scores.Select(s => s / seconds)],
            MeanValence = hasValence ? valence / seconds : null,
            MeanIntensity = hasIntensity ? intensity / seconds : null,
            Thumbnail = thumbnail,
            Series = Series,
        };
}
