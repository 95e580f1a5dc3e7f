using System.Collections.Concurrent;
using System.Globalization;

namespace Mien.Video;

/// <summary>
/// Writes frames and the sound of a source to an MP4 file with <c>ffmpeg</c>. Every frame has the time that it has in
/// the source, see <see cref="Shift"/>. Not thread-safe.
/// </summary>
internal sealed class FilmWriter : IAsyncDisposable
{
    /// <summary>Frames that wait for ffmpeg, so that one is drawn while another is encoded.</summary>
    private const int Ahead = 2;

    /// <summary>How long an ffmpeg may go on that takes no more frames.</summary>
    private static readonly TimeSpan MaxEnding = TimeSpan.FromSeconds(30);

    private readonly FilmArguments arguments;
    private readonly FilmWriterOptions options;
    private readonly TimeSpan sourceStart;
    private readonly TimeSpan? sourceEnd;
    private readonly TimeSpan frameDuration;
    private readonly List<string> notes;
    private readonly BlockingCollection<(byte[] Pixels, long Nanoseconds)> queue = [];
    private readonly SemaphoreSlim slots = new(Ahead);
    private FilmClock? clock;
    private FilmProcess? process;
    private Task feeding = Task.CompletedTask;
    private MienException? failure;
    private volatile bool isBroken;
    private Exception? feedError;
    private long written;
    private bool isEnded;
    private bool isComplete;
    private bool isDisposed;

    private FilmWriter(VideoReader reader, FilmArguments arguments, FilmWriterOptions options, List<string> notes)
    {
        this.arguments = arguments;
        this.options = options;
        this.notes = notes;
        Width = reader.Info.Width;
        Height = reader.Info.Height;
        sourceStart = reader.Info.Start;
        sourceEnd = reader.Probe?.ExpectedEnd;
        frameDuration = reader.FrameDuration;
    }

    /// <summary>The width of the frames, in pixels: that of the reader's.</summary>
    public int Width { get; }

    /// <summary>The height of the frames, in pixels.</summary>
    public int Height { get; }

    /// <summary>ffmpeg's name for the encoder, such as <c>libx264</c>.</summary>
    public string Encoder => arguments.Encoder.Name;

    /// <summary>
    /// What is subtracted from the times of the source; known from the first frame on. It is 0 if the source begins at
    /// 0 or less than a frame later. Other films, and those that begin later than their source
    /// (<see cref="FilmWriterOptions.Start"/>), begin at 0: MP4 can begin later, but Chromium does not seek to the end
    /// of such a film.
    /// </summary>
    public TimeSpan Shift { get; private set; }

    /// <summary>Remarks for people, such as that the sound is encoded as AAC; complete after the end.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>Finds an encoder, tries the sound and creates the file. ffmpeg starts with the first frame.</summary>
    /// <param name="reader">The open reader of the source, whose frames are written.</param>
    /// <param name="sourcePath">The file with the sound.</param>
    /// <param name="path">Where to write; an existing file is replaced.</param>
    /// <param name="options">Options; <see langword="null"/> uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the preparation.</param>
    /// <exception cref="MienException"><c>noEncoder</c>, <c>cannotWrite</c>.</exception>
    public static async Task<FilmWriter> CreateAsync(
        VideoReader reader,
        string sourcePath,
        string path,
        FilmWriterOptions? options,
        CancellationToken cancellationToken
    )
    {
        options ??= new FilmWriterOptions();
        FfmpegTools tools = reader.Tools;

        // The pictures of yuv420p have an even size.
        var settings = new H264Encoder.Settings(
            Even(reader.Info.Width),
            Even(reader.Info.Height),
            1 / Math.Max(reader.FrameDuration.TotalSeconds, 0.001),
            options.Quality
        );
        H264Encoder encoder = await H264Encoder.FindAsync(tools, settings, cancellationToken).ConfigureAwait(false);
        (FilmSound? sound, IReadOnlyList<string> notes) = await FilmSound
            .ChooseAsync(
                tools,
                reader.Probe?.Sounds ?? [],
                sourcePath,
                options.End - reader.Info.Start,
                cancellationToken
            )
            .ConfigureAwait(false);
        var arguments = new FilmArguments
        {
            Tools = tools,
            Encoder = encoder,
            Settings = settings,
            Colours = FilmColours.Of(reader.Probe?.Colours),
            PixelAspect = reader.Probe?.PixelAspect,
            Unit = FilmTimeBase.Of(reader.TimeBase),
            Source = sourcePath,
            Sound = sound,
            Path = path,
        };
        Touch(path);
        return new FilmWriter(reader, arguments, options, [.. notes]);
    }

    /// <summary>Writes a frame.</summary>
    /// <param name="rgba">Width × height × 4 bytes, row by row; copied. The last of the four is not used.</param>
    /// <param name="time">The time of the frame, as <see cref="VideoFrame.Time"/>; ascending.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    /// <exception cref="MienException">
    /// <c>cannotWrite</c>: the disk is full, for example; <c>encoderFailed</c>: ffmpeg has ended.
    /// </exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> rgba, TimeSpan time, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (isEnded)
        {
            throw new InvalidOperationException("The film has ended.");
        }

        if (rgba.Length != Width * (long)Height * 4)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The frame has {rgba.Length} bytes, expected {Width} × {Height} × 4."
                ),
                nameof(rgba)
            );
        }

        if (failure is not null)
        {
            throw failure;
        }

        FilmClock times = clock ??= Start(time);
        await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (isBroken)
        {
            throw await FailureAsync(cancellationToken).ConfigureAwait(false);
        }

        byte[] pixels = PixelPool.Rent(FrameBytes);
        Fill(pixels, rgba.Span);
        queue.Add((pixels, arguments.Unit.Nanoseconds(times.Next(time))), CancellationToken.None);
        written++;
    }

    /// <summary>Ends the film; when it returns the file is complete.</summary>
    /// <param name="cancellationToken">Cancels the ending.</param>
    /// <exception cref="MienException">
    /// As for <see cref="WriteAsync"/>; <c>emptyFilm</c>: no frame was written.
    /// </exception>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        isEnded = true;
        if (process is null || clock is null)
        {
            throw new MienException(
                ErrorKind.BadInput,
                "emptyFilm",
                $"{arguments.Path}: the video has no frame in this part, so there is no film. Check --start and --end."
            );
        }

        queue.CompleteAdding();
        await feeding.WaitAsync(cancellationToken).ConfigureAwait(false);
        int code = await process.EndAsync(cancellationToken).ConfigureAwait(false);

        // ffmpeg may end with exit code 0 although the disk is full.
        if (isBroken || code != 0 || process.Log.NotWrittenError is not null || process.Frames != written)
        {
            throw await FailureAsync(cancellationToken).ConfigureAwait(false);
        }

        if (!FilmFile.IsComplete(arguments.Path))
        {
            throw FilmErrors.Incomplete(arguments.Path);
        }

        if (clock.Moved > 0)
        {
            notes.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Times go back in the video; {clock.Moved} of {written} frames are later in the film."
                )
                    + (
                        clock.HasRestarted && arguments.Sound is not null
                            ? " The sound is not moved with them, so it is wrong from the first such place on."
                            : ""
                    )
            );
        }

        isComplete = true;
    }

    /// <summary>Ends ffmpeg; without <see cref="CompleteAsync"/> the unfinished file is deleted.</summary>
    public async ValueTask DisposeAsync()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        queue.CompleteAdding();
        process?.Kill();
        await feeding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        process?.Dispose();
        while (queue.TryTake(out (byte[] Pixels, long) frame))
        {
            PixelPool.Return(frame.Pixels);
        }

        queue.Dispose();
        slots.Dispose();
        if (!isComplete)
        {
            FilmFile.Delete(arguments.Path);
        }
    }

    private int FrameBytes => checked(Even(Width) * Even(Height) * 4);

    private static int Even(int length) => length + (length & 1);

    /// <summary>Creates the file if it is not there, because the system says more clearly why it cannot be.</summary>
    private static void Touch(string path)
    {
        try
        {
            new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite).Dispose();
        }
        catch (Exception e) when (OutputFile.Error(path, e) is { } error)
        {
            throw error;
        }
    }

    /// <summary>Starts ffmpeg, now that the time of the first frame is known.</summary>
    private FilmClock Start(TimeSpan first)
    {
        FilmTimeBase unit = arguments.Unit;
        bool isCut = options.Start is { } start && start > sourceStart;
        bool isShifted =
            first != TimeSpan.Zero && (isCut || !arguments.IsExact || first < TimeSpan.Zero || first >= frameDuration);
        long shift = isShifted ? unit.Ticks(first) : 0;
        Shift = unit.Time(shift);
        if (isShifted)
        {
            notes.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The film begins at 0: its times are those of the video less {Shift.TotalSeconds:0.000000} s."
                )
            );
        }

        TimeSpan? end = sourceEnd is { } whole && !(options.End < whole) ? whole : options.End;
        process = new FilmProcess(
            arguments.Tools.Ffmpeg,
            arguments.List(
                new SoundCut(Shift, isShifted, options.End - Shift),
                end is { } last ? unit.Ticks(last) - shift : null
            )
        );
        Stream input = process.Input;
        feeding = ToolOutput.OnThread(() => Feed(input));
        return new FilmClock(unit, shift, frameDuration);
    }

    /// <summary>Writes the frames to ffmpeg, on a thread of its own: it blocks while ffmpeg encodes.</summary>
    private void Feed(Stream input)
    {
        try
        {
            using (input)
            {
                long duration = Math.Max(1, frameDuration.Ticks * TimeSpan.NanosecondsPerTick);
                input.Write(MatroskaFrames.Header(Even(Width), Even(Height), duration));
                byte[] head = new byte[MatroskaFrames.FrameHeaderLength];
                foreach ((byte[] pixels, long nanoseconds) in queue.GetConsumingEnumerable())
                {
                    try
                    {
                        MatroskaFrames.WriteFrameHeader(head, nanoseconds, FrameBytes);
                        input.Write(head);
                        input.Write(pixels, 0, FrameBytes);
                    }
                    finally
                    {
                        PixelPool.Return(pixels);
                    }

                    slots.Release();
                }
            }
        }
        catch (Exception e)
        {
            // ffmpeg has usually ended, and the one who waits for a slot finds out why. Nothing may leave one waiting.
            feedError = e is IOException or ObjectDisposedException ? null : e;
            isBroken = true;
            slots.Release(Ahead + 1);
        }
    }

    /// <summary>Copies a frame; an odd size becomes even by repeating the last column and the last row.</summary>
    private void Fill(Span<byte> target, ReadOnlySpan<byte> rgba)
    {
        int from = Width * 4;
        int to = Even(Width) * 4;
        if (from == to)
        {
            rgba.CopyTo(target);
        }
        else
        {
            for (int y = 0; y < Height; y++)
            {
                ReadOnlySpan<byte> row = rgba.Slice(y * from, from);
                row.CopyTo(target[(y * to)..]);
                row[^4..].CopyTo(target[((y * to) + from)..]);
            }
        }

        if (Even(Height) > Height)
        {
            target.Slice((Height - 1) * to, to).CopyTo(target[(Height * to)..]);
        }
    }

    /// <summary>Waits until ffmpeg has ended, and says why it failed.</summary>
    private async Task<MienException> FailureAsync(CancellationToken cancellationToken)
    {
        if (feedError is not null)
        {
            throw new InvalidOperationException($"The frames cannot be passed on: {feedError.Message}", feedError);
        }

        FilmProcess ended = process!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(MaxEnding);
        int code;
        try
        {
            code = await ended.EndAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            ended.Kill();
            code = await ended.EndAsync(cancellationToken).ConfigureAwait(false);
        }

        if (ended.Log.IsSignalled)
        {
            // Ctrl-C reaches ffmpeg as well, and its end may be seen here before this program is told.
            await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken).ConfigureAwait(false);
        }

        return failure = FilmErrors.Failed(arguments.Path, ended.Log, code, written, ended.Frames);
    }
}
