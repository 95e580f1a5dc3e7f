namespace Mien.Video.Tests.Films;

/// <summary>Units, times and colours of films; ffmpeg is not needed.</summary>
public sealed class FilmClockTests
{
    [Theory]
    [InlineData(1, 25)]
    [InlineData(1001, 30000)]
    [InlineData(1001, 24000)]
    [InlineData(1, 1)]
    [InlineData(1, 1000)]
    [InlineData(1, 15360)]
    [InlineData(1, 90000)]
    [InlineData(1, 1_000_000)]
    [InlineData(1, 2_000_000)]
    public void A_tick_is_found_again_from_the_time_and_from_the_nanoseconds(int numerator, int denominator)
    {
        FilmTimeBase unit = FilmTimeBase.Of((numerator, denominator));
        Assert.Equal((numerator, denominator), (unit.Numerator, unit.Denominator));
        var random = new Random(23);
        foreach (long hours in (long[])[0, 1, 30])
        {
            for (int i = 0; i < 1000; i++)
            {
                long tick = (hours * 3600 * denominator / numerator) + random.Next(100_000);
                TimeSpan time = FrameTime.Of(tick, (numerator, denominator));
                Assert.Equal(tick, unit.Ticks(time));
                Assert.Equal(-tick, unit.Ticks(-time));

                // ffmpeg rounds nanoseconds to the nearest tick.
                Int128 seconds = (Int128)unit.Nanoseconds(tick) * denominator;
                Assert.Equal(tick, (long)((seconds + (numerator * 500_000_000L)) / (numerator * 1_000_000_000L)));
            }
        }
    }

    [Theory]
    [InlineData(1, 1_000_000_000)]
    [InlineData(1, 10_000_000)]
    [InlineData(0, 0)]
    [InlineData(-1, 25)]
    public void Units_that_times_cannot_tell_apart_become_microseconds(int numerator, int denominator)
    {
        FilmTimeBase unit = FilmTimeBase.Of((numerator, denominator));
        Assert.Equal((1, 1_000_000), (unit.Numerator, unit.Denominator));
        Assert.Equal(333_333, unit.Ticks(TimeSpan.FromTicks(3_333_333)));
    }

    [Theory]
    [InlineData(1, 90_000)]
    [InlineData(25, 90_000)]
    [InlineData(1000, 90_000)]
    [InlineData(15_360, 92_160)]
    [InlineData(90_000, 90_000)]
    [InlineData(1_000_000, 1_000_000)]
    public void The_scale_of_the_film_is_a_multiple_of_that_of_the_picture(int denominator, int scale) =>
        Assert.Equal(scale, FilmTimeBase.Of((1, denominator)).MovieScale);

    [Fact]
    public void Ascending_times_are_kept_less_the_shift()
    {
        var clock = new FilmClock(FilmTimeBase.Of((1, 1000)), 500, TimeSpan.FromMilliseconds(40));
        Assert.Equal([0, 1, 40, 7000], Next(clock, 0.5, 0.501, 0.54, 7.5));
        Assert.Equal(0, clock.Moved);
    }

    [Fact]
    public void A_frame_that_is_not_later_comes_a_tick_later_and_the_next_one_at_its_time()
    {
        var clock = new FilmClock(FilmTimeBase.Of((1, 1000)), 0, TimeSpan.FromMilliseconds(40));
        Assert.Equal([0, 40, 41, 42, 120], Next(clock, 0, 0.04, 0.04, 0.03, 0.12));
        Assert.Equal(2, clock.Moved);
    }

    [Fact]
    public void A_film_continues_where_the_source_begins_again()
    {
        var clock = new FilmClock(FilmTimeBase.Of((1, 1000)), 0, TimeSpan.FromMilliseconds(40));
        Assert.Equal([1400, 9400, 9440, 9480, 9500], Next(clock, 1.4, 9.4, 1.4, 1.44, 1.46));
        Assert.Equal(3, clock.Moved);
    }

    [Theory]
    [InlineData("yuv420p", "tv", "bt709", "bt709", "bt709 bt709 bt709 bt709")]
    [InlineData("yuv420p", null, "bt709", null, "bt709 bt709 unknown unknown")]
    [InlineData("yuv420p", "tv", "smpte170m", "smpte170m", "bt601 smpte170m smpte170m smpte170m")]
    [InlineData("yuv420p", "tv", "bt470bg", "bt470bg", "bt601 bt470bg bt470bg bt470bg")]
    [InlineData("yuv420p", null, null, null, "bt601 unknown unknown unknown")]
    [InlineData("nv12", null, "unknown", null, "bt601 unknown unknown unknown")]
    [InlineData("yuvj420p", "pc", "bt470bg", null, "bt709 bt709 bt709 bt709")]
    [InlineData("yuv420p", "pc", "bt709", "bt709", "bt709 bt709 bt709 bt709")]
    [InlineData("yuv420p10le", "tv", "bt2020nc", "smpte2084", "bt709 bt709 bt709 bt709")]
    [InlineData("yuv420p10le", "tv", "bt2020nc", "bt2020-10", "bt709 bt709 bt709 bt709")]
    [InlineData("bgr0", "pc", "gbr", null, "bt709 bt709 bt709 bt709")]
    [InlineData("gray", null, null, null, "bt709 bt709 bt709 bt709")]
    [InlineData(null, null, null, null, "bt709 bt709 bt709 bt709")]
    public void A_film_has_the_colours_of_its_source(
        string? format,
        string? range,
        string? matrix,
        string? tags,
        string expected
    )
    {
        FilmColours colours = FilmColours.Of(
            new VideoColours
            {
                PixelFormat = format,
                Range = range,
                Matrix = matrix,
                Primaries = tags,
                Transfer = tags,
            }
        );
        Assert.Equal(expected, $"{colours.Matrix} {colours.Space} {colours.Primaries} {colours.Transfer}");
    }

    [Fact]
    public void Only_a_jump_back_of_more_than_a_second_is_a_restart()
    {
        var clock = new FilmClock(FilmTimeBase.Of((1, 1000)), 0, TimeSpan.FromSeconds(0.04));
        Next(clock, 2, 1.96, 2.04);
        Assert.False(clock.HasRestarted);
        Next(clock, 0);
        Assert.True(clock.HasRestarted);
    }

    private static List<long> Next(FilmClock clock, params double[] seconds) =>
        seconds.Select(s => clock.Next(TimeSpan.FromSeconds(s))).ToList();
}
