using System.Diagnostics;
using System.Globalization;
using Mien.CommandLine;
using Mien.Video;

namespace Mien.Cli;

/// <summary>Analyses one video and writes its outputs. Used once.</summary>
/// <param name="console">The console.</param>
/// <param name="request">The options of the run.</param>
/// <param name="recognizer">The networks.</param>
/// <param name="rows">What the rows hold.</param>
/// <param name="form">The format of the rows; text if none are written.</param>
/// <param name="standardOutput">The writer of rows to standard output; <c>null</c> without it.</param>
/// <param name="guard">Keeps the outputs from replacing videos.</param>
internal sealed class VideoPass(
    CommandConsole console,
    VideoRequest request,
    VideoRecognizer recognizer,
    VideoRowOptions rows,
    PredictionForm form,
    VideoRowWriter? standardOutput,
    VideoGuard guard
)
{
    private readonly long start = Stopwatch.GetTimestamp();
    private VideoSummaryBuilder? builder;
    private ChangeFrames? changes;
    private FilmPass? film;
    private VideoResume? resumed;
    private OutputTarget? target;
    private VideoRowWriter? writer;
    private VideoEnd? end;
    private bool wasFinished;
    private int notes;
    private long frames;
    private long noFace;
    private long cuts;
    private TimeSpan? first;
    private TimeSpan? last;

    /// <summary>Analyses the video.</summary>
    /// <param name="input">The video.</param>
    /// <param name="paths">Its outputs.</param>
    /// <param name="title">Its name in the progress.</param>
    /// <param name="cancellationToken">Ends the work between two frames; the outputs are completed.</param>
    public async Task<VideoOutcome> RunAsync(
        InputItem input,
        VideoPaths paths,
        string title,
        CancellationToken cancellationToken
    )
    {
        var mark = paths.Rows is { } file ? new UnfinishedMark(file) : null;
        string status = VideoStatus.Error;
        MienException? error = null;
        bool isBroken = false;
        try
        {
            await AnalyseAsync(input, paths, title, mark, cancellationToken).ConfigureAwait(false);
            Complete(paths, mark);
            (status, error) = StatusOf(input);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            status = VideoStatus.Interrupted;
        }
        catch (MienException e)
        {
            error = e;
        }
        catch (Exception e) when (e is not (OperationCanceledException or IOException))
        {
            // A bug in the program must not lose the other videos of a long run.
            error = new MienException(
                ErrorKind.Internal,
                "unexpected",
                $"{input.Path}: unexpected {e.GetType().Name}: {e.Message} This is a bug in mien: please report it "
                    + "with the video.",
                e
            );
        }
        finally
        {
            isBroken = target is { IsBroken: true };
            target?.Dispose();
        }

        VideoSummary? summary = builder?.Build(status, end);
        MienException? failure = summary is not null && !isBroken ? WriteFiles(paths, summary) : null;
        error = failure ?? error;

        // Last, so that after a failure here the same command with --resume writes the other files too.
        if (status == VideoStatus.Ok && error is null)
        {
            mark?.Remove();
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        FilmOutcome? drawn =
            failure is null && !isBroken && IsFilmDue(status)
                ? await film!.DrawAsync(input, title, status, cancellationToken).ConfigureAwait(false)
                : null;
        error ??= drawn?.Error;
        return new VideoOutcome
        {
            Status =
                drawn is { IsInterrupted: true } ? VideoStatus.Interrupted
                : status == VideoStatus.Ok && error is not null ? VideoStatus.Error
                : status,
            Error = error,
            Film = drawn,
            IsBroken = isBroken,
            WasFinished = wasFinished,
            Frames = frames,
            AllFrames = frames + (resumed?.Frames ?? 0),
            NoFace = noFace,
            Cuts = cuts,
            LastTime = last ?? resumed?.Last?.Time,
            Analysed = last - first ?? TimeSpan.Zero,
            Summary = summary,
            Elapsed = elapsed,
        };
    }

    /// <summary>Whether a film of what could be read is made. With <c>--resume</c>, one that is there stays.</summary>
    private bool IsFilmDue(string status) =>
        film is not null
        && status is VideoStatus.Ok or VideoStatus.Truncated or VideoStatus.Damaged
        && (resumed is null || frames > 0 || film.IsMissing);

    private async Task AnalyseAsync(
        InputItem input,
        VideoPaths paths,
        string title,
        UnfinishedMark? mark,
        CancellationToken cancellationToken
    )
    {
        if (input.Error is { } error)
        {
            throw error;
        }

        if (ImageNames.IsPicture(input.Path) && ImageNames.Format(input.Path) != "GIF" && request.Camera is null)
        {
            throw new MienException(
                ErrorKind.BadInput,
                "notAVideo",
                $"{input.Path}: has the extension of an image. Use 'mien predict' for images."
            );
        }

        resumed = request.Resume
            ? VideoResume.Read(paths.Rows!, new StoredFrames(paths.Rows!, form, rows, input.Path), request.Options)
            : null;
        VideoOptions options = request.Options with
        {
            Start = resumed?.From ?? request.Options.Start,
            KeepPhotos = (paths.Summary ?? paths.Chart ?? paths.Frames) is not null,
            Tracker = request.Options.Tracker with
            {
                UncertainBelow =
                    request.Recognizer.UncertainBelow
                    ?? recognizer.Contract.SelectHead(request.Recognizer.Head).UncertainBelow,
            },
        };
        IFrameSource source = await FrameSource
            .OpenAsync(input, request.Camera is not null, options, cancellationToken)
            .ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            film = paths.Film is { } path
                ? new FilmPass(console, request, rows.Model.Labels, path, paths.Rows, guard)
                : null;
            wasFinished = resumed is not null && mark is { IsSet: false } && ReachesEnd(source.Info);
            bool isWritten = wasFinished && !Missing(paths.Summary) && !Missing(paths.Chart);
            if (isWritten && film is not { IsMissing: true })
            {
                return;
            }

            // The rows have no thumbnails, so files that are there are not written anew.
            builder = isWritten
                ? null
                : new VideoSummaryBuilder(source.Info, input.Path, rows.Model, rows.Derived)
                {
                    Head = rows.Head,
                    FramesPerSecond = request.Options.FramesPerSecond,
                };
            foreach (FrameResult frame in (wasFinished ? resumed!.All() : resumed?.Before()) ?? [])
            {
                builder?.Add(frame);
                film?.Add(frame);
            }

            if (!wasFinished)
            {
                await AnalyseAsync(input, paths, title, mark, source, options, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task AnalyseAsync(
        InputItem input,
        VideoPaths paths,
        string title,
        UnfinishedMark? mark,
        IFrameSource source,
        VideoOptions options,
        CancellationToken cancellationToken
    )
    {
        Tell(input, source);
        changes = paths.Frames is { } folder
            ? new ChangeFrames(
                folder,
                warning => console.Error.WriteLine($"note: {input.Path}: {warning}."),
                check: guard.CheckFile
            )
            : null;
        using var progress = new VideoProgress(
            console,
            title,
            source.Info,
            request.Options,
            resumed?.Last?.Time,
            request.Quiet
        );
        IAsyncEnumerable<VideoFrame> read = IncompleteVideo.InOrder(
            source.ReadFramesAsync(cancellationToken),
            input.Path,
            cancellationToken
        );
        await foreach (
            FrameResult result in recognizer
                .RecognizeFramesAsync(read, options, cancellationToken)
                .WithCancellation(cancellationToken)
                .ConfigureAwait(false)
        )
        {
            (FrameResult frame, bool isNew) = resumed?.Take(result) ?? (result, true);
            builder!.Add(frame);
            changes?.Add(frame);
            film?.Add(frame);
            if (!isNew)
            {
                continue;
            }

            if (writer is null && form != PredictionForm.Text)
            {
                OpenRows(paths, mark);
            }

            if (writer is not null)
            {
                progress.Aside(() => writer.Write(input.Path, frame));
                target?.MarkWhole();
            }

            frames++;
            noFace += frame.Status == FrameStatus.NoFace ? 1 : 0;
            cuts += frame.IsCut ? 1 : 0;
            first ??= frame.Time;
            last = frame.Time;
            progress.Report(frame);
        }

        end = source.End;
        resumed?.EndReplay();
        TellNotes(input, source);
    }

    /// <summary>
    /// Opens the rows with the first new frame: a video that fails earlier leaves an existing file unchanged.
    /// </summary>
    private void OpenRows(VideoPaths paths, UnfinishedMark? mark)
    {
        if (paths.Rows is not { } file)
        {
            writer = standardOutput;
            return;
        }

        mark!.Set();
        film?.Mark();
        bool isEmpty = resumed is not { Length: > 0 };
        target = isEmpty ? OutputTarget.Create(file, form) : resumed!.Open();
        writer = VideoRowWriter.Create(form, target.Writer, rows, resumed?.NewLine ?? "\n");
        if (isEmpty)
        {
            writer.Begin();
        }
    }

    /// <summary>Completes the file of rows; a video without frames gets one without rows.</summary>
    private void Complete(VideoPaths paths, UnfinishedMark? mark)
    {
        if (paths.Rows is not null && target is null && resumed is not { Frames: > 0 })
        {
            OpenRows(paths, mark);
        }

        target?.Commit();
    }

    private (string Status, MienException? Error) StatusOf(InputItem input)
    {
        try
        {
            IncompleteVideo.Check(end, input.Path);
            return (VideoStatus.Ok, null);
        }
        catch (MienException e)
        {
            return (end!.Status == VideoEndStatus.Truncated ? VideoStatus.Truncated : VideoStatus.Damaged, e);
        }
    }

    private MienException? WriteFiles(VideoPaths paths, VideoSummary summary)
    {
        try
        {
            if (paths.Summary is { } file)
            {
                OutputFile.WriteText(
                    file,
                    text =>
                    {
                        if (Path.GetExtension(file).Equals(".json", StringComparison.OrdinalIgnoreCase))
                        {
                            text.Write(summary.ToJson());
                        }
                        else
                        {
                            summary.WriteTable(new CommandConsole(text, text, CommandConsole.WidthWithoutTerminal));
                        }
                    }
                );
            }

            if (paths.Chart is { } chart)
            {
                VideoChart.Write(chart, summary);
            }

            changes?.Finish();

            return null;
        }
        catch (MienException e)
        {
            return e;
        }
    }

    /// <summary>Whether the file of rows reaches the end of the video.</summary>
    private bool ReachesEnd(VideoInfo info)
    {
        // The stated duration may be that of the sound.
        TimeSpan tolerance = TimeSpan.FromSeconds(2) + TimeSpan.FromSeconds(1 / (request.Options.FramesPerSecond ?? 1));
        return resumed!.Last is { } done
            && (VideoProgress.EndOf(info, request.Options) is not { } time || done.Time >= time - tolerance);
    }

    private static bool Missing(string? file) => file is not null && !File.Exists(file);

    private void Tell(InputItem input, IFrameSource source)
    {
        if (request.Quiet)
        {
            return;
        }

        TellNotes(input, source);
        if (resumed is { Last: { } done })
        {
            console.Error.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Resuming {input.Path} after {VideoRowFormat.Seconds(done.Time)} s: {resumed.Frames:N0} "
                        + $"{(resumed.Frames == 1 ? "frame is" : "frames are")} already done."
                )
            );
        }
    }

    /// <summary>Some notes are only known at the end of the video.</summary>
    private void TellNotes(InputItem input, IFrameSource source)
    {
        for (; !request.Quiet && notes < source.Notes.Count; notes++)
        {
            console.Error.WriteLine($"note: {input.Path}: {source.Notes[notes]}");
        }
    }

    /// <summary>The replay's differences from the file; <c>null</c> if there are none.</summary>
    public string? Differences =>
        resumed is { Different: > 0 } differing
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{differing.Different:N0} of the frames that were analysed again differ from those in the file, the "
                    + $"first at {VideoRowFormat.Seconds(differing.FirstDifference)} s. The rows in the file were "
                    + $"kept; tracks and smoothed probabilities may change there"
            )
            : null;
}
