using System.Globalization;
using Mien.Data;

namespace Mien.Evaluation;

/// <summary>
/// Renders one evaluation as one self-contained HTML page: no script, and no font or image from elsewhere (the page's
/// content security policy forbids them). It follows the reader's choice of light or dark mode. Its texts are in
/// <c>HtmlReport.html</c>.
/// </summary>
internal static class HtmlReport
{
    private static readonly TextTemplate Template = TextTemplate.Load(typeof(HtmlReport), "HtmlReport.html");

    /// <summary>Writes the page; an existing file is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="report">The evaluation.</param>
    /// <param name="predictions">The predictions that the evaluation was computed from.</param>
    /// <param name="images">
    /// The images of the predictions, in the same order; <c>null</c> leaves the mistakes out.
    /// </param>
    /// <param name="mistakes">The maximum number of most confident mistakes that are shown, 0 or more.</param>
    /// <exception cref="ArgumentException">Report, predictions and images have different numbers of images.</exception>
    /// <exception cref="MienException"><c>cannotWrite</c>: the file cannot be written.</exception>
    public static void Write(
        string path,
        EvaluationReport report,
        Predictions predictions,
        FaceDataset? images,
        int mistakes = 24
    ) => OutputFile.WriteText(path, Render(report, predictions, images, mistakes));

    /// <summary>Renders the page as text; see <see cref="Write"/>.</summary>
    /// <param name="report">The evaluation.</param>
    /// <param name="predictions">The predictions that the evaluation was computed from.</param>
    /// <param name="images">
    /// The images of the predictions, in the same order; <c>null</c> leaves the mistakes out.
    /// </param>
    /// <param name="mistakes">The maximum number of most confident mistakes that are shown, 0 or more.</param>
    /// <returns>An HTML document with line feeds.</returns>
    /// <exception cref="ArgumentException">Report, predictions and images have different numbers of images.</exception>
    public static string Render(
        EvaluationReport report,
        Predictions predictions,
        FaceDataset? images,
        int mistakes = 24
    )
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentOutOfRangeException.ThrowIfNegative(mistakes);
        if (report.Result.Count != predictions.Count || (images is not null && images.Count != predictions.Count))
        {
            throw new ArgumentException(
                $"The report has {report.Result.Count} images, the predictions have {predictions.Count}, "
                    + $"the data set has {images?.Count}.",
                nameof(predictions)
            );
        }

        EvaluationResult result = report.Result;
        return Template
            .Fill(
                "page",
                ("model", report.Model),
                ("split", report.Split),
                ("data", report.Data),
                ("style", HtmlStyle.Sheet),
                ("count", Html.Count(result.Count)),
                ("how", new Markup(Describe(report))),
                ("figures", Markup.Join(Figures(result))),
                (
                    "sections",
                    Markup.Join([
                        .. report.Comparison is { } comparison ? [Comparison(comparison)] : Array.Empty<Markup>(),
                        Confusion(result.Confusion),
                        Classes(result.PerClass),
                        Calibration(result),
                        RiskCoverage(report),
                        .. report.Robustness is { Count: > 0 } curves
                            ? [Robustness(curves, result)]
                            : Array.Empty<Markup>(),
                        .. images is null ? [] : Mistakes(predictions, images, mistakes),
                    ])
                )
            )
            .Text;
    }

    private static string Describe(EvaluationReport report)
    {
        string views = report.TestTimeAugmentation switch
        {
            TestTimeAugmentation.Flip => "test-time augmentation: image and mirror image (2 views)",
            TestTimeAugmentation.FlipAndShift => "test-time augmentation: shifts and mirror images (10 views)",
            _ => "single view",
        };
        string head = report.Head is null ? "" : $" · head {Html.Escape(report.Head)}";
        string labels = report.VoteRule is { } rule
            ? $" · labels of FER+, {rule.ToString().ToLowerInvariant()} rule"
            : "";
        return $"{views}{(report.Temperature is { } t ? $" · temperature {Html.Number(t)}" : "")}{head}{labels}";
    }

    private static IEnumerable<Markup> Figures(EvaluationResult result)
    {
        yield return Figure(
            "Accuracy",
            Html.Percent(result.Accuracy),
            $"95 % interval {Html.Percent(result.AccuracyInterval)}"
        );
        if (result.Duplicates is { } duplicates)
        {
            string interval = result.AccuracyWithoutDuplicatesInterval is { } i ? "; " + Html.Percent(i) : "";
            yield return Figure(
                "Accuracy without duplicates",
                result.AccuracyWithoutDuplicates is { } without ? Html.Percent(without) : "none left",
                $"{Html.Count(duplicates)} exact duplicates of training images{interval}"
            );
        }

        yield return Figure("Macro-F1", Html.Percent(result.MacroF1), "unweighted mean over the expressions");
        yield return Figure("Log loss", Html.Number(result.LogLoss), "nats; uniform guessing has ln 7 = 1.946");
        yield return Figure(
            "Expected calibration error",
            Html.Percent(result.Ece),
            $"{Html.Percent(result.EceByChance)} by chance for a calibrated model"
        );
        yield return Figure(
            "Neutral classified as sad",
            Html.Percent(result.NeutralCalledSad),
            $"of {Html.Count(result.Confusion.Support(Expression.Neutral))} neutral images; "
                + Html.Percent(result.NeutralCalledSadInterval)
        );
        yield return Figure(
            "Sad classified as neutral",
            Html.Percent(result.SadCalledNeutral),
            $"of {Html.Count(result.Confusion.Support(Expression.Sadness))} sad images; "
                + Html.Percent(result.SadCalledNeutralInterval)
        );
    }

    private static Markup Figure(string name, string value, string aside) =>
        Template.Fill("figure", ("name", name), ("value", value), ("aside", aside));

    private static Markup Comparison(McNemarResult comparison) =>
        Template.Fill(
            "comparison",
            ("first", comparison.First),
            ("second", comparison.Second),
            ("bothRight", Html.Count(comparison.BothRight)),
            ("onlyFirstRight", Html.Count(comparison.OnlyFirstRight)),
            ("onlySecondRight", Html.Count(comparison.OnlySecondRight)),
            ("bothWrong", Html.Count(comparison.BothWrong)),
            ("difference", Invariant($"{comparison.AccuracyDifference * 100:+0.00;−0.00;0.00}")),
            ("test", comparison.Exact ? "exact binomial" : "chi-square with continuity correction"),
            ("p", new Markup(Html.PValue(comparison.PValue)))
        );

    private static Markup Confusion(ConfusionMatrix confusion)
    {
        Expression[] all = Enum.GetValues<Expression>();
        return Template.Fill(
            "confusion",
            ("names", Markup.Join(all.Select(e => Template.Fill("confusionName", ("name", e.Name()))))),
            ("rows", Markup.Join(all.Select(Row)))
        );

        Markup Row(Expression truth) =>
            Template.Fill(
                "confusionRow",
                ("name", truth.Name()),
                ("cells", Markup.Join(all.Select(called => Cell(truth, called))))
            );

        Markup Cell(Expression truth, Expression called)
        {
            double share = confusion.Share(truth, called);
            return Template.Fill(
                "confusionCell",
                ("share", Invariant($"{share:0.###}")),
                ("percent", Html.WholePercent(share)),
                ("count", Html.Count(confusion[truth, called]))
            );
        }
    }

    private static Markup Classes(IReadOnlyList<ClassResult> classes) =>
        Template.Fill(
            "classes",
            ("plot", new Markup(HtmlPlots.PerClass(classes))),
            (
                "rows",
                Markup.Join(
                    classes.Select(c =>
                        Template.Fill(
                            "class",
                            ("expression", c.Label),
                            ("precision", Html.Percent(c.Precision)),
                            ("recall", Html.Percent(c.Recall)),
                            ("f1", Html.Percent(c.F1)),
                            ("count", Html.Count(c.Support))
                        )
                    )
                )
            )
        );

    private static Markup Calibration(EvaluationResult result) =>
        Template.Fill(
            "calibration",
            ("plot", new Markup(HtmlPlots.Reliability(result))),
            ("byChance", Html.Percent(result.EceByChance)),
            ("count", Html.Count(result.Count)),
            (
                "rows",
                Markup.Join(
                    result
                        .Reliability.Where(b => b.Count > 0)
                        .Select(b =>
                            Template.Fill(
                                "bin",
                                ("low", Html.Number(b.Low, 2)),
                                ("high", Html.Number(b.High, 2)),
                                ("count", Html.Count(b.Count)),
                                ("confidence", Html.Number(b.Confidence)),
                                ("accuracy", Html.Number(b.Accuracy))
                            )
                        )
                )
            )
        );

    private static Markup RiskCoverage(EvaluationReport report)
    {
        RiskCoverage curve = report.Result.RiskCoverage;
        return Template.Fill(
            "riskCoverage",
            ("plot", new Markup(HtmlCurves.RiskCoverage(curve, report.Certain ?? curve.Chosen))),
            ("certain", RiskCoverageText.Certain(report)),
            ("aurc", Html.Number(curve.Aurc, 4)),
            ("best", Html.Number(curve.AurcOfBestOrder, 4)),
            ("chance", Html.Number(1 - report.Result.Accuracy, 4)),
            (
                "rows",
                Markup.Join(
                    RiskCoverageText
                        .Rows(curve)
                        .Select(p =>
                            Template.Fill(
                                "coverage",
                                ("coverage", Html.Percent(p.Coverage)),
                                ("threshold", Html.Number(p.Threshold)),
                                ("accuracy", Html.Percent(p.Accuracy)),
                                ("interval", Html.Percent(p.AccuracyInterval))
                            )
                        )
                )
            )
        );
    }

    private static Markup Robustness(IReadOnlyList<RobustnessCurve> curves, EvaluationResult unchanged) =>
        Template.Fill(
            "robustness",
            ("accuracy", Html.Percent(unchanged.Accuracy)),
            ("interval", Html.Percent(unchanged.AccuracyInterval)),
            (
                "panels",
                Markup.Join(
                    curves.Select(c =>
                        Template.Fill("panel", ("plot", new Markup(HtmlCurves.Robustness(c, unchanged.Accuracy))))
                    )
                )
            ),
            ("rows", Markup.Join(curves.SelectMany(c => c.Points.Select(p => Corruption(c.Corruption, p)))))
        );

    private static Markup Corruption(Corruption corruption, RobustnessPoint point) =>
        Template.Fill(
            "corruption",
            ("corruption", new Markup(Corruptions.Describe(corruption))),
            ("strength", point.Strength),
            ("accuracy", Html.Percent(point.Accuracy)),
            ("interval", Html.Percent(point.AccuracyInterval))
        );

    /// <summary>The section, or nothing if there is no mistake.</summary>
    private static IEnumerable<Markup> Mistakes(Predictions predictions, FaceDataset images, int limit)
    {
        int[] mistakes = predictions.MostConfidentMistakes(limit);
        return mistakes.Length == 0
            ? []
            :
            [
                Template.Fill(
                    "mistakes",
                    ("faces", Markup.Join(mistakes.Select(i => Mistake(predictions, images, i))))
                ),
            ];
    }

    private static Markup Mistake(Predictions predictions, FaceDataset images, int i)
    {
        var face = new GrayImage(images.Width, images.Height, images.Image(i).ToArray());
        return Template.Fill(
            "mistake",
            ("label", predictions.Label(i).Name()),
            ("called", predictions.Predicted(i).Name()),
            ("width", images.Width),
            ("height", images.Height),
            ("png", new Markup(Convert.ToBase64String(face.EncodePng()))),
            ("confidence", Html.WholePercent(predictions.Confidence(i))),
            ("labelConfidence", Html.WholePercent(predictions.Row(i)[predictions.Labels[i]])),
            ("source", predictions.Sources[i])
        );
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
