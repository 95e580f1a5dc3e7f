namespace Mien.Video.Tests.Decoding;

/// <summary>Numbers, times and the selection of frames, for files of several formats.</summary>
public sealed class VideoReaderTests : IDisposable
{
    private static readonly VideoOptions Every = new() { FramesPerSecond = null };

    private readonly TempFolder folder = new();

    public VideoReaderTests() => TestClips.Need();

    [Theory]
    [InlineData("a.mp4", "25")]
    [InlineData("a.mov", "30000/1001")]
    [InlineData("a.mkv", "24000/1001")]
    [InlineData("a.ts", "25")]
    [InlineData("a.avi", "15")]
    [InlineData("a.mp4", "128")]
    public async Task Every_frame_has_its_number_and_the_time_that_ffprobe_prints(string name, string rate)
    {
        string path = TestClips.Make(folder[name], 60, rate, sound: 1);
        await using VideoReader reader = await OpenAsync(path, Every);
        Assert.Null(reader.End);
        var frames = await TestClips.ReadAsync(reader);

        Assert.Equal(Enumerable.Range(0, 60), frames.Select(f => (int)f.Number));
        Assert.Equal(Enumerable.Range(0, 60), frames.Select(f => f.Shown));
        Assert.Equal(TestClips.Times(path), frames.Select(f => f.Time));
        Assert.Equal((VideoEndStatus.Complete, null), (reader.End!.Status, reader.End.Message));
        Assert.Equal(frames[^1].Time, TestClips.Text(reader.End.LastTime!.Value));
        Assert.Equal(
            (TestClips.Width, TestClips.Height, "h264", true),
            (reader.Info.Width, reader.Info.Height, reader.Info.Codec, reader.Info.HasAudio)
        );
        Assert.Equal(frames[0].Time, TestClips.Text(reader.Info.Start));
    }

    [Theory]
    [InlineData("vfr.mp4")]
    [InlineData("vfr.mkv")]
    public async Task A_variable_rate_keeps_its_times(string name)
    {
        string path = MakeVariable(name);
        await using VideoReader reader = await OpenAsync(path, Every);
        var frames = await TestClips.ReadAsync(reader);

        int[] kept = [.. Enumerable.Range(0, 113).Where(n => n < 20 || n % 7 == 0)];
        Assert.Equal(kept, frames.Select(f => f.Shown));
        Assert.Equal(Enumerable.Range(0, kept.Length), frames.Select(f => (int)f.Number));
        Assert.Equal(TestClips.Times(path), frames.Select(f => f.Time));
        Assert.Equal(VideoEndStatus.Complete, reader.End!.Status);
    }

    [Theory]
    [InlineData("a.mp4", 5d)]
    [InlineData("a.ts", 5d)]
    [InlineData("a.mkv", 7.3)]
    [InlineData("vfr.mp4", 5d)]
    [InlineData("vfr.mp4", 0.4)]
    public async Task The_first_frame_of_each_cell_is_selected_with_and_without_a_start(string name, double rate)
    {
        string path = name.StartsWith("vfr", StringComparison.Ordinal)
            ? MakeVariable(name)
            : TestClips.Make(folder[name], 100);
        double[] times = [.. TestClips.Times(path).Select(t => double.Parse(t, Invariant))];
        List<int> expected = [];
        for (int i = 0; i < times.Length; i++)
        {
            if (i == 0 || Cell(times[i], rate) != Cell(times[i - 1], rate))
            {
                expected.Add(i);
            }
        }

        await using VideoReader whole = await OpenAsync(path, new VideoOptions { FramesPerSecond = rate });
        var all = await TestClips.ReadAsync(whole);
        Assert.Equal(expected, all.Select(f => (int)f.Number));

        var start = TimeSpan.FromSeconds(times[31]); // within a cell
        var end = TimeSpan.FromSeconds(times[^3]);
        var options = new VideoOptions
        {
            FramesPerSecond = rate,
            Start = start,
            End = end,
        };
        await using VideoReader part = await OpenAsync(path, options);
        var some = await TestClips.ReadAsync(part);
        Assert.Equal(
            all.Where(f => double.Parse(f.Time, Invariant) >= times[31] && double.Parse(f.Time, Invariant) < times[^3]),
            some
        );
        Assert.Equal((VideoEndStatus.Complete, null), (part.End!.Status, part.End.Message));
    }

    [Fact]
    public async Task A_start_as_it_is_printed_is_met_by_its_frame_and_an_end_leaves_it_out()
    {
        string path = TestClips.Make(folder["a.mp4"], 12, "3"); // times such as 0.666667, which is too large
        var third = TimeSpan.FromMicroseconds(666_667);
        await using VideoReader from = await OpenAsync(path, Every with { Start = third });
        Assert.Equal(2, (await TestClips.ReadAsync(from))[0].Number);
        await using VideoReader to = await OpenAsync(path, Every with { End = third });
        Assert.Equal(1, (await TestClips.ReadAsync(to))[^1].Number);
    }

    [Fact]
    public async Task A_start_after_the_end_gives_no_frames()
    {
        string path = TestClips.Make(folder["a.mp4"], 20);
        await using VideoReader reader = await OpenAsync(path, Every with { Start = TimeSpan.FromSeconds(9) });
        Assert.Empty(await TestClips.ReadAsync(reader));
        Assert.Equal(VideoEndStatus.Complete, reader.End!.Status);
    }

    [Theory]
    [InlineData("-dash.mp4")]
    [InlineData("a:b.mp4")]
    [InlineData("clip%03d.mp4")]
    [InlineData("data:,x.mp4")]
    [InlineData("it's [a], \\ name.mkv")]
    public async Task Odd_names_are_names(string name)
    {
        string path = TestClips.Make(folder[name], 5);
        await using VideoReader reader = await OpenAsync(path, Every);
        Assert.Equal(5, (await TestClips.ReadAsync(reader)).Count);
        Assert.Equal("file:" + name, FfmpegInput.OfFile(name)); // a name in the current folder
    }

    [Fact]
    public async Task An_animated_GIF_is_a_video()
    {
        string path = TestClips.Make(folder["a.gif"], 20, "10");
        await using VideoReader reader = await OpenAsync(path, Every);
        var frames = await TestClips.ReadAsync(reader);
        Assert.Equal(Enumerable.Range(0, 20), frames.Select(f => f.Shown));
        Assert.Equal(TestClips.Times(path), frames.Select(f => f.Time));
        Assert.Equal(VideoEndStatus.Complete, reader.End!.Status);
    }

    [Fact]
    public async Task Rotation_is_applied_and_stated()
    {
        string path = TestClips.Make(folder["a.mp4"], 5);
        string rotated = folder["r.mp4"];
        TestClips.Ffmpeg("-i", path, "-c", "copy", "-metadata:s:v", "rotate=90", rotated);
        await using VideoReader reader = await OpenAsync(rotated, Every);
        Assert.Equal(
            (TestClips.Height, TestClips.Width, 270), // the file states it counterclockwise
            (reader.Info.Width, reader.Info.Height, reader.Info.Rotation)
        );
        await foreach (VideoFrame frame in reader.ReadFramesAsync(TestContext.Current.CancellationToken))
        {
            using (frame)
            {
                Assert.Equal((TestClips.Height, TestClips.Width), (frame.Photo.Width, frame.Photo.Height));
            }
        }
    }

    [Fact]
    public async Task Ten_bits_and_HDR_are_noted()
    {
        string path = TestClips.Make(
            folder["a.mkv"],
            5,
            more: ["-pix_fmt", "yuv420p10le", "-color_trc", "smpte2084", "-color_primaries", "bt2020"]
        );
        await using VideoReader reader = await OpenAsync(path, Every);
        Assert.True(reader.Info.IsHdr);
        Assert.Contains(reader.Notes, n => n.Contains("without tone mapping", StringComparison.Ordinal));
        Assert.Contains(reader.Notes, n => n.Contains("reduced to 8", StringComparison.Ordinal));
        Assert.Equal(5, (await TestClips.ReadAsync(reader)).Count);
    }

    [Fact]
    public async Task A_change_of_size_keeps_the_first_size_and_the_selection()
    {
        string small = TestClips.Make(folder["1.ts"], 33, more: ["-output_ts_offset", "0"]);
        string large = TestClips.Make(folder["2.ts"], 40, filter: "scale=512:192", more: ["-output_ts_offset", "1.32"]);
        string both = folder.Write("both.ts", [.. File.ReadAllBytes(small), .. File.ReadAllBytes(large)]);

        await using VideoReader reader = await OpenAsync(both, Every);
        List<(long Number, string Time, int Shown)> all = await TestClips.ReadAsync(reader);
        Assert.Equal(73, all.Count);
        Assert.Equal(Enumerable.Range(0, 33).Concat(Enumerable.Range(0, 40)), all.Select(f => f.Shown));

        await using VideoReader sampled = await OpenAsync(both, new VideoOptions());
        var some = await TestClips.ReadAsync(sampled);
        Assert.Equal(some.Count, some.Select(f => Cell(double.Parse(f.Time, Invariant), 5)).Distinct().Count());
    }

    [Fact]
    public async Task Frames_can_be_read_once()
    {
        string path = TestClips.Make(folder["a.mp4"], 5);
        await using VideoReader reader = await OpenAsync(path, Every);
        await TestClips.ReadAsync(reader);
        await Assert.ThrowsAsync<InvalidOperationException>(() => TestClips.ReadAsync(reader));
    }

    [Fact]
    public async Task A_reader_can_be_disposed_while_an_enumeration_is_open()
    {
        string path = TestClips.Make(folder["a.mp4"], 100);
        VideoReader reader = await OpenAsync(path, Every);
        await using IAsyncEnumerator<VideoFrame> frames = reader
            .ReadFramesAsync(TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await frames.MoveNextAsync());
        frames.Current.Dispose();

        // Long enough to be no matter of speed: it used to wait for ever.
        await reader.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    public void Dispose() => folder.Dispose();

    private static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;

    private static double Cell(double time, double rate) => Math.Floor((time * rate) + 1e-6);

    private static Task<VideoReader> OpenAsync(string path, VideoOptions options) =>
        VideoReader.OpenAsync(path, options, TestContext.Current.CancellationToken);

    private string MakeVariable(string name) =>
        TestClips.Make(folder[name], 34, filter: "select='lt(n,20)+not(mod(n,7))'");
}
