using System.Globalization;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;

namespace Mien.Cli;

/// <summary>One run of <c>mien evaluate</c>: reads the data, runs one or two models and writes the results.</summary>
internal sealed class EvaluateRun(CommandConsole console)
{
    /// <summary>The value of <c>--split</c> for the images of all splits.</summary>
    public const string AllSplits = "all";

    /// <summary>A built-in model's name or an ONNX file.</summary>
    public required string Model { get; init; }

    public required string Data { get; init; }

    /// <summary>The split to evaluate on; <c>null</c> for all images.</summary>
    public required DatasetSplit? Split { get; init; }

    public required TestTimeAugmentation Tta { get; init; }

    /// <summary>The model or predictions file to compare with; <c>null</c> for none.</summary>
    public string? Other { get; init; }

    /// <summary>Whether to evaluate on corrupted images too.</summary>
    public bool MeasureRobustness { get; init; }

    public string? PredictionsFile { get; init; }

    /// <summary>Whether to escape CSV texts that a spreadsheet would run as formulas.</summary>
    public bool SafeCsv { get; init; }

    public string? HtmlFile { get; init; }

    /// <summary>The output file of the tables or the JSON; <c>null</c> for standard output.</summary>
    public string? ReportFile { get; init; }

    /// <summary>Whether to write the metrics as JSON instead of tables.</summary>
    public bool Json { get; init; }

    public required DatasetReadOptions Reading { get; init; }

    public int Threads { get; init; }

    public InferenceDevice Device { get; init; }

    public bool Quiet { get; init; }

    /// <summary>Does the work.</summary>
    /// <returns>The exit code.</returns>
    public int Execute(CancellationToken cancellationToken)
    {
        CheckExists(Data);
        using OutputLock alone = OutputLock.Take([ReportFile, PredictionsFile, HtmlFile]);
        EvaluationReport report = Evaluate(cancellationToken);
        if (ReportFile is null)
        {
            Write(console, report);
            return ExitCodes.Done;
        }

        OutputFile.WriteText(
            ReportFile,
            writer => Write(new CommandConsole(writer, console.Error, CommandConsole.WidthWithoutTerminal), report)
        );
        return ExitCodes.Done;
    }

    /// <summary>Rejects a path of data that does not exist.</summary>
    public static void CheckExists(string data)
    {
        if (!Path.Exists(data))
        {
            throw new UsageException($"{data}: there is no such file or folder. Check the path of the data.");
        }
    }

    /// <summary>Names and counts the bad rows that were skipped.</summary>
    public static void WriteSkipped(CommandConsole console, DatasetReadReport report)
    {
        if (report.SkippedRows is not (> 0 and int skipped))
        {
            return;
        }

        foreach (string message in report.Messages)
        {
            console.Error.WriteLine($"skipped: {message}");
        }

        console.Error.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{skipped:N0} bad {(skipped == 1 ? "row was" : "rows were")} skipped."
            )
        );
    }

    /// <summary>The error for a split without images; it lists the splits that have some.</summary>
    public static UsageException NoSuchSplit(string data, DatasetSplit split, IEnumerable<DatasetSplit> splits)
    {
        string there = string.Join(
            ", ",
            splits
                .CountBy(s => s)
                .OrderBy(s => s.Key)
                .Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key} {s.Value:N0}"))
        );
        return new UsageException(
            $"{data}: no image belongs to the split {split}; the data "
                + $"has {(there.Length == 0 ? "no images at all" : there)}. Choose another split with --split."
        );
    }

    private void Write(CommandConsole target, EvaluationReport report)
    {
        if (Json)
        {
            target.Out.Write(report.ToJson() + "\n");
        }
        else
        {
            EvaluationTables.Write(target, report);
        }
    }

    private EvaluationReport Evaluate(CancellationToken cancellationToken)
    {
        // Load the models first, so that a wrong name is reported before a large file is read.
        using ExpressionClassifier classifier = Load(Model);
        bool otherIsFile = Other is not null && PredictionFile.Is(Other);
        using ExpressionClassifier? otherClassifier = Other is null || otherIsFile ? null : Load(Other);
        (FaceDataset images, int[]? duplicates) = ReadData(cancellationToken);

        Predictions predictions = Predict(classifier, images, cancellationToken);
        if (PredictionsFile is { } file)
        {
            PredictionFile.Write(file, predictions, SafeCsv);
        }

        McNemarResult? comparison = null;
        if (Other is not null)
        {
            Predictions other = otherClassifier is null
                ? PredictionFile.Read(Other)
                : Predict(otherClassifier, images, cancellationToken);
            comparison =
                predictions.Name == other.Name
                    ? McNemar.Compare(Named(predictions, Model), Named(other, Other))
                    : McNemar.Compare(predictions, other);
        }

        var report = new EvaluationReport
        {
            Model = classifier.Contract.Name,
            Data = images.Name,
            Split = Split?.ToString() ?? AllSplits,
            TestTimeAugmentation = Tta,
            Temperature = classifier.Contract.Temperature,
            Result = Metrics.Compute(predictions, duplicates),
            Certain = RiskCoverage.At(
                predictions,
                classifier.Contract.UncertainBelow ?? ModelContract.DefaultUncertainBelow
            ),
            Robustness = MeasureRobustness ? Robust(classifier, images, cancellationToken) : null,
            Comparison = comparison,
        };
        if (HtmlFile is { } page)
        {
            HtmlReport.Write(page, report, predictions, images);
        }

        return report;
    }

    private ExpressionClassifier Load(string model) =>
        ExpressionClassifier.Load(model, new ClassifierOptions { Threads = Threads, Device = Device });

    /// <summary>
    /// Reads the images to evaluate on, and the indices of those that are exact duplicates of training images;
    /// <c>null</c> if the data has no training images, or if they are evaluated themselves.
    /// </summary>
    private (FaceDataset Images, int[]? Duplicates) ReadData(CancellationToken cancellationToken)
    {
        DatasetReadResult read;
        using (WorkProgress progress = Start("Reading", 100, null))
        {
            read = DatasetReader.ReadWithReport(
                Data,
                Reading with
                {
                    Progress = new ImmediateProgress<double>(share => progress.Report((long)(share * 100))),
                },
                cancellationToken
            );
        }

        WriteSkipped(console, read.Report);
        FaceDataset all = read.Dataset;
        if (Split is not { } split)
        {
            return (all, null);
        }

        int[] indices = all.IndicesOf(split);
        if (indices.Length == 0)
        {
            throw NoSuchSplit(Data, split, all.Splits);
        }

        if (split == DatasetSplit.Training || !all.Splits.Contains(DatasetSplit.Training))
        {
            return (all.Select(indices), null);
        }

        return (all.Select(indices), TrainingDuplicates.Of(all, split));
    }

    private Predictions Predict(
        ExpressionClassifier classifier,
        FaceDataset images,
        CancellationToken cancellationToken
    )
    {
        using WorkProgress progress = Start($"Evaluating {classifier.Contract.Name}", images.Count, "images");
        return new ModelEvaluator(classifier, new ModelEvaluationOptions { TestTimeAugmentation = Tta }).Predict(
            images,
            new ImmediateProgress<int>(done => progress.Report(done)),
            cancellationToken
        );
    }

    private IReadOnlyList<RobustnessCurve> Robust(
        ExpressionClassifier classifier,
        FaceDataset images,
        CancellationToken cancellationToken
    )
    {
        using WorkProgress progress = Start("Corrupted images", (long)Robustness.Passes * images.Count, "images");
        var evaluator = new ModelEvaluator(classifier, new ModelEvaluationOptions { TestTimeAugmentation = Tta });
        return Robustness.Measure(
            evaluator,
            images,
            new ImmediateProgress<int>(done => progress.Report(done)),
            cancellationToken
        );
    }

    private WorkProgress Start(string title, long total, string? unit) =>
        WorkProgress.Start(
            title,
            total,
            new WorkProgressOptions
            {
                Console = console,
                Unit = unit ?? "",
                ShowCounts = unit is not null,
                Quiet = Quiet,
            }
        );

    private static Predictions Named(Predictions predictions, string name) =>
        new(name, predictions.Probabilities, predictions.Labels, [.. predictions.Sources]);
}
