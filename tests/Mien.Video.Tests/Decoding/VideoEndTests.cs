using System.Diagnostics;

namespace Mien.Video.Tests.Decoding;

/// <summary>How the reading ends: truncated, damaged, killed, cancelled or abandoned.</summary>
public sealed class VideoEndTests : IDisposable
{
    private static readonly VideoOptions Every = new() { FramesPerSecond = null };

    private readonly TempFolder folder = new();

    public VideoEndTests() => TestClips.Need();

    [Theory]
    [InlineData("a.mp4")]
    [InlineData("a.mkv")]
    [InlineData("a.ts")]
    [InlineData("a.avi")]
    public async Task A_truncated_file_gives_its_frames_and_says_so(string name)
    {
        string path = TestClips.Make(folder[name], 150, more: Path.GetExtension(name) == ".mp4" ? FastStart : []);
        byte[] bytes = File.ReadAllBytes(path);
        string cut = folder.Write("cut" + Path.GetExtension(name), bytes[..(bytes.Length * 6 / 10)]);

        await using VideoReader reader = await OpenAsync(cut, Every);
        var frames = await TestClips.ReadAsync(reader);
        Assert.InRange(frames.Count, 40, 120);
        Assert.Equal(Enumerable.Range(0, frames.Count - 1), frames.SkipLast(1).Select(f => f.Shown));
        Assert.Equal(TestClips.Times(path).Take(frames.Count - 1), frames.SkipLast(1).Select(f => f.Time));
        VideoEnd end = reader.End!;
        Assert.True(end.Status == VideoEndStatus.Truncated, $"{end}");
        Assert.Equal(frames[^1].Time, TestClips.Text(end.LastTime!.Value));
        Assert.Contains("truncated", end.Message, StringComparison.Ordinal);
        if (name is "a.mp4" or "a.mkv") // of the others ffprobe estimates it from the size
        {
            Assert.Equal(6, end.ExpectedEnd!.Value.TotalSeconds, 0.1);
        }
    }

    [Fact]
    public async Task A_damaged_middle_is_told_from_a_missing_end()
    {
        string path = TestClips.Make(folder["a.mp4"], 150, more: FastStart);
        byte[] bytes = File.ReadAllBytes(path);
        int middle = bytes.Length / 2;
        new Random(1).NextBytes(bytes.AsSpan(middle, 3000));
        await using VideoReader reader = await OpenAsync(folder.Write("damaged.mp4", bytes), Every);
        var frames = await TestClips.ReadAsync(reader);
        Assert.InRange(frames.Count, 100, 150);
        Assert.Equal("5.960000", frames[^1].Time);
        Assert.True(reader.End!.Status == VideoEndStatus.Damaged, $"{reader.End}");
        Assert.Contains("decoding error", reader.End.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.mp4")]
    [InlineData("a.mkv")]
    public async Task Sound_that_goes_on_after_the_video_is_no_truncation(string name)
    {
        string path = TestClips.Make(folder[name], 50, sound: 6);
        await using VideoReader reader = await OpenAsync(path, Every);
        Assert.Equal(50, (await TestClips.ReadAsync(reader)).Count);
        Assert.Equal((VideoEndStatus.Complete, null), (reader.End!.Status, reader.End.Message));
    }

    [Fact]
    public async Task A_last_frame_that_is_shown_for_long_is_no_truncation()
    {
        string path = folder["a.gif"];
        TestClips.Ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x64:rate=10:duration=1", "-final_delay", "500", path);
        await using VideoReader reader = await OpenAsync(path, Every);
        Assert.Equal(10, (await Numbers(reader)).Count);
        Assert.Equal((VideoEndStatus.Complete, null), (reader.End!.Status, reader.End.Message));
    }

    [Fact]
    public async Task An_end_stops_before_the_damage()
    {
        string path = TestClips.Make(folder["a.mp4"], 150, more: FastStart);
        byte[] bytes = File.ReadAllBytes(path);
        string cut = folder.Write("cut.mp4", bytes[..(bytes.Length * 6 / 10)]);
        await using VideoReader reader = await OpenAsync(cut, Every with { End = TimeSpan.FromSeconds(1) });
        Assert.Equal(25, (await TestClips.ReadAsync(reader)).Count);
        Assert.Equal(VideoEndStatus.Complete, reader.End!.Status);
    }

    [Fact]
    public async Task A_killed_ffmpeg_is_reported_after_its_frames()
    {
        string path = MakeLong();
        await using VideoReader reader = await OpenAsync(path, Every);
        int count = 0;
        await foreach (VideoFrame frame in reader.ReadFramesAsync(TestContext.Current.CancellationToken))
        {
            frame.Dispose();
            if (++count == 3)
            {
                Signal(Assert.Single(Running(path)), "KILL");
            }
        }

        Assert.InRange(count, 3, 1500);
        Assert.Equal(VideoEndStatus.Truncated, reader.End!.Status);
        Assert.Contains("ended from outside", reader.End.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interruption_of_both_is_a_cancellation_and_no_damage()
    {
        string path = MakeLong();
        await using VideoReader reader = await OpenAsync(path, Every);
        using var cancel = new CancellationTokenSource();
        int count = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (VideoFrame frame in reader.ReadFramesAsync(cancel.Token))
            {
                frame.Dispose();
                if (++count == 3)
                {
                    Signal(Assert.Single(Running(path)), "INT");
                    cancel.CancelAfter(TimeSpan.FromSeconds(1)); // after ffmpeg has seen it
                }
            }
        });
        Assert.Null(reader.End);
        Assert.Empty(Running(path));
    }

    [Fact]
    public async Task Cancelling_ends_ffmpeg()
    {
        string path = MakeLong();
        await using VideoReader reader = await OpenAsync(path, Every);
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (VideoFrame frame in reader.ReadFramesAsync(cancel.Token))
            {
                frame.Dispose();
                await cancel.CancelAsync();
            }
        });
        Assert.Empty(Running(path));
    }

    [Fact]
    public async Task Giving_up_the_enumeration_ends_ffmpeg()
    {
        string path = MakeLong();
        await using VideoReader reader = await OpenAsync(path, Every);
        await foreach (VideoFrame frame in reader.ReadFramesAsync(TestContext.Current.CancellationToken))
        {
            frame.Dispose();
            break;
        }

        Assert.Empty(Running(path));
        Assert.Null(reader.End);
    }

    [Fact]
    public async Task Disposing_without_reading_ends_ffmpeg()
    {
        string path = MakeLong();
        VideoReader reader = await OpenAsync(path, Every);
        if (OperatingSystem.IsLinux())
        {
            Assert.Single(Running(path));
        }

        await reader.DisposeAsync();
        await reader.DisposeAsync();
        Assert.Empty(Running(path));
    }

    [Fact]
    public async Task An_opening_that_is_cancelled_leaves_nothing_behind()
    {
        string path = MakeLong();
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => VideoReader.OpenAsync(path, Every, cancel.Token));
        Assert.Empty(Running(path));
    }

    [Fact]
    public async Task Few_frames_are_in_flight()
    {
        string path = MakeLong();
        await using VideoReader reader = await OpenAsync(path, Every);
        await using IAsyncEnumerator<VideoFrame> frames = reader
            .ReadFramesAsync(TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await frames.MoveNextAsync());
        frames.Current.Dispose();
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.InRange(reader.DecodedFrames, 1, 60); // of 1500: what the pipes and the threads of the decoder hold
    }

    public void Dispose() => folder.Dispose();

    private static string[] FastStart => ["-movflags", "faststart"];

    private static Task<VideoReader> OpenAsync(string path, VideoOptions options) =>
        VideoReader.OpenAsync(path, options, TestContext.Current.CancellationToken);

    private static async Task<List<long>> Numbers(VideoReader reader)
    {
        var list = new List<long>();
        await foreach (VideoFrame frame in reader.ReadFramesAsync(TestContext.Current.CancellationToken))
        {
            list.Add(frame.Number);
            frame.Dispose();
        }

        return list;
    }

    private string MakeLong()
    {
        string path = folder["long.mp4"];
        TestClips.Ffmpeg([
            "-f",
            "lavfi",
            "-i",
            "color=gray:size=640x360:rate=25:duration=60",
            "-preset",
            "ultrafast",
            path,
        ]);
        return path;
    }

    /// <summary>The processes of ffmpeg that read a file; none where this cannot be asked.</summary>
    private static List<int> Running(string path)
    {
        var found = new List<int>();
        if (!OperatingSystem.IsLinux())
        {
            return found;
        }

        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                if (
                    int.TryParse(Path.GetFileName(folder), out int id)
                    && File.ReadAllText(Path.Combine(folder, "cmdline")).Contains(path, StringComparison.Ordinal)
                )
                {
                    found.Add(id);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended, or belongs to somebody else.
            }
        }

        return found;
    }

    private static void Signal(int id, string name)
    {
        using Process kill = Process.Start("sh", ["-c", $"kill -{name} {id}"]);
        kill.WaitForExit();
    }
}
