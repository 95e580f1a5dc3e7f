namespace Mien.Video;

/// <summary>Options for one video. Immutable.</summary>
public sealed record VideoOptions
{
    /// <summary>The default of <see cref="FramesPerSecond"/>.</summary>
    public const double DefaultFramesPerSecond = 5;

    /// <summary>
    /// How many frames are analysed per second of the video; the default is 5. Of the frames in each interval of 1/N s
    /// the first is analysed. <see langword="null"/> analyses every frame.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not greater than 0, or over 1000.</exception>
    public double? FramesPerSecond
    {
        get;
        init =>
            field = value is null or > 0 and <= 1000
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a number over 0 to 1000.");
    } = DefaultFramesPerSecond;

    /// <summary>
    /// The time at which the analysis begins, on the video's own clock; <see langword="null"/> (the default) begins
    /// with the first frame.
    /// </summary>
    public TimeSpan? Start { get; init; }

    /// <summary>
    /// The time before which the analysis ends, on the video's own clock; <see langword="null"/> (the default) ends
    /// with the last frame.
    /// </summary>
    public TimeSpan? End { get; init; }

    /// <summary>
    /// Whether, at more than ten frames per second, faces are followed by the detector runs that found them instead of
    /// a complete search in every frame with faces; the default is <see langword="false"/>. Saves up to half of the
    /// runs, most for small faces. Boxes then change a little at each whole second, where a complete search is made,
    /// and the probabilities with them.
    /// </summary>
    public bool FollowFaces { get; init; }

    /// <summary>Options for tracks and smoothing.</summary>
    public FaceTrackerOptions Tracker { get; init; } = new();

    /// <summary>
    /// Whether results have the picture of the frame, until the enumeration moves on; the default is
    /// <see langword="false"/>.
    /// </summary>
    public bool KeepPhotos { get; init; }

    /// <summary>
    /// The program <c>ffmpeg</c>, or the folder that contains it and <c>ffprobe</c>; <see langword="null"/> (the
    /// default) searches the <c>PATH</c>.
    /// </summary>
    public string? Ffmpeg { get; init; }

    /// <summary>The maximum size of a frame in megapixels; the default is 40. Larger videos are refused.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not greater than 0, or over 500.</exception>
    public double MaxMegapixels
    {
        get;
        init =>
            field = value is > 0 and <= 500
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a number over 0 to 500.");
    } = 40;
}
