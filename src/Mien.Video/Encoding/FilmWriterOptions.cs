namespace Mien.Video;

/// <summary>Options for writing a film. Immutable.</summary>
internal sealed record FilmWriterOptions
{
    /// <summary>The default of <see cref="Quality"/>.</summary>
    public const int DefaultQuality = 20;

    /// <summary>
    /// The quality of the picture on the scale of libx264's <c>-crf</c>, 0 (best) to 51; the default is 20. Other
    /// encoders take the setting that comes nearest.
    /// </summary>
    public int Quality
    {
        get;
        init =>
            field = value is >= 0 and <= 51
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a number from 0 to 51.");
    } = DefaultQuality;

    /// <summary>
    /// The time at which the film begins, as <see cref="VideoOptions.Start"/> of the reader; <see langword="null"/> for
    /// the beginning of the video.
    /// </summary>
    public TimeSpan? Start { get; init; }

    /// <summary>
    /// The time at which the sound ends, as <see cref="VideoOptions.End"/> of the reader; <see langword="null"/> for
    /// the end of the video.
    /// </summary>
    public TimeSpan? End { get; init; }
}
