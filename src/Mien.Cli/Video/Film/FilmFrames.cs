using System.Globalization;
using Mien.Video;

namespace Mien.Cli;

/// <summary>
/// Reads the frames of a video, draws on them, and writes them to a film. Frames before it are encoded meanwhile, and
/// frames after it decoded. Used once.
/// </summary>
/// <param name="source">The open video.</param>
/// <param name="name">The file of the video.</param>
/// <param name="path">The file to write.</param>
/// <param name="options">The part of the video.</param>
/// <param name="timeline">The analysed frames.</param>
/// <param name="labels">The labels of the model.</param>
internal sealed class FilmFrames(
    IFrameSource source,
    string name,
    string path,
    VideoOptions options,
    FilmTimeline timeline,
    IReadOnlyList<string> labels
) : IAsyncDisposable
{
    private readonly FilmCursor cursor = new(timeline);
    private FilmPainter? painter;
    private IFilmOutput? output;

    /// <summary>The number of the last frame in the video; -1 before the first one.</summary>
    public long LastNumber { get; private set; } = -1;

    /// <summary>Remarks of the encoder for people.</summary>
    public IReadOnlyList<string> Notes => output?.Notes ?? [];

    /// <summary>Draws and writes all frames.</summary>
    /// <returns>The number of frames, their length and the encoder.</returns>
    /// <exception cref="MienException">As for the reading of the video and the writing of the film.</exception>
    public async Task<FilmOutcome> WriteAsync(VideoProgress progress, CancellationToken cancellationToken)
    {
        long frames = 0;
        TimeSpan? first = null;
        TimeSpan last = default;

        // A time that goes back between analysed frames is set right by the writer.
        await foreach (VideoFrame frame in source.ReadFramesAsync(cancellationToken).ConfigureAwait(false))
        {
            using (frame)
            {
                output ??= await FilmOutput
                    .CreateAsync(source, name, path, options, cancellationToken)
                    .ConfigureAwait(false);
                painter ??= new FilmPainter(frame.Photo.Width, frame.Photo.Height, labels);
                painter.Draw(frame.Photo, frame.Time, cursor.MoveTo(frame.Number, frame.Time));
                await output.WriteAsync(frame.Photo, frame.Time, cancellationToken).ConfigureAwait(false);
            }

            frames++;
            first ??= frame.Time;
            last = frame.Time;
            LastNumber = frame.Number;
            progress.Report(
                frame.Time,
                string.Create(CultureInfo.InvariantCulture, $"{frames:N0} {(frames == 1 ? "frame" : "frames")}")
            );
        }

        return new FilmOutcome
        {
            Frames = frames,
            Length = last - first ?? TimeSpan.Zero,
            Encoder = output?.Encoder ?? "",
        };
    }

    /// <summary>Ends the film, whose file is then complete.</summary>
    /// <exception cref="MienException"><c>cannotWrite</c>, <c>encoderFailed</c>.</exception>
    public Task CompleteAsync(CancellationToken cancellationToken) =>
        output?.CompleteAsync(cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        painter?.Dispose();
        if (output is not null)
        {
            await output.DisposeAsync().ConfigureAwait(false);
        }
    }
}
