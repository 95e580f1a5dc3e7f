using System.Globalization;
using System.Text;

namespace Mien.Video.Tests.Decoding;

/// <summary>Times, the selection and the log of ffmpeg, without ffmpeg.</summary>
public sealed class FrameTimeTests
{
    [Theory]
    [InlineData(1, 3, "0.333333")]
    [InlineData(2, 3, "0.666667")]
    [InlineData(133_200, 90_000, "1.480000")]
    [InlineData(-1024, 48_000, "-0.021333")]
    [InlineData(128, 16_384, "0.007812")] // a tie, which C rounds to even
    [InlineData(384, 16_384, "0.023438")]
    [InlineData(8_589_934_592, 90_000, "95443.717689")]
    public void A_time_is_exact_and_prints_as_ffprobe_prints_it(long pts, int denominator, string text)
    {
        TimeSpan time = FrameTime.Of(pts, (1, denominator));
        Assert.Equal(text, TestClips.Text(time));
        Assert.Equal(text, time.TotalSeconds.ToString("F6", CultureInfo.InvariantCulture));
        Assert.Equal((double)pts / denominator, time.TotalSeconds, 2e-7);
    }

    [Fact]
    public void The_log_matches_selected_frames_to_their_numbers_and_survives_other_lines()
    {
        var log = new FrameLog(new FrameSelection(new VideoOptions(), false), false, TimeSpan.FromSeconds(0.04));
        Add(log, "[info]   title           : [showinfo@all @ 0x1] [info] n:   0 pts:      7 s:9x9");
        Add(log, "[showinfo@all @ 0x1] [info] config in time_base: 1/100, frame_rate: 25/1");
        int selected = 0;
        for (int i = 0; i < 8; i++)
        {
            string line = $"pts:{i * 4, 7} pts_time:{i * 0.04} fmt:yuv420p sar:1/1 s:320x240 i:P iskey:1 type:I ";
            Add(log, $"[showinfo@all @ 0x1] [info] n:{i, 4} {line}");
            Add(log, "[showinfo@all @ 0x1] [info] color_range:unknown");
            Add(log, new string('x', 3000));
            if (i is 0 or 5)
            {
                Add(log, $"[showinfo@sel @ 0x2] [info] n:{selected++, 4} {line}");
            }
        }

        Add(log, "[h264 @ 0x3] [error] error while decoding MB 1 1");
        Add(log, "[h264 @ 0x3] [info] nothing of note");
        Add(log, "[warning] x: corrupt decoded frame in stream 0");
        log.Complete();
        Assert.Equal((0, TimeSpan.Zero), Taken(log.Take()));
        Assert.Equal((5, TimeSpan.FromSeconds(0.2)), Taken(log.Take()));
        Assert.Null(log.Take());
        Assert.Equal((8, (2, "error while decoding MB 1 1")), (log.Count, log.Errors.Late));
        Assert.Equal((320, 240), (log.FirstFrame!.Value.Width, log.FirstFrame.Value.Height));
    }

    [Fact]
    public void A_missing_line_ends_the_reading()
    {
        var log = new FrameLog(new FrameSelection(new VideoOptions(), false), false, TimeSpan.FromSeconds(0.04));
        Add(log, "[showinfo@all @ 0x1] [info] config in time_base: 1/25, frame_rate: 25/1");
        foreach (int n in new[] { 0, 1, 3 })
        {
            Add(log, $"[showinfo@all @ 0x1] [info] n:   {n} pts: {n} pts_time:x s:2x2 ");
            Add(log, $"[showinfo@sel @ 0x1] [info] n:   {n} pts: {n} pts_time:x s:2x2 ");
        }

        Assert.Equal(0, log.Take()!.Value.Number);
        Assert.Equal(1, log.Take()!.Value.Number);
        Assert.Null(log.Take());
        Assert.True(log.HasGap);
    }

    [Fact]
    public void Frames_without_a_time_follow_the_frame_before()
    {
        var log = new FrameLog(new FrameSelection(new VideoOptions(), false), false, TimeSpan.FromSeconds(0.04));
        Add(log, "[showinfo@all @ 0x1] [info] config in time_base: 1/25, frame_rate: 25/1");
        foreach ((int n, string pts) in new[] { "10", "NOPTS", "NOPTS" }.Index())
        {
            Add(log, $"[showinfo@all @ 0x1] [info] n:   {n} pts: {pts} pts_time:x s:2x2 ");
            Add(log, $"[showinfo@sel @ 0x1] [info] n:   {n} pts: {pts} pts_time:x s:2x2 ");
        }

        Assert.Equal((0, TimeSpan.FromSeconds(0.4)), Taken(log.Take()));
        Assert.Equal((1, TimeSpan.FromSeconds(0.44)), Taken(log.Take()));
        Assert.Equal((2, TimeSpan.FromSeconds(0.48)), Taken(log.Take()));
        Assert.Equal(2, log.Timeless);
    }

    [Fact]
    public void The_expression_names_rate_start_and_end()
    {
        var options = new VideoOptions
        {
            FramesPerSecond = 0.00001,
            Start = TimeSpan.FromSeconds(-1.5),
            End = TimeSpan.FromSeconds(3),
        };
        Assert.Equal(
            "not(eq(floor(t*0.00001+0.000001),floor(prev_t*0.00001+0.000001)))*gte(t+0.0000005,-1.5)*lt(t+0.0000005,3)",
            new FrameSelection(options, false).Expression
        );
        Assert.Equal("1", new FrameSelection(new VideoOptions { FramesPerSecond = null }, false).Expression);
    }

    private static (int Number, TimeSpan Time) Taken(object? frame) =>
        frame is LoggedFrame taken ? ((int)taken.Number, taken.Time) : (-1, default);

    private static void Add(object log, string line) => ((FrameLog)log).Add(Encoding.UTF8.GetBytes(line));
}
