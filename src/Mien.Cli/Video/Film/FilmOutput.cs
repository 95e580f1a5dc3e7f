using Mien.Video;

namespace Mien.Cli;

/// <summary>Takes the frames of a film: a <see cref="FilmWriter"/>, or a made one in tests.</summary>
internal interface IFilmOutput : IAsyncDisposable
{
    /// <summary>The name of the encoder.</summary>
    string Encoder { get; }

    /// <summary>Remarks for people; complete at the end.</summary>
    IReadOnlyList<string> Notes { get; }

    /// <summary>Writes a frame, whose pixels are copied.</summary>
    /// <exception cref="MienException"><c>cannotWrite</c>, <c>encoderFailed</c>.</exception>
    ValueTask WriteAsync(Photo frame, TimeSpan time, CancellationToken cancellationToken);

    /// <summary>Ends the film, whose file is then complete.</summary>
    /// <exception cref="MienException"><c>cannotWrite</c>, <c>encoderFailed</c>.</exception>
    Task CompleteAsync(CancellationToken cancellationToken);
}

/// <summary>Writes films with ffmpeg.</summary>
internal sealed class FilmOutput : IFilmOutput
{
    /// <summary>The film with which encoders are tried before the size of the video is known.</summary>
    private static readonly H264Encoder.Settings DefaultSettings = new(1280, 720, 25, FilmWriterOptions.DefaultQuality);

    private readonly FilmWriter writer;

    private FilmOutput(FilmWriter writer) => this.writer = writer;

    /// <summary>
    /// A hook that takes the frames instead of ffmpeg, for tests; it receives the path to write to. It applies to the
    /// asynchronous flow of one test.
    /// </summary>
    public static AsyncLocal<Func<string, IFilmOutput>?> Made { get; } = new();

    public string Encoder => writer.Encoder;

    public IReadOnlyList<string> Notes => writer.Notes;

    /// <summary>Checks before the analysis that films can be written.</summary>
    /// <param name="options">The options with ffmpeg's path.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <exception cref="MienException"><c>noFfmpeg</c>; <c>noEncoder</c>: ffmpeg cannot encode H.264.</exception>
    public static async Task CheckAsync(VideoOptions options, CancellationToken cancellationToken)
    {
        if (Made.Value is null)
        {
            FfmpegTools tools = await FfmpegTools.FindAsync(options.Ffmpeg, cancellationToken).ConfigureAwait(false);
            await H264Encoder.FindAsync(tools, DefaultSettings, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Begins a film.</summary>
    /// <param name="source">The open source of the frames.</param>
    /// <param name="sourcePath">The file with the sound.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="options">The part of the source.</param>
    /// <param name="cancellationToken">Cancels the beginning.</param>
    /// <exception cref="MienException"><c>noEncoder</c>, <c>cannotWrite</c>, <c>encoderFailed</c>.</exception>
    public static async Task<IFilmOutput> CreateAsync(
        IFrameSource source,
        string sourcePath,
        string path,
        VideoOptions options,
        CancellationToken cancellationToken
    ) =>
        Made.Value is { } make
            ? make(path)
            : new FilmOutput(
                await FilmWriter
                    .CreateAsync(
                        source.Reader ?? throw new InvalidOperationException("Made frames need a made film."),
                        sourcePath,
                        path,
                        new FilmWriterOptions { Start = options.Start, End = options.End },
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            );

    public ValueTask WriteAsync(Photo frame, TimeSpan time, CancellationToken cancellationToken) =>
        writer.WriteAsync(frame.RgbaMemory, time, cancellationToken);

    public Task CompleteAsync(CancellationToken cancellationToken) => writer.CompleteAsync(cancellationToken);

    public ValueTask DisposeAsync() => writer.DisposeAsync();
}
