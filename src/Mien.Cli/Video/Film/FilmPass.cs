using System.Diagnostics;
using System.Globalization;
using Mien.CommandLine;
using Mien.Video;

namespace Mien.Cli;

/// <summary>
/// Makes the film of one video: collects the faces while it is analysed, then reads the video again and draws on every
/// frame. The film is written to a temporary file, which replaces the old one when it is complete. Used once.
/// </summary>
/// <param name="console">The console.</param>
/// <param name="request">The options of the run.</param>
/// <param name="labels">The labels of the model.</param>
/// <param name="path">The film.</param>
/// <param name="rows">The file of the rows; <c>null</c> for standard output or no rows.</param>
/// <param name="guard">Keeps the film from replacing a video.</param>
internal sealed class FilmPass(
    CommandConsole console,
    VideoRequest request,
    IReadOnlyList<string> labels,
    string path,
    string? rows,
    VideoGuard guard
)
{
    private readonly FilmTimeline timeline = new(labels.Count, request.Options.Tracker.MaxGap);

    // Only a run with a file of rows can be resumed.
    private readonly UnfinishedMark? mark = rows is null ? null : new UnfinishedMark(path, "the film");
    private MienException? markError;
    private string temporary = "";

    /// <summary>Whether a run that is resumed has to make the film.</summary>
    public bool IsMissing => !File.Exists(path) || mark is { IsSet: true };

    /// <summary>
    /// Says that an existing film is not that of the rows that are written now. Where that fails, the film fails, but
    /// not the rows.
    /// </summary>
    public void Mark()
    {
        try
        {
            mark?.Set();
        }
        catch (MienException e)
        {
            markError = new MienException(
                e.Kind,
                e.Code,
                $"{path}: the film cannot be written ({(e.InnerException ?? e).Message}). Check the folder and the "
                    + "space on its disk, or choose a shorter name.",
                e
            );
        }
    }

    /// <summary>Adds the next analysed frame.</summary>
    public void Add(FrameResult frame) => timeline.Add(frame);

    /// <summary>Makes the film, after the last analysed frame.</summary>
    /// <param name="input">The video.</param>
    /// <param name="title">Its name in the progress.</param>
    /// <param name="status">How the analysis ended, one of <see cref="VideoStatus"/>.</param>
    /// <param name="cancellationToken">Ends the work; no film is left then.</param>
    /// <returns><c>null</c> if the video has no frame for it.</returns>
    public async Task<FilmOutcome?> DrawAsync(
        InputItem input,
        string title,
        string status,
        CancellationToken cancellationToken
    )
    {
        try
        {
            FilmOutcome? outcome = await DrawAsync(input, title, status == VideoStatus.Ok, cancellationToken)
                .ConfigureAwait(false);
            if (outcome is not null)
            {
                mark?.Remove();
            }

            return outcome;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new FilmOutcome { IsInterrupted = true };
        }
        catch (MienException e)
        {
            return new FilmOutcome { Error = Named(e) };
        }
        catch (Exception e) when (OutputFile.Error(path, e) is { } error)
        {
            return new FilmOutcome { Error = error };
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A bug in the program must not lose the other videos of a long run.
            return new FilmOutcome
            {
                Error = new MienException(
                    ErrorKind.Internal,
                    "unexpected",
                    $"{path}: unexpected {e.GetType().Name}: {e.Message} This is a bug in mien: please report it with "
                        + "the video.",
                    e
                ),
            };
        }
    }

    private async Task<FilmOutcome?> DrawAsync(
        InputItem input,
        string title,
        bool isWhole,
        CancellationToken cancellationToken
    )
    {
        if (markError is not null)
        {
            throw markError;
        }

        guard.CheckFile(path);
        long start = Stopwatch.GetTimestamp();
        VideoOptions options = request.Options with { FramesPerSecond = null };
        IFrameSource source = await FrameSource
            .OpenAsync(input, isCamera: false, options, cancellationToken)
            .ConfigureAwait(false);
        FilmOutcome outcome;
        await using (source.ConfigureAwait(false))
        {
            using var part = PartFile.For(path, isHidden: true);
            temporary = part.Path;
            using var progress = new VideoProgress(
                console,
                $"Drawing {title}",
                source.Info,
                options,
                done: null,
                request.Quiet
            );
            var film = new FilmFrames(source, input.Path, part.Path, options, timeline, labels);
            await using (film.ConfigureAwait(false))
            {
                outcome = await film.WriteAsync(progress, cancellationToken).ConfigureAwait(false);
                if (outcome.Frames == 0)
                {
                    return null;
                }

                Check(source.End, input.Path, outcome.Frames, film.LastNumber, isWhole);
                await film.CompleteAsync(cancellationToken).ConfigureAwait(false);
                progress.Aside(() => TellNotes(input, film.Notes));
            }

            part.Commit();
        }

        return outcome with
        {
            Path = path,
            Bytes = new FileInfo(path).Length,
            Elapsed = Stopwatch.GetElapsedTime(start),
        };
    }

    /// <summary>
    /// The film has the frames that were analysed. It lacks some if the file was changed meanwhile, or if ffmpeg was
    /// ended.
    /// </summary>
    private void Check(VideoEnd? end, string name, long frames, long lastNumber, bool isWhole)
    {
        if (isWhole)
        {
            IncompleteVideo.Check(end, name);
        }

        if (timeline.FrameCount > 0 && lastNumber < timeline.NumberOf(timeline.FrameCount - 1))
        {
            throw new MienException(
                ErrorKind.BadInput,
                "videoChanged",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: could be read up to frame {lastNumber} for the film ({frames} frames), but up to frame "
                        + $"{timeline.NumberOf(timeline.FrameCount - 1)} for the analysis. Was the file changed? Run "
                        + $"the command again."
                )
            );
        }
    }

    /// <summary>Names the film in an error instead of its temporary file.</summary>
    private MienException Named(MienException e) =>
        new(
            e.Kind,
            e.Code,
            temporary.Length > 0 ? e.Message.Replace(temporary, path, StringComparison.Ordinal) : e.Message,
            e
        );

    private void TellNotes(InputItem input, IReadOnlyList<string> notes)
    {
        foreach (string note in request.Quiet ? [] : notes)
        {
            console.Error.WriteLine($"note: {input.Path}: {note}");
        }
    }
}
