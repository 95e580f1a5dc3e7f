using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Mien.Video;

namespace Mien.Server.PageTests;

/// <summary>The analysis of a whole video on the page, frame by frame.</summary>
[Collection(OneBrowser.Name)]
public sealed class WholeVideoTests(PageFixture pages)
{
    private static readonly MadeClip Turning = MadeClips.OneFace with { Rotation = 90 };

    private static readonly MadeClip Uneven = MadeClips.OneFace with { Durations = [40, 20, 60, 50], Frames = 60 };

    private static readonly MadeClip Film = MadeClips.OneFace with { Rate = 24000, RateDivisor = 1001, Frames = 72 };

    private static readonly MadeClip Open = MadeClips.OneFace with
    {
        Container = "webm",
        Codec = "libvpx-vp9",
        Options = ["-deadline", "realtime", "-cpu-used", "8", "-b:v", "2M"],
    };

    /// <summary>Two people with three expressions each; a screenshot of it is in the documentation.</summary>
    private static readonly MadeClip Scene = new()
    {
        Width = 960,
        Height = 540,
        Frames = 150,
        Faces =
        [
            new ClipFace(0, new ClipPose(0, 300, 240, 230), new ClipPose(6, 350, 260, 230, 8))
            {
                Fade = 0.4,
                Expressions =
                [
                    new(0, Expression.Neutral),
                    new(1.6, Expression.Surprise),
                    new(3.4, Expression.Happiness),
                ],
            },
            new ClipFace(1, new ClipPose(0, 700, 260, 210), new ClipPose(6, 650, 250, 210, -6))
            {
                From = 0.8,
                Expressions = [new(0, Expression.Sadness), new(3, Expression.Anger), new(4.6, Expression.Neutral)],
            },
        ],
    };

    public static TheoryData<string> Clips => [.. Named.Keys];

    private static Dictionary<string, MadeClip> Named { get; } =
        new()
        {
            ["oneFace"] = MadeClips.OneFace,
            ["crossing"] = MadeClips.Crossing,
            ["cut"] = MadeClips.Cut,
            ["away"] = MadeClips.Away,
            ["rotated"] = Turning,
            ["variable"] = Uneven,
            ["film"] = Film,
            ["webm"] = Open,
            ["scene"] = Scene,
        };

    [Theory]
    [MemberData(nameof(Clips))]
    public async Task The_whole_video_gives_the_labels_of_the_command_at_the_same_times(string name)
    {
        MadeClipFile file = MadeClips.File(Named[name]);
        List<FrameResult> expected = await RecognizeAsync(file.Path, 5);
        await using OpenedPage page = await pages.OpenAsync(VideoPage.Still, await pages.DefaultModelAsync());
        VideoPage video = await VideoPage.OpenAsync(page, file.Path);

        await video.AnalyseAsync();

        VideoRow[] rows = await video.RowsAsync();
        (double Time, VideoRow[] Rows)[] frames = [.. rows.GroupBy(r => r.Time).Select(g => (g.Key, g.ToArray()))];
        double frame = file
            .Truth.Frames.Zip(file.Truth.Frames.Skip(1))
            .Max(p => (p.Second.Time - p.First.Time).TotalSeconds);
        Assert.Equal(expected.Count, frames.Length);
        double difference = 0; // of the probabilities
        double late = 0; // seconds
        foreach ((FrameResult result, (double time, VideoRow[] found)) in expected.Zip(frames))
        {
            Assert.Equal(result.Time.TotalSeconds, time, frame + 0.001);
            late = Math.Max(late, Math.Abs(result.Time.TotalSeconds - time));
            Assert.Equal(
                (result.Time, result.IsCut, result.Width, result.Height),
                (result.Time, found[0].IsCut, (int)found[0].Number("imageWidth"), (int)found[0].Number("imageHeight"))
            );
            Assert.Equal(
                result.Faces.OrderBy(f => f.Id).Select(f => (result.Time, f.Id, f.Smoothed.Label)),
                found
                    .Where(r => r.Status == "ok")
                    .OrderBy(r => r.Track)
                    .Select(r => (result.Time, r.Track, r.SmoothedLabel))
            );
            foreach (TrackedFace face in result.Faces)
            {
                VideoRow row = found.Single(r => r.Track == face.Id);
                var box = new FaceBox(
                    (float)row.Number("boxX"),
                    (float)row.Number("boxY"),
                    (float)row.Number("boxWidth"),
                    (float)row.Number("boxHeight")
                );
                Assert.True(box.IntersectionOverUnion(face.Face.Box) > 0.8, $"{time}: {box}, {face.Face.Box}");
                foreach (
                    (string label, float score) in face.Smoothed.LabelScores.Labels.Zip(
                        face.Smoothed.LabelScores.Values
                    )
                )
                {
                    difference = Math.Max(difference, Math.Abs(score - row.Number($"smoothed{Title(label)}")));
                }
            }
        }

        await StoreAsync(
            $"video-of-{name}",
            new
            {
                difference,
                late,
                analysed = await video.Progress.TextContentAsync(),
            }
        );
        await video.ClickChartAsync(0.75);
        await Assertions.Expect(video.Get(".face")).Not.ToHaveCountAsync(0);
        await page.Page.EvaluateAsync("() => scrollTo(0, 0)");
        page.HasNoProblem();
        if (name == "scene")
        {
            await page.CheckAsync("video-of-scene");
        }
    }

    [Fact]
    public async Task Every_frame_is_analysed_at_its_true_time()
    {
        MadeClipFile file = MadeClips.File(Uneven);
        await using OpenedPage page = await pages.OpenAsync(VideoPage.Still);
        VideoPage video = await VideoPage.OpenAsync(page, file.Path);

        await video.AnalyseAsync(rate: "");

        double[] times = [.. (await video.RowsAsync()).Select(r => r.Time).Distinct()];
        Assert.Equal(file.Truth.Frames.Select(f => f.Time.TotalSeconds), times, (a, b) => Math.Abs(a - b) < 1e-3);
        await StoreAsync(
            "video-every-frame",
            new { analysed = await video.Progress.TextContentAsync(), processors = Environment.ProcessorCount }
        );
    }

    [Fact]
    public async Task The_file_has_the_columns_of_the_command_and_the_view_shows_the_result()
    {
        MadeClipFile file = MadeClips.File(MadeClips.Away);
        await using OpenedPage page = await pages.OpenAsync(VideoPage.Still);
        VideoPage video = await VideoPage.OpenAsync(page, file.Path);

        await video.AnalyseAsync();

        await video.AnalysedAsync(10);
        VideoRow[] rows = await video.RowsAsync();
        string[] labels = [.. Expressions.Names];
        Assert.Equal(
            [
                .. (string[])["path", "time", "status", "cut", "imageWidth", "imageHeight", "faces", "face", "track"],
                .. (string[])["boxX", "boxY", "boxWidth", "boxHeight", "roll", "detectionScore"],
                .. (string[])["label", "confidence", "uncertain", .. labels],
                .. (string[])["smoothedLabel", "smoothedConfidence", "smoothedUncertain"],
                .. labels.Select(l => $"smoothed{char.ToUpperInvariant(l[0])}{l[1..]}"),
                .. (string[])["expression", "uncertainReason", "head"],
            ],
            rows[0].Names
        );
        Assert.Equal(
            Enumerable.Range(0, 10).Select(i => (0.2 * i, i is >= 4 and < 7 ? "noFace" : "ok")),
            rows.Select(r => (r.Time, r.Status)),
            (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-3 && a.Item2 == b.Item2
        );
        Check.All(rows, r => Assert.Equal(Path.GetFileName(file.Path), r.Text("path")));
        Check.All(
            rows.Where(r => r.Status == "noFace"),
            r => Assert.Equal(("0", ""), (r.Text("faces"), r.Text("track")))
        );
        foreach (VideoRow row in Check.NotEmpty(rows.Where(r => r.Status == "ok")))
        {
            Assert.Equal(1, labels.Sum(row.Number), 1e-3);
            Assert.Equal(row.Number("smoothedConfidence"), row.Number($"smoothed{Title(row.SmoothedLabel)}"), 1e-6);
        }

        // One track, seen before and after the time in which the face is away.
        await Assertions.Expect(video.Tracks).ToHaveCountAsync(1);
        await Assertions.Expect(video.Tracks.First).ToContainTextAsync("Track 1");
        Assert.Equal(1, await video.Get(".lane .unseen-face").CountAsync());
        string line = (await video.Get(".strip .line").First.GetAttributeAsync("d"))!;
        Assert.Equal(2, line.Count(c => c == 'M')); // a gap
        await page.CheckAsync("video-whole");
    }

    [Fact]
    public async Task A_cut_is_marked_in_the_chart()
    {
        await using OpenedPage page = await pages.OpenAsync(VideoPage.Still);
        VideoPage video = await VideoPage.OpenAsync(page, MadeClips.File(MadeClips.Cut).Path);

        await video.AnalyseAsync();

        await Assertions.Expect(video.Get(".time-surface .cuts")).ToHaveAttributeAsync("d", "M300.0 0V1");
        await Assertions.Expect(video.Tracks).ToHaveCountAsync(2);
        await video.Tracks.Nth(1).ClickAsync();
        string line = (await video.Get(".strip .line").First.GetAttributeAsync("d"))!;
        Assert.StartsWith("M300.0 ", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_analysis_keeps_its_results_and_can_be_continued()
    {
        MadeClipFile file = MadeClips.File(MadeClips.OneFace);
        await using OpenedPage page = await pages.OpenAsync(VideoPage.Still);
        VideoPage video = await VideoPage.OpenAsync(page, file.Path);
        await video.Get("#analysis-rate").SelectOptionAsync("");

        await video.Button("Analyse whole video").ClickAsync();
        await Assertions.Expect(video.Progress).ToContainTextAsync("left");
        await Assertions.Expect(video.Button("Play")).ToBeDisabledAsync();
        await video.Button("Cancel").ClickAsync();

        await Assertions.Expect(video.Progress).ToContainTextAsync("The results so far are kept.");
        await Assertions.Expect(video.Button("Analyse whole video")).ToBeFocusedAsync();
        int before = (await video.RowsAsync()).Length;
        Assert.InRange(before, 1, 99);

        await video.Get(".analysis .button", "Continue from").ClickAsync();
        await Assertions.Expect(video.Progress).ToContainTextAsync("analysed in");
        VideoRow[] rows = await video.RowsAsync();
        Assert.Equal(
            file.Truth.Frames.Select(f => f.Time.TotalSeconds),
            rows.Select(r => r.Time).Distinct(),
            (a, b) => Math.Abs(a - b) < 1e-3
        );
    }

    [Fact]
    public async Task A_video_over_a_minute_is_offered_for_analysis_before_it_plays()
    {
        var clip = new MadeClip
        {
            Rate = 1,
            Frames = 70,
            Faces = MadeClips.Away.Faces,
        };
        await using OpenedPage page = await pages.OpenAsync();
        VideoPage video = await VideoPage.OpenAsync(page, MadeClips.File(clip).Path);

        await Assertions.Expect(video.Button("Analyse whole video")).ToBeFocusedAsync();
        await Assertions.Expect(video.Get(".analysis .facts").First).ToContainTextAsync("This video has 1:10.");
        await Assertions.Expect(video.Button("Play")).ToBeVisibleAsync();
        await video.AnalyseAsync("1");

        Assert.Equal(
            Enumerable.Range(0, 70).Select(i => (double)i),
            (await video.RowsAsync()).Select(r => r.Time).Distinct(),
            (a, b) => Math.Abs(a - b) < 1e-3
        );
        await Assertions.Expect(video.Progress).ToContainTextAsync(new Regex("^70 frames analysed in .* × real time$"));
    }

    [Fact]
    public async Task A_server_that_stops_ends_the_analysis_with_a_message_and_keeps_the_results()
    {
        (WebApplication server, Uri address) = await PageFixture.StartAsync(new ServerOptions { Rate = 0 });
        await using WebApplication stopped = server;
        await using OpenedPage page = await pages.OpenAsync(VideoPage.Still, address);
        var clip = MadeClips.OneFace with { Frames = 1000, Rate = 50 };
        VideoPage video = await VideoPage.OpenAsync(page, MadeClips.File(clip).Path);
        await video.Get("#analysis-rate").SelectOptionAsync("");
        await video.Button("Analyse whole video").ClickAsync();
        await Assertions.Expect(video.Progress).ToContainTextAsync("left");
        await page.CheckAsync("video-progress");

        await server.StopAsync();

        // The connection is lost with a frame on its way or between two frames, after which the page tries another one.
        await Assertions.Expect(video.Problem).ToContainTextAsync(new Regex("^(The analysis stopped|No connection)"));
        await Assertions.Expect(video.Progress).ToContainTextAsync("The results so far are kept.");
        Assert.NotEmpty(await video.RowsAsync());
        await video.Get(".analysis .button", "Continue from").ClickAsync();
        await Assertions.Expect(video.Problem).ToContainTextAsync("The server does not respond.");
        Assert.NotEmpty(await video.RowsAsync());
    }

    private static async Task<List<FrameResult>> RecognizeAsync(string path, double rate)
    {
        using var recognizer = VideoRecognizer.Create(); // the default model
        var options = new VideoOptions { FramesPerSecond = rate };
        return await recognizer.RecognizeAsync(path, options).ToListAsync();
    }

    private static string Title(string label) => char.ToUpperInvariant(label[0]) + label[1..];

    /// <summary>Stores what was measured; it is not asserted.</summary>
    private static Task StoreAsync<T>(string name, T values) =>
        File.WriteAllTextAsync(Path.Combine(Files.Artifacts, name + ".json"), JsonSerializer.Serialize(values));
}
