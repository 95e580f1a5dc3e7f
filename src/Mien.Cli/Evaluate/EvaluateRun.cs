using System.Globalization;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;

namespace Mien.Cli;

/// <summary>Reads the data, runs one or two models and writes the files that were asked for.</summary>
internal sealed class EvaluateRun(
    CommandConsole console,
    EvaluationRequest request,
    CancellationToken cancellationToken
)
{
    /// <summary>The name of all splits together.</summary>
    public const string AllSplits = "all";

    public EvaluationReport Run()
    {
        // The models first: a wrong name is found before a large file is read.
        using ExpressionClassifier classifier = Load(request.Model);
        bool otherIsFile = request.Other is not null && PredictionFile.Is(request.Other);
        using ExpressionClassifier? otherClassifier = request.Other is null || otherIsFile ? null : Load(request.Other);
        (FaceDataset images, int[]? duplicates) = ReadData();

        Predictions predictions = Predict(classifier, images);
        if (request.PredictionsFile is { } file)
        {
            PredictionFile.Write(file, predictions);
        }

        McNemarResult? comparison = null;
        if (request.Other is not null)
        {
            Predictions other = otherClassifier is null
                ? PredictionFile.Read(request.Other)
                : Predict(otherClassifier, images);
            comparison =
                predictions.Name == other.Name
                    ? McNemar.Compare(Named(predictions, request.Model), Named(other, request.Other))
                    : McNemar.Compare(predictions, other);
        }

        var report = new EvaluationReport
        {
            Model = classifier.Contract.Name,
            Data = images.Name,
            Split = request.Split?.ToString() ?? AllSplits,
            TestTimeAugmentation = request.Tta,
            Temperature = classifier.Contract.Temperature,
            Result = Metrics.Compute(predictions, duplicates),
            Certain = RiskCoverage.At(
                predictions,
                classifier.Contract.UncertainBelow ?? ModelContract.DefaultUncertainBelow
            ),
            Robustness = request.Robustness ? Robust(classifier, images) : null,
            Comparison = comparison,
        };
        if (request.HtmlFile is { } page)
        {
            HtmlReport.Write(page, report, predictions, images);
        }

        return report;
    }

    private ExpressionClassifier Load(string model) =>
        ExpressionClassifier.Load(model, new ClassifierOptions { Threads = request.Threads, Device = request.Device });

    /// <summary>
    /// The images to evaluate on, and which of them (by position) stand in Training too, where that can be told.
    /// </summary>
    private (FaceDataset Images, int[]? Duplicates) ReadData()
    {
        DatasetReadResult read;
        using (WorkProgress progress = Start("Reading", 100, null))
        {
            read = DatasetReader.ReadWithReport(
                request.Data,
                request.Reading with
                {
                    Progress = new ImmediateProgress<double>(share => progress.Report((long)(share * 100))),
                },
                cancellationToken
            );
        }

        if (read.Report.SkippedRows is > 0 and int skipped)
        {
            foreach (string message in read.Report.Messages)
            {
                console.Error.WriteLine($"skipped: {message}");
            }

            console.Error.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{skipped:N0} bad {(skipped == 1 ? "row was" : "rows were")} left out."
                )
            );
        }

        FaceDataset all = read.Dataset;
        if (request.Split is not { } split)
        {
            return (all, null);
        }

        int[] indices = all.IndicesOf(split);
        if (indices.Length == 0)
        {
            string there = string.Join(
                ", ",
                Enum.GetValues<DatasetSplit>()
                    .Select(s => (Split: s, Count: all.Splits.Count(x => x == s)))
                    .Where(x => x.Count > 0)
                    .Select(x => string.Create(CultureInfo.InvariantCulture, $"{x.Split} {x.Count:N0}"))
            );
            throw new UsageException(
                $"{request.Data}: there is no image of the split {split}; there "
                    + $"are {(there.Length == 0 ? "no images at all" : there)}. Name another split with --split."
            );
        }

        if (split == DatasetSplit.Training || !all.Splits.Contains(DatasetSplit.Training))
        {
            return (all.Select(indices), null);
        }

        return (all.Select(indices), TrainingTwins.Of(all, split));
    }

    private Predictions Predict(ExpressionClassifier classifier, FaceDataset images)
    {
        using WorkProgress progress = Start($"Evaluating {classifier.Contract.Name}", images.Count, "images");
        return new ModelEvaluator(
            classifier,
            new ModelEvaluationOptions { TestTimeAugmentation = request.Tta }
        ).Predict(images, new ImmediateProgress<int>(done => progress.Report(done)), cancellationToken);
    }

    private IReadOnlyList<RobustnessCurve> Robust(ExpressionClassifier classifier, FaceDataset images)
    {
        using WorkProgress progress = Start("Worse pictures", (long)Robustness.Passes * images.Count, "images");
        var evaluator = new ModelEvaluator(
            classifier,
            new ModelEvaluationOptions { TestTimeAugmentation = request.Tta }
        );
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
                Quiet = request.Quiet,
            }
        );

    private static Predictions Named(Predictions predictions, string name) =>
        new(name, predictions.Probabilities, predictions.Labels, [.. predictions.Sources]);
}
