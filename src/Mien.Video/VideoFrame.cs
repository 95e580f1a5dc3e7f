namespace Mien.Video;

/// <summary>A decoded frame of a video. Owns its photo.</summary>
public sealed class VideoFrame : IDisposable
{
    /// <summary>Creates a frame, for callers who decode themselves.</summary>
    /// <param name="photo">The picture, upright; the frame takes ownership.</param>
    /// <param name="number">The number of the frame in the video, from 0.</param>
    /// <param name="time">The presentation time.</param>
    /// <exception cref="ArgumentNullException"><paramref name="photo"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="number"/> is negative.</exception>
    public VideoFrame(Photo photo, long number, TimeSpan time)
    {
        ArgumentNullException.ThrowIfNull(photo);
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        Photo = photo;
        Number = number;
        Time = time;
    }

    /// <summary>The picture, upright.</summary>
    public Photo Photo { get; }

    /// <summary>The number of the frame in the video, from 0; frames that were not selected count too.</summary>
    public long Number { get; }

    /// <summary>The presentation time, as the video states it; a video need not begin at 0.</summary>
    public TimeSpan Time { get; }

    /// <summary>Frees the photo.</summary>
    public void Dispose() => Photo.Dispose();
}
