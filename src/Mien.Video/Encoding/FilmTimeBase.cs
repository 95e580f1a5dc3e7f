namespace Mien.Video;

/// <summary>
/// The unit of a film's times: that of its source, so that every time can be written exactly. Immutable.
/// </summary>
internal readonly record struct FilmTimeBase
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>
    /// Times of frames are rounded to 100 ns, so the ticks of shorter units cannot be told apart. Six decimals can.
    /// </summary>
    private const int MaxPerSecond = 2_000_000;

    /// <summary>
    /// The delays at the beginning of a film are stated in another unit, which is at least this fine for the sound.
    /// </summary>
    private const int MinMovieScale = 90_000;

    private FilmTimeBase(int numerator, int denominator) => (Numerator, Denominator) = (numerator, denominator);

    /// <summary>Seconds per tick: the numerator.</summary>
    public int Numerator { get; }

    /// <summary>Seconds per tick: the denominator, which is the time scale of the film's picture.</summary>
    public int Denominator { get; }

    /// <summary>The time scale of the whole film, a multiple of that of the picture.</summary>
    public int MovieScale => checked(Denominator * ((MinMovieScale + Denominator - 1) / Denominator));

    /// <summary>Chooses the unit for a source.</summary>
    /// <param name="source">The time base of the source.</param>
    public static FilmTimeBase Of((int Numerator, int Denominator) source) =>
        source is { Numerator: > 0, Denominator: > 0 }
        && source.Denominator <= (long)source.Numerator * MaxPerSecond
        && source.Denominator <= MaxPerSecond * 5
            ? new FilmTimeBase(source.Numerator, source.Denominator)
            : new FilmTimeBase(1, 1_000_000);

    /// <summary>The tick that is nearest to a time.</summary>
    public long Ticks(TimeSpan time)
    {
        Int128 scaled = (Int128)time.Ticks * Denominator * 2;
        Int128 unit = (Int128)TimeSpan.TicksPerSecond * Numerator;
        return (long)((scaled + (scaled < 0 ? -unit : unit)) / (2 * unit));
    }

    /// <summary>The time of a tick in nanoseconds, the unit of the frames on their way to ffmpeg.</summary>
    public long Nanoseconds(long ticks)
    {
        Int128 scaled = (Int128)ticks * Numerator * NanosecondsPerSecond * 2;
        return (long)((scaled + (scaled < 0 ? -Denominator : Denominator)) / (2 * (Int128)Denominator));
    }

    /// <summary>The time of a tick, rounded to 100 ns.</summary>
    public TimeSpan Time(long ticks) => FrameTime.Of(ticks, (Numerator, Denominator));
}
