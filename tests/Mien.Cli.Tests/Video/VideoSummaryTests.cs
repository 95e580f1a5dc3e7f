using System.Globalization;
using System.Text.Json;
using Mien.CommandLine;
using Mien.Video;

namespace Mien.Cli.Tests;

/// <summary>Compares summaries with numbers computed by hand.</summary>
public sealed class VideoSummaryTests
{
    private static readonly LabelScores Happy = MadeFaces.Scores(Expression.Happiness, 0.94f);
    private static readonly LabelScores Sad = MadeFaces.Scores(Expression.Sadness, 0.4f);
    private static readonly LabelScores Calm = MadeFaces.Scores(Expression.Neutral, 0.7f);

    [Fact]
    public void A_frame_counts_until_the_next_one_at_any_frame_rate()
    {
        using var made = new MadeResults();
        VideoSummary summary = Of(
            MadeResults.Info(duration: 4),
            made.Frame(0, (0, Happy)), // 0.5 s
            made.Frame(0.5, (0, Sad)), // 1.5 s, uncertain
            made.Frame(2, (0, Calm)), // 1 s
            made.Frame(3, (0, Calm)) // as long as the one before
        );
        TrackSummary track = Assert.Single(summary.Tracks);

        Assert.Equal(4, track.Seconds, 9);
        Assert.Equal(4, track.Frames);
        Assert.Equal((0.0, 3.0), (track.First.TotalSeconds, track.Last.TotalSeconds));
        Assert.Equal([0.125, 0.375, 0.5], Shares(track, Expression.Happiness, Expression.Sadness, Expression.Neutral));
        Assert.Equal(0.375, track.UncertainShare, 9);
        Assert.Equal((int)Expression.Neutral, track.TopLabel);

        // 0.125 × 0.94 + 0.375 × 0.1 + 0.5 × 0.05
        Assert.Equal(0.18, track.MeanScores[(int)Expression.Happiness], 6);
        Assert.Equal(1, track.MeanScores.Sum(), 6);
        Assert.Equal(2, track.ChangeCount);
        Assert.Equal(
            [
                new LabelChange(TimeSpan.FromSeconds(0.5), (int)Expression.Happiness, (int)Expression.Sadness),
                new LabelChange(TimeSpan.FromSeconds(2), (int)Expression.Sadness, (int)Expression.Neutral),
            ],
            track.Changes
        );
    }

    [Fact]
    public void A_missing_face_does_not_count_and_a_long_pause_counts_for_five_seconds()
    {
        using var made = new MadeResults();
        VideoSummary summary = Of(
            null,
            made.Frame(10, (0, Happy)), // 1 s
            made.Frame(11),
            made.Frame(12, (0, Happy)), // 5 of 20 s
            made.Frame(32, (0, Sad)), // 1 s
            made.Frame(33)
        );
        TrackSummary[] tracks = [.. summary.Tracks];

        Assert.Equal(7, tracks[0].Seconds, 9);
        Assert.Equal(6, tracks[0].LabelSeconds[(int)Expression.Happiness], 9);
        Assert.Equal((5, 2), (summary.AnalysedFrames, summary.FramesWithoutFace));

        // A gap stays a gap: after the missing face, and after the pause.
        TrackSeries series = tracks[0].Series;
        Assert.Equal([true, true, true], Enumerable.Range(0, series.Count).Select(series.IsAfterGap));
        Assert.Equal([10.0, 12, 32], Enumerable.Range(0, series.Count).Select(i => series.Time(i).TotalSeconds));
    }

    [Fact]
    public void A_low_rate_is_no_gap()
    {
        using var made = new MadeResults();
        var builder = new VideoSummaryBuilder(null, "slow.mp4", MadeResults.Contract, derived: false)
        {
            FramesPerSecond = 0.1,
        };
        builder.Add(made.Frame(0, (0, Happy)));
        builder.Add(made.Frame(10, (0, Happy)));
        builder.Add(made.Frame(20));
        TrackSummary track = Assert.Single(builder.Build("ok", null).Tracks);

        Assert.Equal(20, track.Seconds, 9);
        Assert.False(track.Series.IsAfterGap(1));
    }

    [Fact]
    public void The_last_frame_does_not_count_beyond_the_end()
    {
        using var made = new MadeResults();
        VideoSummary summary = Of(
            MadeResults.Info(duration: 2.25),
            made.Frame(0, (0, Happy)),
            made.Frame(2, (0, Happy))
        );
        Assert.Equal(2.25, Assert.Single(summary.Tracks).Seconds, 9);

        // A single frame counts for one interval of the video, and without one the share is still 1.
        FrameResult one = new MadeResults().Frame(0, (0, Happy));
        Assert.Equal(0.04, Assert.Single(Of(MadeResults.Info(), one).Tracks).Seconds, 9);
        Assert.Equal(1, Assert.Single(Of(null, one).Tracks).Share((int)Expression.Happiness));
    }

    [Fact]
    public void Derived_scores_follow_their_formulas()
    {
        var scores = new LabelScores(Expressions.Names, [0.1f, 0.05f, 0.02f, 0.4f, 0.2f, 0.03f, 0.2f]);
        Assert.Equal(0.2f, DerivedScores.Valence(scores)!.Value, 6); // 0.4 − 0.2
        Assert.Equal(0.8f, DerivedScores.Intensity(scores)!.Value, 6); // 1 − 0.2

        var others = new LabelScores(["happy", "calm"], [0.7f, 0.3f]);
        Assert.Null(DerivedScores.Valence(others));
        Assert.Null(DerivedScores.Intensity(others));
        Assert.Equal(0.7f, DerivedScores.Intensity(new LabelScores(["awake", "neutral"], [0.7f, 0.3f]))!.Value, 6);

        using var made = new MadeResults();
        var builder = new VideoSummaryBuilder(null, "a.mp4", MadeResults.Contract, derived: true);
        builder.Add(made.Frame(0, (0, Happy)));
        builder.Add(made.Frame(1, (0, Sad)));
        builder.Add(made.Frame(4));
        TrackSummary track = Assert.Single(builder.Build("ok", null).Tracks);

        // A quarter of 0.94 − 0.01, three quarters of 0.1 − 0.4; 1 − 0.01 and 1 − 0.1.
        Assert.Equal((0.25 * 0.93) - (0.75 * 0.3), track.MeanValence!.Value, 6);
        Assert.Equal((0.25 * 0.99) + (0.75 * 0.9), track.MeanIntensity!.Value, 6);
    }

    [Fact]
    public void Bins_double_in_length_and_keep_means_and_gaps()
    {
        var series = new TrackSeries(2);
        for (int i = 0; i < 100; i++)
        {
            series.Add(TimeSpan.FromMilliseconds(i * 20), i is 0 or 50, [i, 1], [2 * i, 0]);
        }

        Assert.Equal((100, 10.0), (series.Count, series.BinLength.TotalMilliseconds));
        TrackSeries coarse = series.Copy(maxBins: 15);
        Assert.Equal((13, 160.0), (coarse.Count, coarse.BinLength.TotalMilliseconds)); // 2 s / 160 ms
        Assert.Equal(100, series.Count);

        // The first bin has the frames 0..7, at 0..140 ms; the seventh has 48..55, with the gap inside.
        Assert.Equal(70, coarse.Time(0).TotalMilliseconds, 6);
        Assert.Equal(140, coarse.End(0).TotalMilliseconds, 6);
        Assert.Equal((3.5f, 7f, 1f), (coarse.Smoothed(0, 0), coarse.Raw(0, 0), coarse.Smoothed(0, 1)));
        Assert.Equal([true, .. Enumerable.Repeat(false, 12)], Enumerable.Range(0, 13).Select(coarse.IsAfterGap));
        Assert.True(series.Copy(maxBins: 50).IsAfterGap(25));
        Assert.Equal(0, coarse.Top(12) - 0);
    }

    [Fact]
    public void Bins_before_time_zero_are_as_long_as_others()
    {
        var series = new TrackSeries(1);
        foreach (int ms in new[] { -25, -15, -5, 5, 15 })
        {
            series.Add(TimeSpan.FromMilliseconds(ms), false, [1], [1]);
        }

        series.Widen();
        Assert.Equal([-25.0, -10, 10], Enumerable.Range(0, 3).Select(i => series.Time(i).TotalMilliseconds));
    }

    [Fact]
    public void Memory_of_a_long_video_is_bounded()
    {
        using var made = new MadeResults();
        var builder = new VideoSummaryBuilder(null, "hour.mp4", MadeResults.Contract, derived: false);
        LabelScores[] scores = [Happy, Sad, Calm];
        for (int i = 0; i < 90_000; i++)
        {
            LabelScores now = scores[i / 10 % 3];
            builder.Add(made.Frame(i / 25.0, (0, now), (1, now), (2, now)));
        }

        VideoSummary summary = builder.Build("ok", null);
        Assert.Equal(3, summary.Tracks.Count);
        Check.All(summary.Tracks, t => Assert.Equal(3600, t.Seconds, 3));
        Check.All(summary.Tracks, t => Assert.Equal(8999, t.ChangeCount));
        Check.All(summary.Tracks, t => Assert.Equal(VideoSummaryBuilder.MaxChanges, t.Changes.Count));

        // 2 × 7 floats per bin: under 40,000 bins are 2 MB, and still finer than half a second.
        Assert.InRange(summary.Tracks.Sum(t => t.Series.Count), 15_000, 40_000);
        Assert.InRange(summary.Tracks[0].Series.BinLength.TotalSeconds, 0.1, 0.5);
    }

    [Fact]
    public void The_JSON_has_all_fields()
    {
        using var made = new MadeResults();
        var builder = new VideoSummaryBuilder(
            MadeResults.Info(duration: 8, "a \"b\".mp4"),
            "a \"b\".mp4",
            MadeResults.Contract,
            derived: true
        )
        {
            Head = "ferplus",
        };
        builder.Add(made.Frame(0, (0, Happy)));
        builder.Add(made.Frame(1.5, (0, Sad)));
        builder.Add(made.Frame(2));
        builder.Add(made.Frame(2.5, isCut: true, (0, Calm)));
        string json = builder
            .Build(
                "truncated",
                new VideoEnd
                {
                    Status = VideoEndStatus.Truncated,
                    ExpectedEnd = TimeSpan.FromSeconds(8),
                    Message = "ends early",
                }
            )
            .ToJson();

        string snapshot = Path.Combine(Repository.Root, "tests/Mien.Cli.Tests/Video/summary.json");
        if (Environment.GetEnvironmentVariable("MIEN_UPDATE_API") == "1")
        {
            File.WriteAllText(snapshot, json);
        }

        Assert.Equal(File.ReadAllText(snapshot), json);
    }

    [Fact]
    public void The_thumbnail_is_the_sharpest_most_frontal_face()
    {
        var sharp = new FaceQuality(160, 0.9f, 50, TouchesEdge: false, Yaw: 0);
        Assert.True(Worth(sharp) > Worth(sharp with { Sharpness = 0.1f }));
        Assert.True(Worth(sharp) > Worth(sharp with { Yaw = 60 }));
        Assert.True(Worth(sharp) > Worth(sharp with { Size = 30 }));
        Assert.True(Worth(sharp) > Worth(sharp with { TouchesEdge = true }));

        TrackSummary track = DemoVideo.Summary().Tracks[0];
        using SkiaSharp.SKBitmap picture = SkiaSharp.SKBitmap.Decode(track.Thumbnail);
        Assert.Equal((FaceThumbnail.Side, FaceThumbnail.Side), (picture.Width, picture.Height));
        Assert.InRange(track.Thumbnail!.Length, 500, 10_000);
        Assert.InRange(picture.GetPixel(90, 5).Red, 102, 118); // the ground beside the face

        float Worth(FaceQuality quality)
        {
            RecognizedFace face = MadeFaces.Of(new FaceBox(0, 0, 160, 160), Happy, quality);
            return FaceThumbnail.Worth(new FaceTracker().Update([face], TimeSpan.Zero)[0]);
        }
    }

    [Theory]
    [InlineData(60)]
    [InlineData(100)]
    public void The_table_shows_the_longest_tracks_and_says_how_many_more(int width)
    {
        using var made = new MadeResults();
        var builder = new VideoSummaryBuilder(MadeResults.Info(), "many.mp4", MadeResults.Contract, derived: true);
        for (int i = 0; i < 1000; i++)
        {
            // Each is a track of its own; every hundredth is longer.
            builder.Add(made.Frame(2 * i, isCut: true, (0, Happy)));
            if (i % 100 == 0)
            {
                builder.Add(made.Frame((2 * i) + 1, (0, Sad)));
                builder.Add(made.Frame((2 * i) + 1.9));
            }
            else
            {
                builder.Add(made.Frame((2 * i) + 0.2));
            }
        }

        VideoSummary summary = builder.Build("ok", null);
        string text = Table(summary, width);
        string[] lines = text.TrimEnd('\n').Split('\n');

        Assert.Equal(1000, summary.Tracks.Count);
        Check.All(lines[1..^1], l => Assert.InRange(TextWidth.Of(l), 1, width));
        Assert.StartsWith(
            "many.mp4: ok, 0:00 to 33:18, 2,010 analysed frames, 1,000 without a face,",
            lines[0],
            default
        );
        Assert.Equal("990 shorter tracks not shown; the JSON summary has all.", lines[^1]);
        Assert.Equal(width < 98 ? 10 : 0, lines.Count(l => l.StartsWith("track ", default)));
        Assert.Contains("happiness 53 %,", text, StringComparison.Ordinal);
        Assert.Contains("sadness 47 %", text, StringComparison.Ordinal);
        Assert.Equal(1000, JsonDocument.Parse(summary.ToJson()).RootElement.GetProperty("tracks").GetArrayLength());
    }

    [Fact]
    public void A_video_without_a_face_and_one_without_a_frame_have_a_summary()
    {
        using var made = new MadeResults();
        VideoSummary none = Of(MadeResults.Info(2), made.Frame(0), made.Frame(1));
        Assert.Equal(
            "clip.mp4: ok, 0:00 to 0:01, 2 analysed frames, 2 without a face, 0 tracks\nNo face was found.\n",
            Table(none, 100)
        );
        Assert.Equal(0, JsonDocument.Parse(none.ToJson()).RootElement.GetProperty("tracks").GetArrayLength());

        VideoSummary empty = new VideoSummaryBuilder(null, "x.mp4", MadeResults.Contract, false).Build("error", null);
        Assert.Equal("x.mp4: error, 0 analysed frames, 0 tracks\n", Table(empty, 100));
        Assert.False(JsonDocument.Parse(empty.ToJson()).RootElement.TryGetProperty("lastTime", out _));
    }

    [Theory]
    [InlineData(0, 0, "0:00", "00-00-00.000")]
    [InlineData(59.97, 0, "1:00", "00-00-59.970")]
    [InlineData(83.48, 2, "1:23.48", "00-01-23.480")]
    [InlineData(3723.4, 1, "1:02:03.4", "01-02-03.400")]
    [InlineData(-0.04, 2, "-0:00.04", "-00-00-00.040")]
    public void Times_are_rounded_for_people_and_sort_in_file_names(
        double seconds,
        int decimals,
        string text,
        string file
    )
    {
        Assert.Equal(text, ClockText.Of(TimeSpan.FromSeconds(seconds), decimals));
        Assert.Equal(file, ClockText.ForFile(TimeSpan.FromSeconds(seconds)));
    }

    private static VideoSummary Of(VideoInfo? info, params FrameResult[] frames)
    {
        var builder = new VideoSummaryBuilder(info, "clip.mp4", MadeResults.Contract, derived: false);
        foreach (FrameResult frame in frames)
        {
            builder.Add(frame);
        }

        return builder.Build("ok", null);
    }

    private static double[] Shares(TrackSummary track, params Expression[] expressions) =>
        [.. expressions.Select(e => Math.Round(track.Share((int)e), 9))];

    private static string Table(VideoSummary summary, int width)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        summary.WriteTable(new CommandConsole(output, TextWriter.Null, width));
        return output.ToString();
    }
}
