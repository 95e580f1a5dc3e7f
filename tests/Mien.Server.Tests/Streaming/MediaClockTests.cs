namespace Mien.Server.Tests;

/// <summary>Which media time a frame has, and where tracks end.</summary>
public class MediaClockTests
{
    [Fact]
    public void A_time_is_that_of_the_next_frame_only()
    {
        var clock = new MediaClock();
        Assert.Null(clock.Next());
        Assert.False(clock.IsUsed);
        clock.Announce(new FrameTimeMessage(12.345, false));
        Assert.Equal(new MediaTime(12.345, TimeSpan.FromTicks(123_450_000), 1), clock.Next());
        Assert.True(clock.IsUsed);
        Assert.Null(clock.Next());
    }

    [Fact]
    public void Of_several_messages_the_last_time_counts_and_any_seek()
    {
        var clock = new MediaClock();
        clock.Announce(new FrameTimeMessage(1, false));
        Assert.Equal(1, clock.Next()?.Sequence);
        clock.Announce(new FrameTimeMessage(5, true));
        clock.Announce(new FrameTimeMessage(2, false));
        Assert.Equal(new MediaTime(2, TimeSpan.FromSeconds(2), 2), clock.Next());

        // A time that was replaced is forgotten: it does not go back from 9 to 3.
        clock.Announce(new FrameTimeMessage(9, false));
        clock.Announce(new FrameTimeMessage(3, false));
        Assert.Equal(2, clock.Next()?.Sequence);
    }

    [Theory]
    [InlineData(-1e10)]
    [InlineData(1e10)]
    [InlineData(-0.0000001)]
    [InlineData(0.29)]
    public void A_time_is_exact_to_the_tick(double seconds)
    {
        var clock = new MediaClock();
        clock.Announce(new FrameTimeMessage(seconds, false));
        MediaTime time = clock.Next()!.Value;
        Assert.Equal((long)((decimal)seconds * TimeSpan.TicksPerSecond), time.Time.Ticks);
        Assert.Equal(seconds, time.Seconds);
    }

    [Fact]
    public void Within_a_sequence_times_never_go_back_and_sequences_count_up()
    {
        var random = new Random(7);
        for (int round = 0; round < 200; round++)
        {
            var clock = new MediaClock();
            MediaTime? last = null;
            for (int i = 0; i < 50; i++)
            {
                bool isSeek = random.Next(6) == 0;
                double seconds = random.Next(4) == 0 ? random.NextDouble() * 100 : (last?.Seconds ?? 0) + 0.04;
                clock.Announce(new FrameTimeMessage(seconds, isSeek));
                MediaTime next = clock.Next()!.Value;
                bool isNew = last is not { } before || isSeek || next.Time < before.Time;
                Assert.Equal((last?.Sequence ?? 0) + (isNew ? 1 : 0), next.Sequence);
                last = next;
            }
        }
    }
}
