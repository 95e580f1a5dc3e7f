namespace Mien.Video.Tests;

/// <summary>Files that are no videos, and videos of which a part is missing or wrong.</summary>
public sealed class BrokenFileTests : IDisposable
{
    // Key frames are large; with many of them the frames are spread evenly over the file.
    private static readonly MadeClip Long = new() { Frames = 75, Options = ["-g", "5"] };

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_empty_file_is_said_to_be_empty() => await Fails(folder.Write("a.mp4", []), "emptyFile");

    [Fact]
    public async Task Text_is_not_a_video()
    {
        Ffmpeg.Require();
        await Fails(folder.Write("a.mp4", "This is not a video.\n"), "notAVideo");
        await Fails(folder.Write("a.txt", string.Concat(Enumerable.Repeat("Line of text.\n", 500))), "notAVideo");
    }

    [Fact]
    public async Task Random_bytes_are_not_a_video()
    {
        Ffmpeg.Require();
        byte[] bytes = new byte[40_000];
        new Random(5).NextBytes(bytes);
        await Fails(folder.Write("a.mp4", bytes), "notAVideo");
    }

    [Fact]
    public async Task A_missing_file_and_a_folder_are_named()
    {
        Ffmpeg.Require();
        await Fails(folder["none.mp4"], "fileNotFound");
        await Fails(folder.Path, "isDirectory");
    }

    [Fact]
    public async Task Sound_alone_has_no_video_stream()
    {
        Ffmpeg.Require();
        string sound = folder["sound.m4a"];
        Ffmpeg.Run(["-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac", $"file:{sound}"]);
        await Fails(sound, "noVideoStream");

        string cover = folder.Write("cover.png", SampleFaces.Face(Expression.Anger).EncodePng());
        string covered = folder["covered.m4a"];
        Ffmpeg.Run([
            "-i",
            sound,
            "-i",
            cover,
            "-map",
            "0",
            "-map",
            "1",
            "-c",
            "copy",
            "-disposition:v",
            "attached_pic",
            covered,
        ]);
        await Fails(covered, "noVideoStream");
    }

    [Theory]
    [InlineData("face.png")]
    [InlineData("face%03d.png")]
    [InlineData("face.mp4")]
    public async Task A_still_picture_is_left_to_predict(string name)
    {
        Ffmpeg.Require();
        await Fails(folder.Write(name, SampleFaces.Face(Expression.Anger).EncodePng()), "stillPicture");
    }

    [Fact]
    public async Task A_JPEG_is_a_still_picture_too()
    {
        Ffmpeg.Require();
        await Fails(Repository.PathOf("samples/photo.jpg"), "stillPicture");
    }

    [Fact]
    public async Task A_truncated_MP4_gives_what_can_be_read()
    {
        MadeClipFile file = MadeClips.File(Long with { Options = ["-g", "5", "-movflags", "+faststart"] });
        Reading reading = await Reading.OfAsync(Shortened(file.Path, 0.6));
        IsBeginning(reading, file);
        Assert.Equal(VideoEndStatus.Truncated, reading.End.Status);
        Assert.Equal(3.0, reading.End.ExpectedEnd!.Value.TotalSeconds, 0.1);
    }

    [Fact]
    public async Task A_truncated_MP4_without_its_index_cannot_be_read()
    {
        MadeClipFile file = MadeClips.File(Long);
        await Fails(Shortened(file.Path, 0.6), "truncatedVideo");
    }

    [Theory]
    [InlineData("ts")]
    [InlineData("mkv")]
    public async Task Another_truncated_file_gives_what_can_be_read(string container)
    {
        MadeClipFile file = MadeClips.File(Long with { Container = container });
        Reading reading = await Reading.OfAsync(Shortened(file.Path, 0.61));
        IsBeginning(reading, file);
        Assert.Equal(VideoEndStatus.Truncated, reading.End.Status);
        Assert.NotNull(reading.End.Message);
    }

    [Theory]
    [InlineData("mp4")]
    [InlineData("ts")]
    public async Task A_damaged_middle_is_said_and_the_rest_is_read_at_its_times(string container)
    {
        MadeClipFile file = MadeClips.File(Long with { Container = container });
        byte[] bytes = await File.ReadAllBytesAsync(file.Path, TestContext.Current.CancellationToken);
        new Random(3).NextBytes(bytes.AsSpan(bytes.Length * 2 / 5, bytes.Length / 10));
        Reading reading = await Reading.OfAsync(folder.Write($"damaged.{container}", bytes));

        Assert.Equal(VideoEndStatus.Damaged, reading.End.Status);
        Assert.NotNull(reading.End.Message);

        // Frames of the damaged part may be missing or have a wrong picture; the last second is whole.
        Assert.True(reading.Frames.Count > 50, $"{reading.Frames.Count} frames");
        Assert.Equal(file.Truth.Frames[^1].Time, reading.End.LastTime);
        var times = file.Truth.Frames.ToDictionary(f => f.Number, f => f.Time);
        Check.All(reading.Frames.TakeLast(20), f => Assert.Equal(times[f.Counter ?? -1], f.Time));
    }

    [Fact]
    public async Task Frames_over_the_limit_are_refused()
    {
        MadeClipFile file = MadeClips.File(Reading.Counters);
        await Fails(file.Path, "tooLarge", new VideoOptions { MaxMegapixels = 0.07 });
    }

    private static async Task Fails(string path, string code, VideoOptions? options = null)
    {
        MienException e = await Assert.ThrowsAsync<MienException>(() => Reading.OfAsync(path, options));
        Assert.Equal(code, e.Code);
        Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
    }

    private static void IsBeginning(Reading reading, MadeClipFile file)
    {
        Assert.InRange(reading.Frames.Count, 25, file.Truth.Frames.Count - 10);

        // The last frame may be half there.
        Check.All(
            reading.Frames.SkipLast(2).Zip(file.Truth.Frames),
            p =>
                Assert.Equal(
                    (p.Second.Number, p.Second.Time, (int?)p.Second.Number),
                    (p.First.Number, p.First.Time, p.First.Counter)
                )
        );
        Assert.Equal(reading.Frames[^1].Time, reading.End.LastTime);
    }

    private string Shortened(string path, double share)
    {
        byte[] bytes = File.ReadAllBytes(path);
        return folder.Write("short" + Path.GetExtension(path), bytes[..(int)(share * bytes.Length)]);
    }
}
