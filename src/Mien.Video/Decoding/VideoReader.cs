using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Mien.Video;

/// <summary>
/// Reads the frames of a video with <c>ffmpeg</c> 4.4 or later, which must be installed. Frames are read while they are
/// consumed, so memory does not grow with the length. Not thread-safe.
/// </summary>
public sealed partial class VideoReader : IAsyncDisposable
{
    /// <summary>Frames that are read ahead, so that ffmpeg decodes while one is analysed.</summary>
    private const int Ahead = 2;

    private readonly FfmpegTools tools;
    private readonly FfmpegInput input;
    private readonly FrameLog log;
    private readonly FfmpegProcess process;
    private readonly List<string> notes;
    private readonly CancellationTokenSource given = new();
    private Task? reading;
    private bool isDisposed;

    private VideoReader(FfmpegTools tools, FfmpegInput input, FrameLog log, FfmpegProcess process)
    {
        this.tools = tools;
        this.input = input;
        this.log = log;
        this.process = process;
        LoggedFrame first = log.FirstFrame!.Value;
        notes = [.. input.Probe?.Notes ?? []];
        Info = input.Probe is { } probe
            ? probe.Info with
            {
                Width = first.Width,
                Height = first.Height,
                Start = first.Time,
                Duration = probe.ExpectedEnd is { } end && end > first.Time ? end - first.Time : null,
            }
            : new VideoInfo
            {
                Name = input.Name,
                Width = first.Width,
                Height = first.Height,
                Start = TimeSpan.Zero,
                Codec = "camera",
            };
    }

    /// <summary>What the video says of itself.</summary>
    public VideoInfo Info { get; }

    /// <summary>
    /// Remarks for people, such as that a video of high dynamic range is read without tone mapping. Some are only known
    /// at the end.
    /// </summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>How the reading ended; <see langword="null"/> before the last frame was read.</summary>
    public VideoEnd? End { get; private set; }

    /// <summary>How many frames were decoded so far, selected or not.</summary>
    internal long DecodedFrames => log.Count;

    /// <summary>The programs that read the video.</summary>
    internal FfmpegTools Tools => tools;

    /// <summary>What ffprobe says of the video; <see langword="null"/> for a camera.</summary>
    internal VideoProbe? Probe => input.Probe;

    /// <summary>The unit of the times of the frames: seconds, as numerator and denominator.</summary>
    internal (int Numerator, int Denominator) TimeBase => log.TimeBase;

    /// <summary>The usual duration of a frame.</summary>
    internal TimeSpan FrameDuration => log.FrameDuration;

    /// <summary>The copy of a stream that must be read out of order.</summary>
    internal string? TemporaryFile => input.Temporary;

    /// <summary>Opens a video file.</summary>
    /// <param name="path">The path of the file; URLs are not supported.</param>
    /// <param name="options">Options; <see langword="null"/> uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>A reader that the caller must dispose.</returns>
    /// <exception cref="MienException">
    /// <c>noFfmpeg</c>; <c>badUrl</c>, <c>fileNotFound</c>, <c>isDirectory</c>, <c>notAFile</c>, <c>noPermission</c>,
    /// <c>badPath</c>, <c>unreadableFile</c>, <c>emptyFile</c>; <c>notAVideo</c>, <c>noVideoStream</c> (sound only),
    /// <c>stillPicture</c>, <c>tooLarge</c>; <c>truncatedVideo</c> or <c>damagedVideo</c>: no frame can be read.
    /// </exception>
    public static async Task<VideoReader> OpenAsync(
        string path,
        VideoOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new VideoOptions();
        if (VideoFile.OpenPipe(path) is { } pipe)
        {
            return await OpenStreamAsync(pipe, path, options, pipe, cancellationToken).ConfigureAwait(false);
        }

        byte[] head = VideoFile.Check(path);
        FfmpegTools tools = await FfmpegTools.FindAsync(options.Ffmpeg, cancellationToken).ConfigureAwait(false);
        VideoProbe probe = await VideoProbe
            .OfAsync(tools, FfmpegInput.OfFile(path), path, Container.IsMp4(head), cancellationToken)
            .ConfigureAwait(false);
        return await StartAsync(tools, FfmpegInput.File(path, path, probe), options, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Opens a video from a stream, from the current position to the end.</summary>
    /// <param name="stream">A readable stream; need not be seekable and is left open.</param>
    /// <param name="name">The name of the source for error messages; may be <see langword="null"/>.</param>
    /// <param name="options">Options; <see langword="null"/> uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>A reader that the caller must dispose; it reads the stream until then.</returns>
    /// <remarks>
    /// An MP4 file whose index is at its end is first copied to a temporary file, which is deleted with the reader.
    /// </remarks>
    /// <exception cref="MienException">As for a file.</exception>
    public static async Task<VideoReader> OpenAsync(
        Stream stream,
        string? name = null,
        VideoOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        return await OpenStreamAsync(
                stream,
                name ?? "video",
                options ?? new VideoOptions(),
                owned: null,
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Opens a camera.</summary>
    /// <param name="device">
    /// The device: <c>/dev/video0</c> on Linux, <c>video=NAME</c> on Windows, an index on macOS.
    /// </param>
    /// <param name="options">Options; <see langword="null"/> uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>A reader that the caller must dispose. Times are counted from the first frame.</returns>
    /// <exception cref="MienException">
    /// <c>noFfmpeg</c>; <c>noSuchCamera</c>: there is none, or it cannot be opened; <c>tooLarge</c>.
    /// </exception>
    public static async Task<VideoReader> OpenCameraAsync(
        string device,
        VideoOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new VideoOptions();
        FfmpegInput input = CameraInput.Of(device);
        return await OpenLiveAsync(input, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the selected frames, in the order of the video. May be called once.</summary>
    /// <param name="cancellationToken">Cancels the reading; ffmpeg is ended.</param>
    /// <returns>
    /// The frames, each of which the caller must dispose. Frames of a truncated or damaged video are returned as far as
    /// they can be read; <see cref="End"/> then says so.
    /// </returns>
    /// <exception cref="InvalidOperationException">The frames were read before.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    public IAsyncEnumerable<VideoFrame> ReadFramesAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        return ReadAsync(cancellationToken);
    }

    /// <summary>Ends <c>ffmpeg</c>.</summary>
    /// <returns>A task that ends with it.</returns>
    public async ValueTask DisposeAsync()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        await given.CancelAsync().ConfigureAwait(false); // an enumeration may still be open
        process.Kill();
        if (reading is not null)
        {
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        try
        {
            process.Dispose();
        }
        finally
        {
            input.Free();
        }
    }

    private async IAsyncEnumerable<VideoFrame> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (reading is not null)
        {
            throw new InvalidOperationException("The frames of a VideoReader can be read once; open the video again.");
        }

        using var slots = new SemaphoreSlim(Ahead);
        Channel<VideoFrame> frames = Channel.CreateUnbounded<VideoFrame>(
            new UnboundedChannelOptions { SingleReader = true, SingleWriter = true }
        );
        Task task = ToolOutput.OnThread(() => ReadAhead(frames.Writer, slots, given.Token));
        reading = task;
        try
        {
            await foreach (VideoFrame frame in frames.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                slots.Release();
                yield return frame;
            }

            await task.ConfigureAwait(false);
            ObjectDisposedException.ThrowIf(isDisposed, this);
            End = await FinishAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await given.CancelAsync().ConfigureAwait(false);
            process.Kill();
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (frames.Reader.TryRead(out VideoFrame? frame))
            {
                frame.Dispose();
            }
        }
    }

    /// <summary>Reads frames on a thread of its own, until the end or until ffmpeg is ended.</summary>
    private void ReadAhead(ChannelWriter<VideoFrame> frames, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        LoggedFrame size = log.FirstFrame!.Value;
        int bytes = checked(size.Width * size.Height * 4);
        try
        {
            while (log.Take() is { } frame)
            {
                slots.Wait(cancellationToken);
                byte[] pixels = PixelPool.Rent(bytes);
                Span<byte> filled = pixels.AsSpan(0, bytes);
                if (process.Frames.ReadAtLeast(filled, bytes, throwOnEndOfStream: false) < bytes)
                {
                    PixelPool.Return(pixels);
                    return;
                }

                if (frame.IsRepeated)
                {
                    PixelPool.Return(pixels);
                    slots.Release();
                    continue;
                }

                if (frame.HasAlpha)
                {
                    PhotoDecoder.LayOverWhite(filled);
                }

                var photo = new Photo(size.Width, size.Height, size.Width, size.Height, pixels);
                frames.TryWrite(new VideoFrame(photo, frame.Number, frame.Time));
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // ffmpeg was ended, or the frames are not wanted any more.
        }
        finally
        {
            frames.TryComplete();
        }
    }

    private async Task<VideoEnd> FinishAsync(CancellationToken cancellationToken)
    {
        if (log.HasGap)
        {
            throw OpenErrors.Gap(input.Name, log.Count);
        }

        if (log.IsPastEnd)
        {
            process.Kill();
        }

        int code = await process.EndAsync(cancellationToken).ConfigureAwait(false);
        if (log.IsSignalled)
        {
            // Ctrl-C reaches ffmpeg as well, and its end may be seen here before this program is told.
            await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken).ConfigureAwait(false);
        }

        AddLateNotes();
        return await EndCheck
            .OfAsync(
                new EndCheck.Facts
                {
                    Log = log,
                    ExitCode = log.IsPastEnd ? 0 : code,
                    Path = input.Path,
                    Tools = tools,
                    Probe = input.Probe,
                    InputError = process.InputError,
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private void AddLateNotes()
    {
        if (log.Timeless > 0)
        {
            notes.Add(
                $"{log.Timeless} frames have no presentation time; theirs is one frame after that of the frame before."
            );
        }

        if (EndCheck.CanBeginAnywhere(input.Probe?.Format) && log.Errors.Early is (> 0, { } first))
        {
            notes.Add($"Frames before the first key frame could not be decoded ({first}).");
        }
    }
}
