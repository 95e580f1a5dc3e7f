using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>Evaluates a model for its card.</summary>
internal sealed class CardEvaluation(
    CommandConsole console,
    ExpressionClassifier classifier,
    FaceDataset images,
    bool quiet,
    CancellationToken cancellationToken
)
{
    private readonly FaceDataset validation = images.Only(DatasetSplit.PublicTest);
    private readonly int[] duplicates = TrainingDuplicates.Of(images, DatasetSplit.PublicTest);

    /// <summary>
    /// A report a kind of test-time augmentation, the one without first, and the predictions of that one.
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
                new ModelEvaluationOptions { TestTimeAugmentation = augmentation }
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
                    Temperature = classifier.Contract.Temperature,
                    Certain = RiskCoverage.At(
                        predictions,
                        classifier.Contract.UncertainBelow ?? ModelContract.DefaultUncertainBelow
                    ),
                }
            );
        }

        return (reports, plain!);
    }

    /// <summary>The accuracy on images made worse, one view an image.</summary>
    public IReadOnlyList<RobustnessCurve> Robust()
    {
        using WorkProgress bar = Start("Worse pictures", (long)Robustness.Passes * validation.Count);
        return Robustness.Measure(
            new ModelEvaluator(classifier),
            validation,
            new ImmediateProgress<int>(done => bar.Report(done)),
            cancellationToken
        );
    }

    /// <summary>
    /// The same from a file that <c>mien evaluate --robustness --json</c> wrote, after making sure that it is of this
    /// model and these images.
    /// </summary>
    public static IReadOnlyList<RobustnessCurve> Robust(string file, EvaluationReport plain)
    {
        if (!File.Exists(file))
        {
            throw new UsageException($"--robustness-from: there is no file {file}.");
        }

        EvaluationReport measured = EvaluationReport.FromJson(File.ReadAllText(file), file);
        if (measured.Robustness is not { } curves)
        {
            throw new UsageException(
                $"{file}: holds no robustness. Write it with mien evaluate … --robustness --json."
            );
        }

        (string, string, TestTimeAugmentation, int, int) found = Key(measured);
        return found == Key(plain)
            ? curves
            : throw new UsageException(
                $"{file}: is of {found}, expected {Key(plain)} (model, split, views, images, right ones). "
                    + $"Measure this model on this data."
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
