using Mien.Video;

namespace Mien.Cli.Tests;

/// <summary>Which faces a film shows where.</summary>
public sealed class FilmTimelineTests
{
    private static readonly TimeSpan MaxGap = TimeSpan.FromSeconds(2);

    [Fact]
    public void Between_two_frames_box_and_probabilities_change_evenly()
    {
        FilmTimeline timeline = Timeline(
            Frame(0, 0, Face(1, 100, Expression.Happiness, 0.9f)),
            Frame(10, 0.4, Face(1, 140, Expression.Sadness, 0.8f))
        );
        var cursor = new FilmCursor(timeline);

        FilmFace first = Assert.Single(cursor.MoveTo(0, Seconds(0)));
        Assert.True(first.IsAnalysed);
        Assert.Equal(100, first.Box.X);
        Assert.Equal((int)Expression.Happiness, first.Top);

        FilmFace quarter = Assert.Single(cursor.MoveTo(3, Seconds(0.1)));
        Assert.False(quarter.IsAnalysed);
        Assert.Equal(110, quarter.Box.X, 0.01f);
        Assert.Equal(60, quarter.Box.Width, 0.01f);
        Assert.Equal(float.Lerp(0.9f, 0.2f / 6, 0.25f), quarter.Scores[(int)Expression.Happiness], 0.001f);
        Assert.Equal((int)Expression.Happiness, quarter.Top);

        FilmFace late = Assert.Single(cursor.MoveTo(9, Seconds(0.39)));
        Assert.Equal(139, late.Box.X, 0.01f);
        Assert.Equal((int)Expression.Sadness, late.Top);

        FilmFace last = Assert.Single(cursor.MoveTo(10, Seconds(0.4)));
        Assert.True(last.IsAnalysed);
        Assert.Equal(140, last.Box.X);
        Assert.Empty(cursor.MoveTo(11, Seconds(0.44)));
    }

    [Fact]
    public void Before_the_first_frame_nothing_is_shown()
    {
        var cursor = new FilmCursor(Timeline(Frame(5, 0.2, Face(1, 100)), Frame(10, 0.4, Face(1, 100))));

        for (int i = 0; i < 5; i++)
        {
            Assert.Empty(cursor.MoveTo(i, Seconds(i * 0.04)));
        }

        Assert.Single(cursor.MoveTo(5, Seconds(0.2)));
    }

    [Fact]
    public void Nothing_is_shown_across_a_cut()
    {
        // The same number on both sides, as no tracker gives it: the cut alone ends the track.
        var cursor = new FilmCursor(
            Timeline(Frame(0, 0, Face(1, 100)), Frame(10, 0.4, isCut: true, Face(1, 200)), Frame(20, 0.8, Face(1, 200)))
        );

        Assert.Single(cursor.MoveTo(0, Seconds(0)));
        Assert.Empty(cursor.MoveTo(5, Seconds(0.2)));
        Assert.Equal(200, Assert.Single(cursor.MoveTo(10, Seconds(0.4))).Box.X);
        Assert.Single(cursor.MoveTo(15, Seconds(0.6)));
    }

    [Fact]
    public void A_face_that_was_missed_for_a_short_time_is_shown_thin_and_a_long_gap_is_a_gap()
    {
        var cursor = new FilmCursor(
            Timeline(
                Frame(0, 0, Face(1, 100)),
                Frame(5, 0.5),
                Frame(10, 1, Face(1, 120)),
                Frame(20, 3.5, Face(1, 120)),
                Frame(21, 3.6, Face(1, 120))
            )
        );

        Assert.Single(cursor.MoveTo(0, Seconds(0)));
        FilmFace missed = Assert.Single(cursor.MoveTo(5, Seconds(0.5)));
        Assert.False(missed.IsAnalysed);
        Assert.Equal(110, missed.Box.X, 0.01f);
        Assert.Single(cursor.MoveTo(10, Seconds(1)));
        Assert.Empty(cursor.MoveTo(15, Seconds(2)));
        FilmFace again = Assert.Single(cursor.MoveTo(20, Seconds(3.5)));
        Assert.Equal([true, false, true], again.History.Select(p => p.IsAfterGap));
    }

    [Fact]
    public void Two_tracks_are_independent()
    {
        var cursor = new FilmCursor(
            Timeline(
                Frame(0, 0, Face(2, 300), Face(1, 100)),
                Frame(10, 0.4, Face(1, 140)),
                Frame(20, 0.8, Face(3, 10), Face(1, 180))
            )
        );

        Assert.Equal([1, 2], cursor.MoveTo(0, Seconds(0)).Select(f => f.Track));
        Assert.Equal([1], cursor.MoveTo(5, Seconds(0.2)).Select(f => f.Track));
        Assert.Equal([1, 3], cursor.MoveTo(20, Seconds(0.8)).Select(f => f.Track));
    }

    [Fact]
    public void The_history_covers_the_last_seconds_and_one_point_before_them()
    {
        FilmTimeline timeline = Timeline([.. Enumerable.Range(0, 60).Select(i => Frame(i, i * 0.25, Face(1, 100)))]);
        var cursor = new FilmCursor(timeline);
        FilmFace face = null!;
        for (int i = 0; i < 60; i++)
        {
            face = Assert.Single(cursor.MoveTo(i, Seconds(i * 0.25)));
        }

        TimeSpan now = Seconds(59 * 0.25);
        Assert.Equal(now - FilmCursor.Window, face.History.First().Time);
        Assert.Equal(now, face.History.Last().Time);
        Assert.Equal(21, face.History.Count);
        Assert.DoesNotContain(face.History, p => p.IsAfterGap);
    }

    [Fact]
    public void Values_are_rounded_as_in_the_rows()
    {
        FrameResult exact = Frame(1, 1 / 30.0, Face(1, 100 / 3f));
        FrameResult stored = Frame(1, 0.033333, Face(1, 33.33f));
        FilmTimeline one = Timeline(exact),
            other = Timeline(stored);

        Assert.Equal(one.Face(0), other.Face(0));
        Assert.Equal(one.TimeOf(0), other.TimeOf(0));
        Assert.Equal(TimeSpan.FromMicroseconds(33_333), one.TimeOf(0));
    }

    [Fact]
    public void An_hour_of_every_frame_takes_a_few_megabytes_per_face()
    {
        const int frames = 90_000; // an hour at 25 frames per second
        var timeline = new FilmTimeline(7, MaxGap);
        TrackedFace[] faces = [Face(1, 100), Face(2, 300)];
        for (int i = 0; i < frames; i++)
        {
            timeline.Add(Frame(i, i / 25.0, faces));
        }

        Assert.Equal((frames, 2 * frames), (timeline.FrameCount, timeline.FaceCount));
        Assert.InRange(timeline.Bytes, 2 * frames * 40L, (2 * frames * 48L) + (frames * 24L) + 500_000);
        Assert.True(timeline.Bytes < 12_000_000, $"{timeline.Bytes} bytes");
    }

    private static FilmTimeline Timeline(params FrameResult[] frames)
    {
        var timeline = new FilmTimeline(Expressions.Count, MaxGap);
        foreach (FrameResult frame in frames)
        {
            timeline.Add(frame);
        }

        return timeline;
    }

    private static FrameResult Frame(long number, double time, params TrackedFace[] faces) =>
        Frame(number, time, isCut: false, faces);

    private static FrameResult Frame(long number, double time, bool isCut, params TrackedFace[] faces) =>
        new(number, Seconds(time), 640, 360, faces, isCut);

    private static TrackedFace Face(
        int track,
        float x,
        Expression expression = Expression.Neutral,
        float confidence = 0.9f
    )
    {
        LabelScores scores = MadeFaces.Scores(expression, confidence);
        RecognizedFace face = MadeFaces.Of(new FaceBox(x, 100, 60, 60), scores);
        return new TrackedFace(track, face, face.Result, [], TimeSpan.Zero);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
