namespace Mien.Video.Tests.Decoding;

/// <summary>Videos from streams and from a simulated camera.</summary>
public sealed class VideoStreamTests : IDisposable
{
    private static readonly VideoOptions Every = new() { FramesPerSecond = null };

    private readonly TempFolder folder = new();

    public VideoStreamTests() => TestClips.Need();

    [Theory]
    [InlineData("a.mkv", false)]
    [InlineData("a.ts", false)]
    [InlineData("a.avi", false)]
    [InlineData("front.mp4", false)]
    [InlineData("a.mp4", true)]
    [InlineData("a.gif", true)]
    public async Task A_stream_gives_what_the_file_gives(string name, bool isSpooled)
    {
        string path = TestClips.Make(folder[name], 60, more: name == "front.mp4" ? ["-movflags", "faststart"] : []);
        await using VideoReader file = await VideoReader.OpenAsync(path, Every, TestContext.Current.CancellationToken);
        var expected = await TestClips.ReadAsync(file);

        await using var stream = new Trickle(File.ReadAllBytes(path));
        List<(long, string, int)> read;
        string? temporary;
        await using (VideoReader reader = await OpenAsync(stream))
        {
            temporary = reader.TemporaryFile;
            Assert.Equal(isSpooled, temporary is not null && File.Exists(temporary));
            Assert.Equal("a name", reader.Info.Name);
            read = await TestClips.ReadAsync(reader);
            Assert.Equal((VideoEndStatus.Complete, null), (reader.End!.Status, reader.End.Message));
        }

        Assert.Equal(expected, read);
        Assert.False(File.Exists(temporary));
        Assert.False(stream.IsDisposed);
    }

    [Fact]
    public async Task A_stream_whose_sound_goes_on_is_complete()
    {
        string[] front = ["-movflags", "faststart", "-c:a", "pcm_s16le"];
        string path = TestClips.Make(folder["front.mov"], 50, more: front, sound: 30);
        await using var stream = new Trickle(File.ReadAllBytes(path));
        await using VideoReader reader = await OpenAsync(stream);
        Assert.Equal(50, (await TestClips.ReadAsync(reader)).Count);
        Assert.Equal((VideoEndStatus.Complete, null), (reader.End!.Status, reader.End.Message));
    }

    [Fact]
    public async Task A_truncated_stream_is_truncated()
    {
        string path = TestClips.Make(folder["a.mkv"], 150);
        byte[] bytes = File.ReadAllBytes(path);
        await using var stream = new Trickle(bytes[..(bytes.Length / 2)]);
        await using VideoReader reader = await OpenAsync(stream);
        Assert.InRange((await TestClips.ReadAsync(reader)).Count, 40, 120);
        Assert.Equal(VideoEndStatus.Truncated, reader.End!.Status);
    }

    [Theory]
    [InlineData("", "emptyFile")]
    [InlineData("this is no video", "notAVideo")]
    [InlineData("\u0089PNG\r\n\u001a\n", "stillPicture")]
    public async Task A_stream_of_something_else_is_refused(string text, string code)
    {
        await using var stream = new Trickle(System.Text.Encoding.Latin1.GetBytes(text));
        MienException error = await Assert.ThrowsAsync<MienException>(() => OpenAsync(stream));
        Assert.Equal(code, error.Code);
        Assert.StartsWith("a name: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_ends_although_its_stream_never_does()
    {
        string path = TestClips.Make(folder["a.mkv"], 150, filter: "noise=alls=60:allf=t", more: ["-qp", "1"]);
        byte[] bytes = File.ReadAllBytes(path);
        Assert.True(bytes.Length > 3_000_000, $"{bytes.Length} bytes"); // more than is read before decoding
        await using var stream = new Trickle(bytes, isEndless: true);
        await using VideoReader reader = await OpenAsync(stream);
        await foreach (VideoFrame frame in reader.ReadFramesAsync(TestContext.Current.CancellationToken))
        {
            frame.Dispose();
            break;
        }
    }

    [Fact]
    public async Task A_simulated_camera_begins_at_0_and_samples_by_time()
    {
        FfmpegInput camera = CameraInput.Live(
            "lavfi",
            "testsrc2=size=64x64:rate=30:duration=2,setpts=PTS+7/TB",
            "test"
        );
        await using VideoReader reader = await VideoReader.OpenLiveAsync(
            camera,
            new VideoOptions(),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(64, reader.Info.Width);
        var times = new List<double>();
        await foreach (VideoFrame frame in reader.ReadFramesAsync(TestContext.Current.CancellationToken))
        {
            times.Add(frame.Time.TotalSeconds);
            frame.Dispose();
        }

        Assert.Equal([0, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8], times.Select(t => Math.Round(t, 6)));
        Assert.Equal(VideoEndStatus.Complete, reader.End!.Status);
    }

    public void Dispose() => folder.Dispose();

    private static Task<VideoReader> OpenAsync(Stream stream) =>
        VideoReader.OpenAsync(stream, "a name", Every, TestContext.Current.CancellationToken);

    /// <summary>A stream that cannot seek and gives a little at a time; its end may never come.</summary>
    private sealed class Trickle(byte[] bytes, bool isEndless = false) : MemoryStream
    {
        private int at;

        public bool IsDisposed { get; private set; }

        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            if (isEndless && at == bytes.Length)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            int count = Math.Min(Math.Min(buffer.Length, 10_000), bytes.Length - at);
            bytes.AsMemory(at, count).CopyTo(buffer);
            at += count;
            return count;
        }

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            Copy(destination, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }

        private async Task Copy(Stream destination, CancellationToken cancellationToken)
        {
            byte[] buffer = new byte[10_000];
            for (int read; (read = await ReadAsync(buffer, cancellationToken)) > 0; )
            {
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
    }
}
