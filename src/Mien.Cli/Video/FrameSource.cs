using Mien.Video;

namespace Mien.Cli;

/// <summary>The frames of one video: those of a <see cref="VideoReader"/>, or made ones in tests.</summary>
internal interface IFrameSource : IAsyncDisposable
{
    /// <summary>What the video says of itself.</summary>
    VideoInfo Info { get; }

    /// <summary>Remarks for people.</summary>
    IReadOnlyList<string> Notes { get; }

    /// <summary>How the reading ended; <c>null</c> before the last frame was read.</summary>
    VideoEnd? End { get; }

    /// <summary>The reader; <c>null</c> for made frames.</summary>
    VideoReader? Reader => null;

    /// <summary>Reads the selected frames. May be called once.</summary>
    IAsyncEnumerable<VideoFrame> ReadFramesAsync(CancellationToken cancellationToken);
}

/// <summary>Opens videos with ffmpeg.</summary>
internal sealed class FrameSource : IFrameSource
{
    private readonly VideoReader reader;

    private FrameSource(VideoReader reader) => this.reader = reader;

    /// <summary>
    /// A hook that makes the frames instead of ffmpeg, for tests. It applies to the asynchronous flow of one test.
    /// </summary>
    public static AsyncLocal<Func<string, VideoOptions, IFrameSource>?> Made { get; } = new();

    public VideoInfo Info => reader.Info;

    public IReadOnlyList<string> Notes => reader.Notes;

    public VideoEnd? End => reader.End;

    public VideoReader? Reader => reader;

    /// <summary>Opens a video.</summary>
    /// <param name="input">The file, or standard input.</param>
    /// <param name="isCamera">Whether the path is the name of a camera.</param>
    /// <param name="options">Which frames are read.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="MienException">The video cannot be read.</exception>
    public static async Task<IFrameSource> OpenAsync(
        InputItem input,
        bool isCamera,
        VideoOptions options,
        CancellationToken cancellationToken
    ) =>
        Made.Value is { } make ? make(input.Path, options)
        : isCamera
            ? new FrameSource(
                await VideoReader.OpenCameraAsync(input.Path, options, cancellationToken).ConfigureAwait(false)
            )
        : input.IsStandardInput
            ? new FrameSource(
                await VideoReader
                    .OpenAsync(System.Console.OpenStandardInput(), "standard input", options, cancellationToken)
                    .ConfigureAwait(false)
            )
        : new FrameSource(await VideoReader.OpenAsync(input.Path, options, cancellationToken).ConfigureAwait(false));

    public IAsyncEnumerable<VideoFrame> ReadFramesAsync(CancellationToken cancellationToken) =>
        reader.ReadFramesAsync(cancellationToken);

    public ValueTask DisposeAsync() => reader.DisposeAsync();
}
