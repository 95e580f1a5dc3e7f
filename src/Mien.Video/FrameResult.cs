namespace Mien.Video;

/// <summary>The result for one frame of a video. Immutable.</summary>
public sealed class FrameResult
{
    internal FrameResult(
        long frame,
        TimeSpan time,
        int width,
        int height,
        IReadOnlyList<TrackedFace> faces,
        bool isCut = false,
        Photo? photo = null
    )
    {
        Frame = frame;
        Time = time;
        Width = width;
        Height = height;
        Faces = faces;
        IsCut = isCut;
        Photo = photo;
    }

    /// <summary>The number of the frame in the video, from 0.</summary>
    public long Frame { get; }

    /// <summary>The presentation time of the frame.</summary>
    public TimeSpan Time { get; }

    /// <summary>Width of the upright frame in pixels.</summary>
    public int Width { get; }

    /// <summary>Height of the upright frame in pixels.</summary>
    public int Height { get; }

    /// <summary>The outcome for the frame.</summary>
    public FrameStatus Status => Faces.Count > 0 ? FrameStatus.Ok : FrameStatus.NoFace;

    /// <summary>Whether the frame is the first one after a cut, at which all tracks end.</summary>
    public bool IsCut { get; }

    /// <summary>The faces in reading order, each with its track; empty if there are none.</summary>
    public IReadOnlyList<TrackedFace> Faces { get; }

    /// <summary>
    /// The picture; <see langword="null"/> unless <see cref="VideoOptions.KeepPhotos"/> was set. It is disposed when
    /// the enumeration moves on.
    /// </summary>
    public Photo? Photo { get; }

    /// <summary>The number of detector runs for the frame.</summary>
    internal int DetectorRuns { get; init; }

    /// <summary>Whether the frame was searched for faces completely, as a photo is.</summary>
    internal bool IsSearched { get; init; }
}
