using System.Globalization;
using Mien.CommandLine;
using Mien.Video;

namespace Mien.Cli;

/// <summary>One run of <c>mien video</c>: analyses the videos one after another.</summary>
internal sealed class VideoRun(CommandConsole console, VideoRequest request, CancellationToken cancellationToken)
{
    private readonly Dictionary<string, int> states = new(StringComparer.Ordinal);
    private int finishedBefore;

    /// <summary>Does the work.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">The arguments cannot be used; nothing was done.</exception>
    /// <exception cref="OperationCanceledException">The run was interrupted; the rows of whole frames are
    /// written.</exception>
    public async Task<int> ExecuteAsync()
    {
        var sources = new InputSources(
            InputKind.Video,
            request.Videos,
            new[] { request.Frames, request.Annotate }
                .Where(f => !string.IsNullOrWhiteSpace(f))
                .Select(f => Path.TrimEndingDirectorySeparator(Path.GetFullPath(f!)))
        );
        bool several = sources.HasFolders || request.Videos.Count > 1;
        var outputs = new VideoOutputs(request, several, sources.Folders);
        var names = new OutputNames(request.Quiet ? null : console);
        List<InputItem> inputs = request.Camera is { } camera
            ? [new InputItem(camera, "camera")]
            : [.. sources.Enumerate().Select(names.Unique)];
        var guard = new VideoGuard(request.Camera is null ? inputs.Select(i => i.Path) : []);
        List<VideoPaths> files = [.. inputs.Select(outputs.Of)];
        files.ForEach(guard.Check);
        if (request.Annotate is not null)
        {
            await FilmOutput.CheckAsync(request.Options, cancellationToken).ConfigureAwait(false);
        }

        using OutputLock alone = outputs.Lock();
        using VideoRecognizer recognizer = ModelArguments.Open(() => VideoRecognizer.Create(request.Recognizer));
        alone.Keep(outputs.Folders);
        var rows = new VideoRowOptions(
            recognizer.Contract,
            recognizer.Contract.SelectHead(request.Recognizer.Head).Name,
            request.Derived,
            request.SafeCsv
        );
        VideoRowWriter? standardOutput =
            outputs.Form != PredictionForm.Text && request.Output is null
                ? VideoRowWriter.Create(outputs.Form, console.Out, rows)
                : null;
        standardOutput?.Begin();
        for (int i = 0; i < inputs.Count; i++)
        {
            string number = string.Create(CultureInfo.InvariantCulture, $" ({i + 1} of {inputs.Count})");
            VideoPaths paths = files[i];
            var pass = new VideoPass(console, request, recognizer, rows, outputs.Form, standardOutput, guard);
            VideoOutcome outcome = await pass.RunAsync(
                    inputs[i],
                    paths,
                    Path.GetFileName(inputs[i].Path) + (several ? number : ""),
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (
                !several
                && outcome is { Error: { } error, Status: VideoStatus.Error }
                && (error is UsageException || outcome.AllFrames == 0)
            )
            {
                throw error;
            }

            if (pass.Differences is { } differences)
            {
                console.Error.WriteLine($"note: {paths.Rows}: {differences}.");
            }

            Tell(inputs[i], paths, outcome, alone);
            FilmText.Tell(console, request, inputs[i], outcome);
            if (outcome.Status == VideoStatus.Interrupted)
            {
                TellHowToGoOn(inputs[i], paths, outcome, inputs.Count - i - 1);
                throw new OperationCanceledException(cancellationToken);
            }

            if (outcome.IsBroken || outcome.Error is { Code: "noFfmpeg" })
            {
                // The other videos would fail for the same reason.
                throw outcome.Error!;
            }
        }

        if (several && !request.Quiet)
        {
            Summarize(inputs.Count);
        }

        return states.Keys.All(s => s == VideoStatus.Ok) ? ExitCodes.Done : ExitCodes.SomeFailed;
    }

    private void Tell(InputItem input, VideoPaths paths, VideoOutcome outcome, OutputLock alone)
    {
        states[outcome.Status] = states.GetValueOrDefault(outcome.Status) + 1;
        if (outcome.Error is { } error && !outcome.IsBroken && error.Code != "noFfmpeg")
        {
            console.Error.WriteLine($"error: {error.Message}");
        }

        if (outcome.WasFinished)
        {
            finishedBefore += outcome.Status == VideoStatus.Ok ? 1 : 0;
            if (!request.Quiet)
            {
                console.Error.WriteLine($"{input.Path}: is already finished in {paths.Rows}.");
            }

            return;
        }

        if (outcome.Summary is { } summary)
        {
            WriteTable(summary);
        }

        if (
            outcome is { AllFrames: 0, Error: null, Status: VideoStatus.Ok }
            && (request.Options.Start is not null || request.Options.End is not null)
        )
        {
            console.Error.WriteLine($"note: {input.Path}: no frame lies between --start and --end.");
        }

        if (request.Quiet || outcome.AllFrames == 0)
        {
            return;
        }

        console.Error.WriteLine($"{input.Path}: {Counts(outcome)}.");
        if (alone.MadeFolders is [.., var made] && states.Values.Sum() == 1)
        {
            console.Error.WriteLine($"note: made the folder {made}");
        }

        if (outcome.IsBroken)
        {
            console.Error.WriteLine(
                $"{paths.Rows} contains the results from before its disk was full or unavailable. Continue with the "
                    + "same command and --resume."
            );
        }

        foreach (
            string file in new[] { outcome.IsBroken ? null : paths.Rows, paths.Summary, paths.Chart, paths.Frames }
                .OfType<string>()
                .Where(f => File.Exists(f) || (Directory.Exists(f) && Directory.EnumerateFileSystemEntries(f).Any()))
        )
        {
            console.Error.WriteLine($"Written to {file}.");
        }
    }

    /// <summary>
    /// The table is the result if no rows are written; with rows it is for people, who see it on the terminal.
    /// </summary>
    private void WriteTable(VideoSummary summary)
    {
        bool hasRows = request.Output is not null || request.Form != PredictionForm.Text;
        bool hasFiles = (request.Summary ?? request.Chart ?? request.Frames ?? request.Annotate) is not null;
        if (!hasRows)
        {
            if (request.Quiet && hasFiles)
            {
                return;
            }

            if (states.Values.Sum() > 1)
            {
                console.Out.WriteLine();
            }

            summary.WriteTable(console);
        }
        else if (console.ErrorIsTerminal && !request.Quiet)
        {
            summary.WriteTable(new CommandConsole(console.Error, console.Error, console.Width));
        }
    }

    private string Counts(VideoOutcome outcome)
    {
        var parts = new List<string> { Count(outcome.Frames, "frame") };
        if (outcome.NoFace > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{outcome.NoFace:N0} without a face"));
        }

        if (outcome.Cuts > 0)
        {
            parts.Add(Count(outcome.Cuts, "cut"));
        }

        double rate = outcome.Analysed / outcome.Elapsed;
        return $"{string.Join(", ", parts)}; {DurationText.Of(outcome.Analysed)} of video in "
            + DurationText.Of(outcome.Elapsed)
            + string.Create(CultureInfo.InvariantCulture, $" ({rate:0.0} {(console.Unicode ? "×" : "x")} real time)");
    }

    private void TellHowToGoOn(InputItem input, VideoPaths paths, VideoOutcome outcome, int left)
    {
        string at =
            outcome.Film is { IsInterrupted: true } ? " while the film was drawn"
            : outcome.LastTime is { } time ? $" after {VideoRowFormat.Seconds(time)} s"
            : " before the first frame";
        string rest = left == 0 ? "" : $", {Count(left, "video")} not begun";
        console.Error.WriteLine($"{input.Path}: interrupted{at}{rest}.");
        if (paths.Rows is { } file && request.Camera is null)
        {
            console.Error.WriteLine(
                outcome.Film is { IsInterrupted: true } ? $"{file} is complete. Make the film with:"
                : outcome.AllFrames > 0 ? $"{file} holds whole frames. Continue with:"
                : "Continue with:"
            );
            console.Error.WriteLine($"  {request.ResumeCommand}");
        }
    }

    private void Summarize(int videos)
    {
        IEnumerable<string> counts = states
            .Select(s => (s.Key, Count: s.Key == VideoStatus.Ok ? s.Value - finishedBefore : s.Value))
            .Where(s => s.Count > 0)
            .Select(s =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{s.Count:N0} {(s.Key == VideoStatus.Error ? "failed" : s.Key)}"
                )
            );
        string[] before = finishedBefore == 0 ? [] : [$"{finishedBefore:N0} finished before"];
        console.Error.WriteLine($"{Count(videos, "video")}: {string.Join(", ", counts.Concat(before))}.");
    }

    private static string Count(long count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");
}
