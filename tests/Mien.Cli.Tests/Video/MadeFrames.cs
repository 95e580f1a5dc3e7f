using System.Runtime.CompilerServices;
using Mien.Video;

namespace Mien.Cli.Tests;

/// <summary>
/// A video made in the test, without ffmpeg: the same selection of frames by time, and the same errors.
/// </summary>
internal sealed class MadeFrames : IFrameSource
{
    private readonly MadeVideo video;
    private readonly VideoOptions options;

    private MadeFrames(string path, MadeVideo video, VideoOptions options)
    {
        (this.video, this.options) = (video, options);
        Info = new VideoInfo
        {
            Name = path,
            Width = MadeVideo.Width,
            Height = MadeVideo.Height,
            Start = video.Start,
            Duration = video.Duration,
            FramesPerSecond = video.FramesPerSecond,
            Codec = "made",
        };
    }

    public VideoInfo Info { get; }

    public IReadOnlyList<string> Notes => video.Notes;

    public VideoEnd? End { get; private set; }

    /// <summary>Lets videos be read from <paramref name="videos"/> until the result is disposed.</summary>
    public static IDisposable Use(Func<string, MadeVideo> videos)
    {
        FrameSource.Made.Value = (path, options) => new MadeFrames(path, videos(path), options);
        return new Restore();
    }

    public async IAsyncEnumerable<VideoFrame> ReadFramesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        double? before = null;
        TimeSpan? last = null;
        for (int i = 0; i < (video.ReadableFrames ?? video.Frames); i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TimeSpan time = video.TimeOf(i);
            double? cell = options.FramesPerSecond is { } rate ? Math.Floor(time.TotalSeconds * rate) : null;
            bool isWanted = cell is null || cell != before;
            before = cell;
            last = time;
            if (!isWanted || time < options.Start || time >= (options.End ?? TimeSpan.MaxValue))
            {
                continue;
            }

            video.BeforeFrame?.Invoke(i);
            yield return new VideoFrame(video.Draw(i), i, time);
            await Task.Yield();
        }

        if (video.Failure is { } failure)
        {
            throw failure;
        }

        End = new VideoEnd
        {
            Status = video.EndStatus,
            LastTime = last,
            ExpectedEnd = video.Start + video.Duration,
        };
    }

    public ValueTask DisposeAsync() => default;

    private sealed class Restore : IDisposable
    {
        public void Dispose() => FrameSource.Made.Value = null;
    }
}

/// <summary>A video made in the test: faces of the samples on gray that move a little.</summary>
internal sealed record MadeVideo
{
    public const int Width = 320;
    public const int Height = 200;

    /// <summary>The number of frames.</summary>
    public required int Frames { get; init; }

    public double FramesPerSecond { get; init; } = 10;

    public TimeSpan Start { get; init; }

    /// <summary>The faces in a frame.</summary>
    public required Func<int, MadeFace[]> Faces { get; init; }

    /// <summary>How many frames can be read; <c>null</c>: all.</summary>
    public int? ReadableFrames { get; init; }

    public VideoEndStatus EndStatus { get; init; }

    /// <summary>What is thrown after the last frame.</summary>
    public Exception? Failure { get; init; }

    public IReadOnlyList<string> Notes { get; init; } = [];

    public Action<int>? BeforeFrame { get; init; }

    public TimeSpan Duration => TimeSpan.FromSeconds(Frames / FramesPerSecond);

    public TimeSpan TimeOf(int frame) => Start + TimeSpan.FromSeconds(frame / FramesPerSecond);

    public Photo Draw(int frame) => MadePhotos.Photo(MadePhotos.Canvas(Width, Height, Faces(frame)));

    /// <summary>
    /// One face that moves and changes its expression, a second one from a third of the video on, and every tenth frame
    /// without a face.
    /// </summary>
    public static MadeVideo Of(int frames, double framesPerSecond = 10) =>
        new()
        {
            Frames = frames,
            FramesPerSecond = framesPerSecond,
            Faces = i =>
                i % 10 == 7
                    ? []
                    :
                    [
                        new MadeFace(i < frames / 2 ? "happiness" : "anger", 10 + (i % 20), 40, 110),
                        .. i >= frames / 3 ? new[] { new MadeFace("neutral", 190 - (i % 10), 50, 110) } : [],
                    ],
        };
}
