namespace Mien.Video.Tests;

/// <summary>Whole videos through <see cref="VideoRecognizer"/>: what it says against what was drawn.</summary>
public sealed class RecognizeClipTests : IDisposable
{
    private static readonly VideoOptions EveryFrame = new() { FramesPerSecond = null };

    private readonly VideoRecognizer recognizer = VideoRecognizer.Create();

    public void Dispose() => recognizer.Dispose();

    [Fact]
    public async Task A_face_that_moves_has_one_track_and_its_expressions_at_their_times()
    {
        MadeClipFile file = MadeClips.File(MadeClips.OneFace);
        List<FrameResult> results = await Recognize(file, new VideoOptions { FramesPerSecond = 10 });

        Assert.Equal(40, results.Count);
        Check.All(
            results,
            r =>
            {
                TrueFrame truth = file.Truth.Frames[(int)r.Frame];
                TrackedFace face = Assert.Single(r.Faces);
                Assert.Equal((truth.Time, FrameStatus.Ok, false, 1), (r.Time, r.Status, r.IsCut, face.Id));
                Assert.True(truth.Faces[0].Box.IntersectionOverUnion(face.Face.Box) > 0.5, $"{r.Frame}");
                Assert.Equal(truth.Faces[0].Expression.Name(), face.Face.Label);
            }
        );
        IsSmoothedChange(results, 1, 2, "neutral", "happiness");
    }

    [Fact]
    public async Task Frames_without_a_face_have_a_result_and_a_face_that_returns_soon_keeps_its_track()
    {
        MadeClipFile file = MadeClips.File(MadeClips.Away);
        List<FrameResult> results = await Recognize(file, EveryFrame);

        Assert.Equal(
            file.Truth.Frames.Select(f => (f.Number, f.Faces.Count == 0 ? FrameStatus.NoFace : FrameStatus.Ok)),
            results.Select(r => (r.Frame, r.Status))
        );
        Assert.Equal([1], results.SelectMany(r => r.Faces).Select(f => f.Id).Distinct());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(5.0)]
    public async Task People_who_pass_each_other_keep_their_tracks(double? rate)
    {
        MadeClipFile file = MadeClips.File(MadeClips.Crossing);
        List<FrameResult> results = await Recognize(file, new VideoOptions { FramesPerSecond = rate });

        TrackTally tally = Tally(file, results);
        Assert.Equal((0, 0, 2, 0), (tally.Switches, tally.Breaks, tally.Tracks, tally.False));
        Assert.True(tally.Missed <= 0.02 * tally.Found, $"{tally.Missed} of {tally.Found} missed");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(5.0)]
    public async Task A_face_that_passes_behind_a_pillar_keeps_its_track(double? rate)
    {
        MadeClipFile file = MadeClips.File(MadeClips.Occlusion);
        List<FrameResult> results = await Recognize(file, new VideoOptions { FramesPerSecond = rate });

        TrackTally tally = Tally(file, results);
        Assert.Equal((0, 0, 1, 0), (tally.Switches, tally.Breaks, tally.Tracks, tally.False));
        Assert.Contains(results, r => r.Status == FrameStatus.NoFace);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(5.0)]
    public async Task Tracks_end_at_a_cut_and_smoothing_starts_anew(double? rate)
    {
        MadeClipFile file = MadeClips.File(MadeClips.Cut);
        List<FrameResult> results = await Recognize(file, new VideoOptions { FramesPerSecond = rate });

        Assert.Equal(file.Truth.Cuts, results.Where(r => r.IsCut).Select(r => r.Frame));
        Check.All(results, r => Assert.Equal(r.Frame < 25 ? 1 : 2, Assert.Single(r.Faces).Id));
        TrackedFace first = results.Single(r => r.IsCut).Faces[0];
        Assert.Equal((TimeSpan.Zero, first.Face.Label), (first.Age, first.Smoothed.Label));
        Assert.Equal(first.Face.LabelScores.Values, first.Smoothed.LabelScores.Values);
    }

    [Fact]
    public async Task Two_people_have_their_own_expressions_at_their_own_times()
    {
        MadeClipFile file = MadeClips.File(
            new MadeClip
            {
                Width = 480,
                Height = 270,
                Frames = 75,
                Faces =
                [
                    new ClipFace(0, new ClipPose(0, 120, 120, 120), new ClipPose(3, 140, 130, 120, 8))
                    {
                        Expressions = [new(0, Expression.Neutral), new(1, Expression.Happiness)],
                    },
                    new ClipFace(3, new ClipPose(0, 350, 130, 130), new ClipPose(3, 340, 120, 110, -8))
                    {
                        Expressions = [new(0, Expression.Anger), new(1.6, Expression.Surprise)],
                    },
                ],
            }
        );
        List<FrameResult> results = await Recognize(file, new VideoOptions { FramesPerSecond = 12.5 });

        Check.All(results, r => Assert.Equal([1, 2], r.Faces.Select(f => f.Id)));
        IsSmoothedChange(results, 1, 1, "neutral", "happiness");
        IsSmoothedChange(results, 2, 1.6, "anger", "surprise");
    }

    [Fact]
    public async Task A_truncated_video_gives_its_results_and_then_the_error()
    {
        MadeClip clip = MadeClips.OneFace with { Container = "ts", Options = ["-g", "10"] };
        byte[] bytes = await File.ReadAllBytesAsync(MadeClips.File(clip).Path, TestContext.Current.CancellationToken);
        using var folder = new TempFolder();
        string path = folder.Write("short.ts", bytes[..(bytes.Length / 2)]);
        var results = new List<FrameResult>();
        MienException e = await Assert.ThrowsAsync<MienException>(async () =>
        {
            await foreach (FrameResult result in recognizer.RecognizeAsync(path))
            {
                results.Add(result);
            }
        });

        Assert.Equal("truncatedVideo", e.Code);
        Assert.InRange(results.Count, 5, 15);
        Check.All(results, r => Assert.Single(r.Faces));
    }

    [Fact]
    public async Task Frames_of_the_caller_give_the_same_as_a_file_with_the_same_pixels()
    {
        MadeClip clip = MadeClips.OneFace with { Frames = 12, Container = "mkv", Codec = "ffv1", PixelFormat = "bgr0" };
        List<FrameResult> read = await Recognize(MadeClips.File(clip), EveryFrame);
        var given = new List<FrameResult>();
        await foreach (FrameResult result in recognizer.RecognizeFramesAsync(Drawn(clip)))
        {
            given.Add(result);
        }

        Assert.Equal(
            given.Select(r => (r.Frame, r.Time, r.Faces.Single().Face.Box, r.Faces.Single().Smoothed.Confidence)),
            read.Select(r => (r.Frame, r.Time, r.Faces.Single().Face.Box, r.Faces.Single().Smoothed.Confidence))
        );
    }

    private static async IAsyncEnumerable<VideoFrame> Drawn(MadeClip clip)
    {
        using var drawing = new ClipDrawing(clip);
        for (int i = 0; i < clip.Frames; i++)
        {
            await Task.Yield();
            yield return new VideoFrame(drawing.Photo(i), i, TimeSpan.FromSeconds(clip.TimeOf(i)));
        }
    }

    private static TrackTally Tally(MadeClipFile file, List<FrameResult> results)
    {
        var tally = new TrackTally();
        foreach (FrameResult result in results)
        {
            tally.Add(file.Truth.Frames[(int)result.Frame], result.Faces);
        }

        return tally;
    }

    /// <summary>
    /// Checks that the smoothed label of a track changes once, within 0.6 s of the change in the video: with the time
    /// constant of 0.5 s, a clear change takes 0.35 s.
    /// </summary>
    private static void IsSmoothedChange(List<FrameResult> results, int track, double time, string before, string after)
    {
        (double Time, string Label)[] labels =
        [
            .. results.Select(r => (r.Time.TotalSeconds, r.Faces.Single(f => f.Id == track).Smoothed.Label)),
        ];
        Check.All(labels.Where(l => l.Time < time), l => Assert.Equal((l.Time, before), l));
        Check.All(labels.Where(l => l.Time > time + 0.6), l => Assert.Equal((l.Time, after), l));
        Assert.Equal(
            [before, after],
            labels
                .Select(l => l.Label)
                .Aggregate(new List<string>(), (list, l) => list.LastOrDefault() == l ? list : [.. list, l])
        );
    }

    private async Task<List<FrameResult>> Recognize(MadeClipFile file, VideoOptions options)
    {
        var results = new List<FrameResult>();
        CancellationToken token = TestContext.Current.CancellationToken;
        await foreach (FrameResult result in recognizer.RecognizeAsync(file.Path, options, token))
        {
            results.Add(result);
        }

        return results;
    }
}
