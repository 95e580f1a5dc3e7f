using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>Evaluates a model for its card.</summary>
internal sealed class CardEvaluation(
    CommandConsole console,
    ExpressionClassifier classifier,
    FaceDataset images,
    string? head,
    bool quiet,
    CancellationToken cancellationToken
)
{
    private readonly FaceDataset validation = images.Only(DatasetSplit.PublicTest);
    private readonly HeadSelection selection = classifier.Contract.SelectHead(head);
    private readonly int[] duplicates = TrainingDuplicates.Of(images, DatasetSplit.PublicTest);

    /// <summary>
    /// Evaluates PublicTest once with each kind of test-time augmentation. The first report is the one without
    /// augmentation; its predictions are returned too.
    /// </summary>
    public (List<EvaluationReport> Reports, Predictions Plain) Run()
    {
        var reports = new List<EvaluationReport>();
        Predictions? plain = null;
        foreach (TestTimeAugmentation augmentation in Enum.GetValues<TestTimeAugmentation>())
        {
            using WorkProgress bar = Start($"Evaluating ({augmentation})", validation.Count);
            Predictions predictions = new ModelEvaluator(
                classifier,
                new ModelEvaluationOptions { TestTimeAugmentation = augmentation, Head = head }
            ).Predict(validation, new ImmediateProgress<int>(done => bar.Report(done)), cancellationToken);
            plain ??= predictions;
            reports.Add(
                new EvaluationReport
                {
                    Model = classifier.Contract.Name,
                    Data = images.Name,
                    Split = nameof(DatasetSplit.PublicTest),
                    Result = Metrics.Compute(predictions, duplicates),
                    TestTimeAugmentation = augmentation,
                    Temperature = selection.Temperature,
                    Certain = RiskCoverage.At(predictions, selection.UncertainBelow),
                }
            );
        }

        return (reports, plain!);
    }

    /// <summary>
    /// Evaluates each head on its own label set and the blend on the label sets of all heads, with a single view per
    /// image; none for a model with one head.
    /// </summary>
    /// <param name="folds">Folds of the cross-validated calibration of each head.</param>
    public IReadOnlyList<HeadEvaluation> Heads(int folds)
    {
        ModelContract contract = classifier.Contract;
        var results = new List<HeadEvaluation>();
        if (contract.Heads is null)
        {
            return results;
        }

        using WorkProgress bar = Start("Evaluating (heads)", validation.Count);
        IReadOnlyList<Predictions> all = new ModelEvaluator(classifier).PredictHeads(
            validation,
            new ImmediateProgress<int>(done => bar.Report(done)),
            cancellationToken
        );
        foreach ((string name, Predictions predictions) in contract.HeadNames.Zip(all).OrderBy(p => IsBlend(p.First)))
        {
            // The blend's temperature is fitted on several label sets at once, so it has no folds.
            IEnumerable<string> sets = IsBlend(name) ? contract.Heads.Select(h => h.Name) : [name];
            results.AddRange(
                sets.Where(LabelSets.Names.Contains)
                    .Select(set =>
                        HeadEvaluation.Of(
                            contract.SelectHead(name),
                            set,
                            predictions,
                            validation,
                            IsBlend(name) ? 0 : folds
                        )
                    )
            );
        }

        return results;

        static bool IsBlend(string name) => name == HeadBlend.Name;
    }

    /// <summary>Measures the accuracy on corrupted images, with a single view per image.</summary>
    public IReadOnlyList<RobustnessCurve> Robust()
    {
        using WorkProgress bar = Start("Robustness", (long)Robustness.Passes * validation.Count);
        return Robustness.Measure(
            new ModelEvaluator(classifier, new ModelEvaluationOptions { Head = head }),
            validation,
            new ImmediateProgress<int>(done => bar.Report(done)),
            cancellationToken
        );
    }

    /// <summary>
    /// Reads the same from a file that <c>mien evaluate --robustness --json</c> wrote. The file must be about this
    /// model and these images: <paramref name="plain"/> is compared with the figures in it.
    /// </summary>
    public static IReadOnlyList<RobustnessCurve> Robust(string file, EvaluationReport plain)
    {
        if (!File.Exists(file))
        {
            throw new UsageException($"--robustness-from: file not found: {file}.");
        }

        EvaluationReport measured = EvaluationReport.FromJson(File.ReadAllText(file), file);
        if (measured.Robustness is not { } curves)
        {
            throw new UsageException(
                $"{file}: contains no robustness results. Write it with 'mien evaluate MODEL DATA --robustness --json'."
            );
        }

        (string, string, TestTimeAugmentation, int, int) found = Key(measured);
        return found == Key(plain)
            ? curves
            : throw new UsageException(
                $"{file}: found results for {found}, expected {Key(plain)} (model, split, test-time augmentation, "
                    + $"images, correct predictions). Evaluate this model on this data."
            );

        static (string, string, TestTimeAugmentation, int, int) Key(EvaluationReport r) =>
            (r.Model, r.Split, r.TestTimeAugmentation, r.Result.Count, r.Result.Correct);
    }

    private WorkProgress Start(string title, long total) =>
        WorkProgress.Start(
            title,
            total,
            new WorkProgressOptions
            {
                Console = console,
                Quiet = quiet,
                Unit = "images",
            }
        );
}
