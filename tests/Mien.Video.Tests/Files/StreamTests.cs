namespace Mien.Video.Tests;

/// <summary>Files with several streams, files that change, and inputs that are no files.</summary>
public sealed class StreamTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_attached_cover_is_not_the_video()
    {
        MadeClipFile file = MadeClips.File(Reading.Counters with { HasAudio = true });
        string cover = folder.Write("cover.png", SampleFaces.Face(Expression.Anger).EncodePng());
        string path = folder["covered.mp4"];
        Ffmpeg.Run([
            "-i",
            cover,
            "-i",
            file.Path,
            "-map",
            "0",
            "-map",
            "1",
            "-c",
            "copy",
            "-disposition:v:0",
            "attached_pic",
            path,
        ]);

        (await Reading.OfAsync(path)).IsAllOf(file);
    }

    [Fact]
    public async Task Of_two_video_streams_the_first_is_read_and_that_is_said()
    {
        MadeClipFile file = MadeClips.File(Reading.Counters);
        MadeClipFile other = MadeClips.File(Reading.Counters with { Frames = 50, Width = 160, Height = 120 });
        string path = folder["two.mkv"];
        Ffmpeg.Run(["-i", file.Path, "-i", other.Path, "-map", "0", "-map", "1", "-c", "copy", path]);
        Reading reading = await Reading.OfAsync(path);

        reading.IsAllOf(new MadeClipFile(path, new MadeClipTruth(Reading.Counters, Ffmpeg.Times(path))));
        Assert.Contains(reading.Notes, n => n.Contains("2 video streams", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sound_may_come_before_the_video_and_last_longer()
    {
        MadeClipFile file = MadeClips.File(Reading.Counters);
        string path = folder["sound.mkv"];
        Ffmpeg.Run([
            "-f",
            "lavfi",
            "-i",
            "sine=duration=4",
            "-i",
            file.Path,
            "-map",
            "0:a",
            "-map",
            "1:v",
            "-c:v",
            "copy",
            path,
        ]);
        Reading reading = await Reading.OfAsync(path);

        reading.IsAllOf(new MadeClipFile(path, new MadeClipTruth(Reading.Counters, Ffmpeg.Times(path))));
        Assert.True(reading.Info.HasAudio);
    }

    [Fact]
    public async Task A_change_of_the_size_in_the_middle_is_read_in_the_first_size()
    {
        // Transport streams may be joined as they are.
        MadeClip clip = Reading.Counters with
        {
            Container = "ts",
        };
        MadeClipFile first = MadeClips.File(clip);
        MadeClipFile second = MadeClips.File(clip with { Width = 480, Height = 360, Start = 1 });
        string path = folder.Write("joined.ts", [.. File.ReadAllBytes(first.Path), .. File.ReadAllBytes(second.Path)]);
        Reading reading = await Reading.OfAsync(path);

        Assert.Equal(Ffmpeg.Times(path), reading.Frames.Select(f => f.Time));
        Assert.Equal(
            [.. Enumerable.Range(0, 25), .. Enumerable.Range(0, 25)],
            reading.Frames.Select(f => f.Counter ?? -1)
        );
        Assert.Equal(Enumerable.Range(0, 50).Select(n => (long)n), reading.Frames.Select(f => f.Number));
        Check.All(reading.Frames, f => Assert.Equal((320, 240), (f.Width, f.Height)));
    }

    [Theory]
    [InlineData("mp4", false)]
    [InlineData("mp4", true)]
    [InlineData("mkv", true)]
    [InlineData("ts", true)]
    public async Task A_stream_is_read_as_a_file_is(string container, bool seekable)
    {
        // With the index of the MP4 file at the end.
        MadeClipFile file = MadeClips.File(Reading.Counters with { Container = container });
        byte[] bytes = await File.ReadAllBytesAsync(file.Path, TestContext.Current.CancellationToken);
        using Stream stream = seekable ? new MemoryStream(bytes) : new OneWay(bytes);

        (await Reading.OfAsync(stream)).IsAllOf(file);
    }

    [Fact]
    public async Task Two_readers_read_side_by_side()
    {
        MadeClipFile file = MadeClips.File(Reading.Counters);
        Reading[] readings = await Task.WhenAll(Reading.OfAsync(file.Path), Reading.OfAsync(file.Path));
        Check.All(readings, r => r.IsAllOf(file));
    }

    /// <summary>A stream that cannot seek and gives a few bytes at a time.</summary>
    private sealed class OneWay(byte[] bytes) : Stream
    {
        private int position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int taken = Math.Min(Math.Min(count, 1000), bytes.Length - position);
            bytes.AsSpan(position, taken).CopyTo(buffer.AsSpan(offset));
            position += taken;
            return taken;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
