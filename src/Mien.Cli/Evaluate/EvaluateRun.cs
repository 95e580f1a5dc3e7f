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

    /// <summary>The file of FER+ votes; <c>null</c> for none.</summary>
    public string? VotesFile { get; init; }

    /// <summary>The labels that the figures refer to; those of FER+ need <see cref="VotesFile"/>.</summary>
    public LabelSetKind LabelSet { get; init; }

    public VoteRule VoteRule { get; init; }

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
        (FaceDataset all, int[]? duplicates, FerPlusLabels? votes) = ReadData(cancellationToken);
        ModelContract contract = classifier.Contract;
        string? head = HeadOf(contract);
        IReadOnlyList<Predictions> byHead = PredictHeads(classifier, all, cancellationToken);
        Predictions predictions = byHead[head is null ? 0 : contract.HeadNames.ToList().IndexOf(head)];
        FaceDataset images = all;
        if (LabelSet == LabelSetKind.FerPlus && votes is not null)
        {
            predictions = HeadResult.Voted(predictions, votes);
            images = all.Select(votes.Indices).WithLabels(votes.Labels);
            duplicates = duplicates is null ? null : Positions(duplicates, votes.Indices);
        }

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

        HeadSelection selected = contract.SelectHead(head);
        var report = new EvaluationReport
        {
            Model = contract.Name,
            Data = images.Name,
            Split = Split?.ToString() ?? AllSplits,
            LabelSet = LabelSet,
            VoteRule = LabelSet == LabelSetKind.FerPlus ? VoteRule : null,
            Head = selected.Name,
            Heads =
                contract.Heads is null && votes is null
                    ? null
                    : [.. byHead.SelectMany((p, i) => HeadResult.Of(NameOf(contract, i), p, votes))],
            TestTimeAugmentation = Tta,
            Temperature = selected.Temperature,
            Result = Metrics.Compute(predictions, duplicates),
            Certain = RiskCoverage.At(predictions, selected.UncertainBelow),
            Robustness = MeasureRobustness ? Robust(classifier, images, cancellationToken) : null,
            Comparison = comparison,
        };
        if (HtmlFile is { } page)
        {
            HtmlReport.Write(page, report, predictions, images);
        }

        return report;
    }

    /// <summary>
    /// The head that belongs to the label set: the one of its name, otherwise the default of the model; <c>null</c> for
    /// a model with one head.
    /// </summary>
    private string? HeadOf(ModelContract contract)
    {
        string name = LabelSetNames.Of(LabelSet);
        return contract.HeadNames.Contains(name) ? name : contract.SelectHead().Name;
    }

    private static string? NameOf(ModelContract contract, int head) =>
        contract.Heads is null ? null : contract.HeadNames[head];

    /// <summary>The positions within <paramref name="kept"/> of those of some indices that are in it.</summary>
    private static int[] Positions(int[] indices, int[] kept) =>
        [.. indices.Select(i => Array.BinarySearch(kept, i)).Where(position => position >= 0)];

    private ExpressionClassifier Load(string model) =>
        ExpressionClassifier.Load(model, new ClassifierOptions { Threads = Threads, Device = Device });

    /// <summary>
    /// Reads the images to evaluate on, the indices of those that are exact duplicates of training images (<c>null</c>
    /// if the data has no training images, or if they are evaluated themselves), and their labels by FER+ votes if
    /// there are votes.
    /// </summary>
    private (FaceDataset Images, int[]? Duplicates, FerPlusLabels? Votes) ReadData(CancellationToken cancellationToken)
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
        // Votes are joined row by row, so before a split is selected.
        FaceDataset all = VotesFile is null
            ? read.Dataset
            : FerPlusVotes.Read(VotesFile, cancellationToken).Join(read.Dataset).Dataset;
        if (Split is not { } split)
        {
            return (all, null, LabelsOf(all));
        }

        int[] indices = all.IndicesOf(split);
        if (indices.Length == 0)
        {
            throw NoSuchSplit(Data, split, all.Splits);
        }

        FaceDataset images = all.Select(indices);
        bool isChecked = split != DatasetSplit.Training && all.Splits.Contains(DatasetSplit.Training);
        return (images, isChecked ? TrainingDuplicates.Of(all, split) : null, LabelsOf(images));
    }

    private FerPlusLabels? LabelsOf(FaceDataset images) =>
        VotesFile is null ? null : FerPlusLabels.Of(images, VoteRule);

    private IReadOnlyList<Predictions> PredictHeads(
        ExpressionClassifier classifier,
        FaceDataset images,
        CancellationToken cancellationToken
    )
    {
        using WorkProgress progress = Start($"Evaluating {classifier.Contract.Name}", images.Count, "images");
        return Evaluator(classifier)
            .PredictHeads(images, new ImmediateProgress<int>(done => progress.Report(done)), cancellationToken);
    }

    private ModelEvaluator Evaluator(ExpressionClassifier classifier) =>
        new(classifier, new ModelEvaluationOptions { TestTimeAugmentation = Tta, Head = HeadOf(classifier.Contract) });

    private Predictions Predict(
        ExpressionClassifier classifier,
        FaceDataset images,
        CancellationToken cancellationToken
    )
    {
        using WorkProgress progress = Start($"Evaluating {classifier.Contract.Name}", images.Count, "images");
        return Evaluator(classifier)
            .Predict(images, new ImmediateProgress<int>(done => progress.Report(done)), cancellationToken);
    }

    private IReadOnlyList<RobustnessCurve> Robust(
        ExpressionClassifier classifier,
        FaceDataset images,
        CancellationToken cancellationToken
    )
    {
        using WorkProgress progress = Start("Corrupted images", (long)Robustness.Passes * images.Count, "images");
        return Robustness.Measure(
            Evaluator(classifier),
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
