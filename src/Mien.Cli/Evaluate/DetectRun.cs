using System.Globalization;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;

namespace Mien.Cli;

/// <summary>
/// One run of <c>mien evaluate --detect</c>: reads labelled photos, detects and classifies their faces as
/// <c>mien predict</c> does, and writes the results.
/// </summary>
internal sealed class DetectRun(CommandConsole console)
{
    /// <summary>The maximum number of failed photos that are named; further ones are only counted.</summary>
    private const int MaxNamed = DatasetReadReport.MaxMessages;

    public required string Data { get; init; }

    /// <summary>The split to evaluate on; <c>null</c> for all photos.</summary>
    public required DatasetSplit? Split { get; init; }

    /// <summary>Whether the split was given; otherwise it does not apply to data without splits.</summary>
    public required bool IsSplitGiven { get; init; }

    /// <summary>The model and the detection.</summary>
    public required RecognizerOptions Recognizer { get; init; }

    public required DatasetReadOptions Reading { get; init; }

    public string? PredictionsFile { get; init; }

    /// <summary>Whether to escape CSV texts that a spreadsheet would run as formulas.</summary>
    public bool SafeCsv { get; init; }

    /// <summary>The output file of the tables or the JSON; <c>null</c> for standard output.</summary>
    public string? ReportFile { get; init; }

    /// <summary>Whether to write the figures as JSON instead of tables.</summary>
    public bool Json { get; init; }

    /// <summary>The number of photos processed at a time; 0: one per core.</summary>
    public int Threads { get; init; }

    public bool Quiet { get; init; }

    /// <summary>Does the work.</summary>
    /// <returns>The exit code.</returns>
    public int Execute(CancellationToken cancellationToken)
    {
        EvaluateRun.CheckExists(Data);
        using OutputLock alone = OutputLock.Take([ReportFile, PredictionsFile]);
        DetectionReport report = Evaluate(cancellationToken);
        if (ReportFile is null)
        {
            Write(console, report);
        }
        else
        {
            OutputFile.WriteText(
                ReportFile,
                writer => Write(new CommandConsole(writer, console.Error, CommandConsole.WidthWithoutTerminal), report)
            );
        }

        return report.Errors.Count > 0 ? ExitCodes.SomeFailed : ExitCodes.Done;
    }

    private void Write(CommandConsole target, DetectionReport report)
    {
        if (Json)
        {
            target.Out.Write(report.ToJson() + "\n");
        }
        else
        {
            DetectionTables.Write(target, report);
        }
    }

    private DetectionReport Evaluate(CancellationToken cancellationToken)
    {
        // Names and labels are read before the detector is loaded: a mistake in them is reported at once.
        IReadOnlyList<string> names = LabelsOf(Recognizer.Model);
        var read = LabelledPhotos.Read(Data, Reading, new LabelNames(names), cancellationToken);
        EvaluateRun.WriteSkipped(console, read.Report);
        bool all = Split is null || (!read.HasSplits && !IsSplitGiven);
        IReadOnlyList<LabelledPhoto> photos = all ? read.Photos : Of(read, Split!.Value);
        string[] paths = [.. photos.Select(p => p.Path).Distinct()];
        using FaceExpressionRecognizer recognizer = Open(paths.Length);
        Dictionary<string, RecognitionResult> results = Recognize(recognizer, paths, cancellationToken);
        PhotoPrediction[] predictions = [.. photos.Select(p => new PhotoPrediction(p, results[p.Path]))];
        PhotoErrorJson[] errors =
        [
            .. paths
                .Select(p => (Path: p, results[p].Error))
                .Where(r => r.Error is not null)
                .Select(r => new PhotoErrorJson(r.Path, r.Error!.Code, r.Error.Message)),
        ];
        WriteFailed(errors);
        if (PredictionsFile is { } file)
        {
            DetectionPredictionFile.Write(file, predictions, names, SafeCsv);
        }

        return new DetectionReport
        {
            Model = recognizer.Contract.Name,
            Data = read.Name,
            Split = all ? EvaluateRun.AllSplits : Split!.Value.ToString(),
            Head = recognizer.Contract.SelectHead(Recognizer.Head).Name,
            Detector = recognizer.Options.Detector,
            Detection = recognizer.Options.Detection,
            Result = DetectionResult.Compute(predictions, recognizer.Contract),
            Photos = paths.Length,
            SkippedRows = read.Report.SkippedRows,
            Errors = errors,
        };
    }

    private IReadOnlyList<LabelledPhoto> Of(LabelledPhotos read, DatasetSplit split)
    {
        if (!read.HasSplits)
        {
            throw new UsageException(
                $"{Data}: the photos have no splits, so --split {split} selects none of them. Leave out --split, or "
                    + $"sort the photos into folders split/class."
            );
        }

        IReadOnlyList<LabelledPhoto> photos = read.Of(split);
        return photos.Count > 0
            ? photos
            : throw EvaluateRun.NoSuchSplit(Data, split, read.Photos.Select(p => p.Split!.Value));
    }

    /// <summary>The labels of a model, which the photos need to have.</summary>
    private static IReadOnlyList<string> LabelsOf(string model)
    {
        using var classifier = ExpressionClassifier.Load(model);
        return DetectionResult.NamesOf(classifier.Contract);
    }

    /// <summary>A single photo gets all threads; otherwise each photo gets one.</summary>
    private FaceExpressionRecognizer Open(int photos) =>
        FaceExpressionRecognizer.Create(
            Recognizer with
            {
                Inference = Recognizer.Inference with { Threads = photos == 1 ? Threads : 1 },
            }
        );

    private Dictionary<string, RecognitionResult> Recognize(
        FaceExpressionRecognizer recognizer,
        string[] paths,
        CancellationToken cancellationToken
    )
    {
        // Small images go through face detection too: this is what is measured.
        var options = new RecognitionOptions { IsFaceCrop = false };
        var pipeline = new PredictionPipeline(
            input => recognizer.Recognize(input.Path, options, cancellationToken),
            Threads > 0 ? Threads : Environment.ProcessorCount
        );
        var results = new Dictionary<string, RecognitionResult>(paths.Length);
        int failed = 0;
        using var progress = WorkProgress.Start(
            $"Evaluating {recognizer.Contract.Name}",
            paths.Length,
            new WorkProgressOptions
            {
                Console = console,
                Unit = "photos",
                Quiet = Quiet,
            }
        );
        foreach (ImageOutcome outcome in pipeline.Run(paths.Select(p => new InputItem(p, p)), cancellationToken))
        {
            results.Add(outcome.Input.Path, outcome.Result);
            failed += outcome.Result.Error is null ? 0 : 1;
            progress.Report(
                results.Count,
                failed == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{failed:N0} failed")
            );
        }

        return results;
    }

    private void WriteFailed(PhotoErrorJson[] errors)
    {
        foreach (PhotoErrorJson error in errors.Take(MaxNamed))
        {
            console.Error.WriteLine($"failed: {error.Message}");
        }

        if (errors.Length > 0)
        {
            console.Error.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{errors.Length:N0} {(errors.Length == 1 ? "photo" : "photos")} could not be processed and "
                        + $"{(errors.Length == 1 ? "is" : "are")} not in the figures."
                )
            );
        }
    }
}
