namespace Mien.Video;

/// <summary>
/// Converts the times of the source to those of a film, which must ascend. Where the source's times do not, the film's
/// are moved. Not thread-safe.
/// </summary>
internal sealed class FilmClock
{
    private readonly FilmTimeBase unit;
    private readonly long frame;
    private readonly long restart;
    private readonly long shift;
    private long offset;
    private long? last;

    /// <summary>Creates a clock.</summary>
    /// <param name="unit">The unit of the film.</param>
    /// <param name="shift">What is subtracted from every time, in ticks.</param>
    /// <param name="frameDuration">The usual duration of a frame.</param>
    public FilmClock(FilmTimeBase unit, long shift, TimeSpan frameDuration)
    {
        this.unit = unit;
        this.shift = shift;
        frame = Math.Max(1, unit.Ticks(frameDuration));
        restart = Math.Max(1, unit.Ticks(TimeSpan.FromSeconds(1)));
    }

    /// <summary>How many frames have another time than in the source, apart from the shift.</summary>
    public long Moved { get; private set; }

    /// <summary>Whether the times of the source began again, by more than a second.</summary>
    public bool HasRestarted { get; private set; }

    /// <summary>The time of the next frame in the film, in ticks.</summary>
    /// <param name="time">Its time in the source.</param>
    public long Next(TimeSpan time)
    {
        long own = unit.Ticks(time) - shift;
        long at = own + offset;
        if (last is { } before && at <= before)
        {
            if (before - at > restart)
            {
                // Streams were joined, and the second one begins with an earlier time: the film continues.
                offset += before + frame - at;
                at = before + frame;
                HasRestarted = true;
            }
            else
            {
                at = before + 1;
            }
        }

        Moved += at == own ? 0 : 1;
        last = at;
        return at;
    }
}
