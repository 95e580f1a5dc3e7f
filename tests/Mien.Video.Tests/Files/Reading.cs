namespace Mien.Video.Tests;

/// <summary>All that a <see cref="VideoReader"/> gives for a video.</summary>
internal sealed record Reading(
    VideoInfo Info,
    IReadOnlyList<ReadFrame> Frames,
    VideoEnd End,
    IReadOnlyList<string> Notes
)
{
    /// <summary>A clip of one second without faces, in which the counters are what matters.</summary>
    public static MadeClip Counters { get; } = new() { Frames = 25 };

    public static VideoOptions EveryFrame { get; } = new() { FramesPerSecond = null };

    public static async Task<Reading> OfAsync(string path, VideoOptions? options = null) =>
        await OfAsync(await VideoReader.OpenAsync(path, options ?? EveryFrame, Token));

    public static async Task<Reading> OfAsync(Stream stream, VideoOptions? options = null) =>
        await OfAsync(await VideoReader.OpenAsync(stream, "stream", options ?? EveryFrame, Token));

    public static async Task<Reading> OfAsync(VideoReader opened)
    {
        await using VideoReader reader = opened;
        var frames = new List<ReadFrame>();
        await foreach (VideoFrame frame in reader.ReadFramesAsync(Token))
        {
            using (frame)
            {
                (int width, int height) = (frame.Photo.Width, frame.Photo.Height);
                frames.Add(new ReadFrame(frame.Number, frame.Time, FrameCounter.Read(frame.Photo), width, height));
            }
        }

        Assert.NotNull(reader.End);
        return new Reading(reader.Info, frames, reader.End, reader.Notes);
    }

    /// <summary>Checks that the frames are those of the clip: none lost, none invented, each at its time.</summary>
    public void IsAllOf(MadeClipFile clip)
    {
        Assert.Equal(
            [.. clip.Truth.Frames.Select(f => (f.Number, f.Time, Counter: (int?)f.Number))],
            Frames.Select(f => (f.Number, f.Time, f.Counter))
        );
        Assert.Equal((VideoEndStatus.Complete, null), (End.Status, End.Message));
        Assert.Equal(clip.Truth.Frames[^1].Time, End.LastTime);
        Assert.Equal(clip.Truth.Frames[0].Time, Info.Start);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}

/// <summary>A frame that was read, with the counter that is in its picture.</summary>
internal sealed record ReadFrame(long Number, TimeSpan Time, int? Counter, int Width, int Height);
