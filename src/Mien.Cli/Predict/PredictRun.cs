using System.Diagnostics;
using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>One run of <c>mien predict</c>: reads the images, writes the results and a summary.</summary>
internal sealed class PredictRun(CommandConsole console, PredictRequest request, CancellationToken cancellationToken)
{
    /// <summary>The maximum number of images shown with bars; with more, each face gets one line.</summary>
    public const int MaxBars = 20;

    /// <summary>The maximum number of images without a progress bar.</summary>
    private const int MaxWithoutProgress = 3;

    private readonly PredictionCounts counts = new();
    private readonly long start = Stopwatch.GetTimestamp();
    private FaceExpressionRecognizer recognizer = null!;
    private ResultFiles files = null!;
    private IEarlierResults? resumed;
    private ParquetParts? parts;
    private bool complete;

    /// <summary>Whether the output file is where it belongs.</summary>
    private bool written;

    /// <summary>Whether the output could not be written.</summary>
    private bool broken;

    /// <summary>Does the work.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">The arguments cannot be used; nothing was done.</exception>
    /// <exception cref="OperationCanceledException">The run was interrupted; finished results are written.</exception>
    public int Execute()
    {
        if (request.OutputFile is not null)
        {
            OutputTarget.Check(
                request.OutputFile,
                request.Images.Select(i => PhotoList.Is(i) ? i[1..] : i),
                InputKind.Image
            );
        }

        IEnumerable<string> written = new[] { request.AnnotateFolder, request.CropsFolder, request.ExplainFolder }
            .Where(f => !string.IsNullOrWhiteSpace(f))
            .Select(f => Path.TrimEndingDirectorySeparator(Path.GetFullPath(f!)));
        using var sources = new PredictInputs(request, written);
        files = new ResultFiles(request, [.. sources.Folders]);
        var names = new OutputNames(request.Quiet ? null : console, request.Shard);
        IEnumerable<InputItem> inputs = files.Any ? sources.Enumerate().Select(names.Unique) : sources.Enumerate();

        // Take a few inputs first: a single image gets all threads, and few images get bars.
        using IEnumerator<InputItem> all = inputs.GetEnumerator();
        // A shard gets no bars: to find that many images of one of many shards takes long.
        bool isShard = request.Shard is not null;
        List<InputItem> first = Take(all, isShard ? MaxWithoutProgress + 1 : MaxBars + 1);
        int threads = request.Threads > 0 ? request.Threads : Environment.ProcessorCount;
        bool single = first.Count == 1;
        using OutputLock alone = files.Lock(request.OutputFile);
        using (recognizer = Open(single ? request.Threads : 1))
        {
            alone.Keep(files.Folders);
            IEnumerable<InputItem> rest = first.Concat(Rest(all));
            string? head = recognizer.Contract.SelectHead(request.Recognizer.Head).Name;
            IEnumerable<string> given = sources.Enumerate().Select(i => i.Path);
            if (request.ParquetFolder is not null)
            {
                var origin = PartOrigin.Of(request.Recognizer.Model, recognizer.Contract, head);
                parts = ParquetParts.Open(request, origin, given);
            }

            if (request.Resume)
            {
                resumed =
                    (IEarlierResults?)parts?.Resumed
                    ?? ResumePoint.Read(request.OutputFile!, request.Form, recognizer.Contract, head, given);
                rest = rest.Where(i => !resumed.Claim(i.Path));
                if (!request.Quiet && resumed.Images + resumed.Retried > 0)
                {
                    string again = string.Create(
                        CultureInfo.InvariantCulture,
                        $" {resumed.Retried:N0} failed {(resumed.Retried == 1 ? "one is" : "ones are")} tried again."
                    );
                    console.Error.WriteLine(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"Resuming {ResumedOutput}: {resumed.Images:N0} "
                                + $"{(resumed.Images == 1 ? "image is" : "images are")} already done."
                                + $"{(resumed.Retried > 0 ? again : "")}"
                        )
                    );
                }
            }

            bool brief = request.Brief || isShard || first.Count > MaxBars;
            bool showProgress = !request.Quiet && first.Count > MaxWithoutProgress;
            using WorkProgress progress = WorkProgress.Start(
                request.Shard is { } shown ? $"Predicting shard {shown}" : "Predicting",
                sources.MustBeCounted ? 0 : request.Images.Count,
                new WorkProgressOptions
                {
                    Console = console,
                    Unit = "images",
                    Quiet = !showProgress,
                    AlreadyDone = resumed?.Images ?? 0,
                }
            );
            using var counting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (showProgress && sources.MustBeCounted)
            {
                // Count the images of folders, lists and shards during the work; until then the progress has no total.
                _ = Task.Run(
                    () =>
                        progress.Total = sources
                            .Enumerate()
                            .TakeWhile(_ => !counting.IsCancellationRequested)
                            .LongCount(),
                    counting.Token
                );
            }

            try
            {
                Work(
                    new PredictionPipeline(Recognize, single ? 1 : threads).Run(rest, cancellationToken),
                    progress,
                    brief,
                    alone
                );
            }
            finally
            {
                counting.Cancel();
                progress.Dispose();
                Summarize(names.Numbered);
            }
        }

        return counts.Failed > 0 || resumed is { Errors: > 0 } ? ExitCodes.SomeFailed : ExitCodes.Done;
    }

    private static List<InputItem> Take(IEnumerator<InputItem> inputs, int max)
    {
        var taken = new List<InputItem>();
        while (taken.Count < max && inputs.MoveNext())
        {
            taken.Add(inputs.Current);
        }

        return taken;
    }

    private static IEnumerable<InputItem> Rest(IEnumerator<InputItem> inputs)
    {
        while (inputs.MoveNext())
        {
            yield return inputs.Current;
        }
    }

    private FaceExpressionRecognizer Open(int threads)
    {
        RecognizerOptions options = request.Recognizer with
        {
            Inference = request.Recognizer.Inference with { Threads = threads },
        };
        return ModelArguments.Open(() => FaceExpressionRecognizer.Create(options));
    }

    private void Work(IEnumerable<ImageOutcome> outcomes, WorkProgress progress, bool brief, OutputLock alone)
    {
        OutputTarget? target = null;
        PredictionWriter? writer = null;
        if (request.OutputFile is null && !request.OnlyParquet)
        {
            writer = CreateWriter(console, brief);
            writer.Begin();
        }

        try
        {
            foreach (ImageOutcome outcome in outcomes)
            {
                // Opened with the first result, so that a run that fails earlier leaves an existing file unchanged.
                writer ??= request.OnlyParquet ? null : OpenWriter();
                progress.Aside(() =>
                {
                    writer?.Write(outcome.Result);
                    writer?.Flush();
                });
                target?.MarkWhole();
                parts?.Add(outcome.Result);
                counts.Add(outcome.Result);
                progress.Report((resumed?.Images ?? 0) + counts.Images, counts.Short);
                if (request.FailFast && outcome.Result.Error is not null)
                {
                    console.Error.WriteLine($"Stopped at the first failed image, {outcome.Input.Path} (--fail-fast).");
                    return;
                }
            }

            // Of a shard without images too, so that every shard has a file.
            if (writer is null && !request.OnlyParquet && request.Shard is not null && Earlier is not { Length: > 0 })
            {
                writer = OpenWriter();
            }

            complete = true;
        }
        finally
        {
            try
            {
                parts?.Complete(isComplete: complete);
            }
            finally
            {
                Complete(target, writer);
            }
        }

        PredictionWriter OpenWriter()
        {
            target = OpenTarget();
            if (alone.MadeFolders is [.., var made])
            {
                console.Error.WriteLine($"note: made the folder {made}");
            }

            PredictionWriter opened = CreateWriter(
                new CommandConsole(target.Writer, console.Error, CommandConsole.WidthWithoutTerminal),
                brief
            );
            if (Earlier is not { Length: > 0 })
            {
                opened.Begin();
            }

            return opened;
        }
    }

    /// <summary>
    /// Completes the output also after an interruption, so that the finished results are in a valid file.
    /// </summary>
    private void Complete(OutputTarget? target, PredictionWriter? writer)
    {
        using (target)
        {
            broken = target is { IsBroken: true };
            if (!broken)
            {
                broken = target is not null;
                writer?.End();
                writer?.Flush();
                target?.Commit();
                broken = false;
                written = target is not null;
            }
        }
    }

    /// <summary>Whether an output that could not be written to its end holds results.</summary>
    private bool HoldsSome => broken && request.Form.IsLines() && (counts.Images > 0 || resumed is { Images: > 0 });

    /// <summary>The output file that is resumed; <c>null</c> if none is.</summary>
    private ResumePoint? Earlier => resumed as ResumePoint;

    private string? ResumedOutput => parts is null ? request.OutputFile : request.ParquetFolder;

    /// <summary>The output in messages; standard output has no name.</summary>
    private string? Target => request.OutputFile ?? (request.OnlyParquet ? request.ParquetFolder : null);

    private OutputTarget OpenTarget() => Earlier is { } file ? file.Open(CreateTarget) : CreateTarget();

    private OutputTarget CreateTarget() => OutputTarget.Create(request.OutputFile!, request.Form);

    private string NewLine => Earlier?.NewLine ?? "\n";

    private PredictionWriter CreateWriter(CommandConsole target, bool brief) =>
        request.Form switch
        {
            PredictionForm.Json => new JsonPredictionWriter(target.Out, recognizer.Contract.Name),
            PredictionForm.JsonLines => new JsonLinesPredictionWriter(target.Out, recognizer.Contract.Name, NewLine),
            PredictionForm.Csv => new CsvPredictionWriter(target.Out, recognizer.Contract, request.SafeCsv, NewLine),
            _ => new TextPredictionWriter(target, recognizer.Contract, brief),
        };

    /// <summary>Processes one image and writes its output files. Called from several threads.</summary>
    private RecognitionResult Recognize(InputItem input)
    {
        RecognitionResult result;
        AnnotatedPhoto? marked;
        if (input.IsStandardInput)
        {
            try
            {
                byte[] data = ReadStandardInput(request.Recognizer.Limits.MaxBytes);
                (result, marked) = files.Annotates
                    ? recognizer.RecognizeAndAnnotate(data, input.Path, request.Options)
                    : (recognizer.Recognize(data, input.Path, request.Options), null);
            }
            catch (MienException e) when (e.Message.StartsWith("-: ", StringComparison.Ordinal))
            {
                throw new MienException(e.Kind, e.Code, $"standard input{e.Message[1..]}", e);
            }
        }
        else
        {
            (result, marked) = files.Annotates
                ? recognizer.RecognizeAndAnnotate(input.Path, request.Options)
                : (recognizer.Recognize(input.Path, request.Options), null);
        }

        files.Write(input, marked, result);
        return result;
    }

    private static byte[] ReadStandardInput(long maxBytes)
    {
        using Stream input = System.Console.OpenStandardInput();
        using var content = new MemoryStream();
        byte[] chunk = new byte[81920];
        int count;

        // The input may be endless. One chunk above the limit is enough to report that it is too large.
        while (content.Length <= maxBytes && (count = input.Read(chunk)) > 0)
        {
            content.Write(chunk, 0, count);
        }

        return content.ToArray();
    }

    private void Summarize(int numbered)
    {
        if (!request.Quiet && complete && request.Shard is { } shard && counts.Images == 0 && resumed is null)
        {
            console.Error.WriteLine($"note: none of the images belongs to shard {shard}.");
        }

        if (request.Quiet || (counts.Images == 0 && resumed is null))
        {
            return;
        }

        if (counts.Images != 1 || counts.Failed > 0 || Target is not null)
        {
            foreach (
                string line in counts.Lines(
                    Stopwatch.GetElapsedTime(start),
                    request.Options.IsFaceCrop == true,
                    request.Form == PredictionForm.Text && !request.OnlyParquet ? null : Target ?? "the output"
                )
            )
            {
                console.Error.WriteLine(line);
            }
        }

        if (numbered > 0)
        {
            console.Error.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"note: {numbered:N0} {(numbered == 1 ? "image" : "images")} had the same name as another one; "
                        + $"{(numbered == 1 ? "its" : "their")} output files have a number."
                )
            );
        }

        if (complete && resumed is { Unclaimed: > 0 })
        {
            console.Error.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"note: {ResumedOutput} also has results of {resumed.Unclaimed:N0} "
                        + $"{(resumed.Unclaimed == 1 ? "image" : "images")} not given in this run."
                        + $"{(resumed.Errors > 0 ? $" {resumed.Errors:N0} failed." : "")}"
                )
            );
        }

        if (counts.Images > 0 && parts?.Summary(complete) is { } summary)
        {
            console.Error.WriteLine(summary);
        }

        if (request.OutputFile is { } file && (written ? counts.Images > 0 : HoldsSome))
        {
            string goOn = !complete && request.Form.IsLines() ? " Continue with the same command and --resume." : "";
            console.Error.WriteLine(
                written
                    ? $"Written to {file} ({request.Form.Name()}).{goOn}"
                    : $"{file} contains the results from before its disk was full or unavailable.{goOn}"
            );
        }
    }
}
