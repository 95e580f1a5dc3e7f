namespace Mien.Video;

/// <summary>Reads the frames of a video with <c>ffmpeg</c>. Not thread-safe.</summary>
public sealed class VideoReader : IAsyncDisposable
{
    private VideoReader(VideoInfo info) => Info = info;

    /// <summary>What the video says of itself.</summary>
    public VideoInfo Info { get; }

    /// <summary>Remarks for people, such as that a video of high dynamic range is read without tone mapping.</summary>
    public IReadOnlyList<string> Notes { get; } = [];

    /// <summary>How the reading ended; <see langword="null"/> before the last frame was read.</summary>
    public VideoEnd? End { get; }

    /// <summary>Opens a video file.</summary>
    /// <param name="path">The path of the file; URLs are not supported.</param>
    /// <param name="options">Options; <see langword="null"/> uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>A reader that the caller must dispose.</returns>
    public static Task<VideoReader> OpenAsync(
        string path,
        VideoOptions? options = null,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException(path);

    /// <summary>Opens a video from a stream, from the current position to the end.</summary>
    /// <param name="stream">A readable stream; need not be seekable and is left open.</param>
    /// <param name="name">The name of the source for error messages; may be <see langword="null"/>.</param>
    /// <param name="options">Options; <see langword="null"/> uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>A reader that the caller must dispose.</returns>
    public static Task<VideoReader> OpenAsync(
        Stream stream,
        string? name = null,
        VideoOptions? options = null,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException(name);

    /// <summary>Opens a camera.</summary>
    /// <param name="device">
    /// The device: <c>/dev/video0</c> on Linux, <c>video=NAME</c> on Windows, an index on macOS.
    /// </param>
    /// <param name="options">Options; <see langword="null"/> uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>A reader that the caller must dispose.</returns>
    public static Task<VideoReader> OpenCameraAsync(
        string device,
        VideoOptions? options = null,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException(device);

    /// <summary>Reads the selected frames, in the order of their times. May be called once.</summary>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The frames, each of which the caller must dispose.</returns>
    public IAsyncEnumerable<VideoFrame> ReadFramesAsync(CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    /// <summary>Ends <c>ffmpeg</c>.</summary>
    /// <returns>A task that ends with it.</returns>
    public ValueTask DisposeAsync() => default;
}
