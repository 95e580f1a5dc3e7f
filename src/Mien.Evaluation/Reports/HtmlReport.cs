using System.Globalization;
using System.Text;
using Mien.Data;

namespace Mien.Evaluation;

/// <summary>
/// One evaluation as one HTML page that needs nothing else: no script, no font, no picture from elsewhere (a content
/// security policy in the page forbids them). Follows the reader's choice of light or dark.
/// </summary>
internal static class HtmlReport
{
    /// <summary>Writes the page; an existing file is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="report">The evaluation.</param>
    /// <param name="predictions">The predictions that it was computed from.</param>
    /// <param name="images">
    /// The images of the predictions, one each, in the same order; <c>null</c>: mistakes are not shown.
    /// </param>
    /// <param name="mistakes">At most so many of the most confident mistakes are shown; 0 or more.</param>
    /// <exception cref="ArgumentException">Report, predictions and images have different numbers of images.</exception>
    /// <exception cref="MienException"><c>cannotWrite</c>: the file cannot be written.</exception>
    public static void Write(
        string path,
        EvaluationReport report,
        Predictions predictions,
        FaceDataset? images,
        int mistakes = 24
    ) => OutputFile.WriteText(path, Render(report, predictions, images, mistakes));

    /// <summary>The page as text; see <see cref="Write"/>.</summary>
    /// <param name="report">The evaluation.</param>
    /// <param name="predictions">The predictions that it was computed from.</param>
    /// <param name="images">
    /// The images of the predictions, one each, in the same order; <c>null</c>: mistakes are not shown.
    /// </param>
    /// <param name="mistakes">At most so many of the most confident mistakes are shown; 0 or more.</param>
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
                $"The report is of {report.Result.Count} images, the predictions are of {predictions.Count}, "
                    + $"the data set has {images?.Count}.",
                nameof(predictions)
            );
        }

        var page = new StringBuilder();
        string title = $"{Html.Escape(report.Model)} on {Html.Escape(report.Split)}";
        page.Append(
                "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
                    + "name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
            )
            .Append(
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
                    + "style-src 'unsafe-inline'\">\n"
            )
            .Append(
                CultureInfo.InvariantCulture,
                $"<title>{title} · Mien</title>\n<style>\n{HtmlStyle.Sheet}\n</style>\n</head>\n<body>\n<main>\n"
            )
            .Append(
                CultureInfo.InvariantCulture,
                $"<header><h1>{title}</h1>\n<p>{Html.Escape(report.Data)} · {Html.Count(report.Result.Count)} "
                    + $"images · {Describe(report)}</p></header>\n"
            );
        Figures(page, report.Result);
        Comparison(page, report.Comparison);
        Confusion(page, report.Result.Confusion);
        PerClass(page, report.Result.PerClass);
        Calibration(page, report.Result);
        RiskCoverage(page, report);
        Robustness(page, report);
        Mistakes(page, predictions, images, mistakes);
        return page.Append("</main>\n</body>\n</html>\n").ToString().ReplaceLineEndings("\n");
    }

    private static string Describe(EvaluationReport report)
    {
        string views = report.TestTimeAugmentation switch
        {
            TestTimeAugmentation.Flip => "mirror image averaged in (2 views)",
            TestTimeAugmentation.FlipAndShift => "mirror images and shifts averaged in (10 views)",
            _ => "one view an image",
        };
        return report.Temperature is { } t ? $"{views} · temperature {Html.Number(t)}" : views;
    }

    private static void Figures(StringBuilder page, EvaluationResult result)
    {
        page.Append("<dl>\n");
        Figure("Accuracy", Html.Percent(result.Accuracy), $"95 % interval {Html.Percent(result.AccuracyInterval)}");
        if (result.Duplicates is { } duplicates)
        {
            Figure(
                "Accuracy without duplicates",
                result.AccuracyWithoutDuplicates is { } without ? Html.Percent(without) : "none left",
                $"{Html.Count(duplicates)} images stand in training "
                    + $"too{(result.AccuracyWithoutDuplicatesInterval is { } i ? $"; {Html.Percent(i)}" : string.Empty)}"
            );
        }

        Figure("Macro-F1", Html.Percent(result.MacroF1), "every expression counts alike");
        Figure("Log loss", Html.Number(result.LogLoss), "nats; ln 7 = 1.946 is a guess");
        Figure("Calibration error", Html.Percent(result.Ece), $"{Html.Percent(result.EceByChance)} by chance alone");
        Figure(
            "Neutral called sad",
            Html.Percent(result.NeutralCalledSad),
            $"of {Html.Count(result.Confusion.Support(Expression.Neutral))} neutral "
                + $"images; {Html.Percent(result.NeutralCalledSadInterval)}"
        );
        Figure(
            "Sad called neutral",
            Html.Percent(result.SadCalledNeutral),
            $"of {Html.Count(result.Confusion.Support(Expression.Sadness))} sad "
                + $"images; {Html.Percent(result.SadCalledNeutralInterval)}"
        );
        page.Append("</dl>\n");

        void Figure(string name, string value, string aside) =>
            page.Append(
                CultureInfo.InvariantCulture,
                $"<div><dt>{name}</dt><dd class=\"figure\">{value}</dd><dd class=\"aside\">{aside}</dd></div>\n"
            );
    }

    private static void Comparison(StringBuilder page, McNemarResult? comparison)
    {
        if (comparison is null)
        {
            return;
        }

        string first = Html.Escape(comparison.First);
        string second = Html.Escape(comparison.Second);
        page.Append("<section>\n<h2>Paired comparison</h2>\n<div class=\"scroll\"><table>\n")
            .Append(
                CultureInfo.InvariantCulture,
                $"<thead><tr><th scope=\"col\"></th><th scope=\"col\">{second} right</th><th "
                    + $"scope=\"col\">{second} wrong</th></tr></thead>\n"
            )
            .Append(
                CultureInfo.InvariantCulture,
                $"<tbody><tr><th scope=\"row\">{first} "
                    + $"right</th><td>{Html.Count(comparison.BothRight)}</td><td>{Html.Count(comparison.OnlyFirstRight)}</td></tr>\n"
            )
            .Append(
                CultureInfo.InvariantCulture,
                $"<tr><th scope=\"row\">{first} "
                    + $"wrong</th><td>{Html.Count(comparison.OnlySecondRight)}</td><td>{Html.Count(comparison.BothWrong)}</td></tr></tbody>\n</table></div>\n"
            )
            .Append(
                CultureInfo.InvariantCulture,
                $"<p class=\"note\">Accuracy of {first} minus that "
                    + $"of {second}: {comparison.AccuracyDifference * 100:+0.00;−0.00;0.00} points. McNemar's test "
                    + $"({(comparison.Exact ? "exact binomial" : "chi-square with continuity correction")}): p "
                    + $"= {Html.PValue(comparison.PValue)}. It says how likely so uneven counts are if both are "
                    + $"equally good, not how large the difference is.</p>\n</section>\n"
            );
    }

    private static void Confusion(StringBuilder page, ConfusionMatrix confusion)
    {
        page.Append(
            "<section>\n<h2>Confusion matrix</h2>\n<div class=\"scroll\"><table class=\"matrix\">\n"
                + "<thead><tr><th scope=\"col\">label ↓ · called →</th>"
        );
        foreach (string name in Expressions.Names)
        {
            page.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\">{name}</th>");
        }

        page.Append("</tr></thead>\n<tbody>\n");
        foreach (Expression truth in Enum.GetValues<Expression>())
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{truth.Name()}</th>");
            foreach (Expression predicted in Enum.GetValues<Expression>())
            {
                double share = confusion.Share(truth, predicted);
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"<td style=\"--s:{share:0.###}\">{Html.WholePercent(share)}<small>{Html.Count(confusion[truth, predicted])}</small></td>"
                );
            }

            page.Append("</tr>\n");
        }

        page.Append(
            "</tbody>\n</table></div>\n<p class=\"note\">A row is a label, a column what the model called it; "
                + "percentages are of the row, so the diagonal is the recall.</p>\n</section>\n"
        );
    }

    private static void PerClass(StringBuilder page, IReadOnlyList<ClassResult> classes)
    {
        page.Append("<section>\n<h2>Each expression</h2>\n<div class=\"pair\">\n<div>")
            .Append(HtmlPlots.PerClass(classes))
            .Append(
                "</div>\n<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">expression</th><th "
                    + "scope=\"col\">precision</th><th scope=\"col\">recall</th><th scope=\"col\">F1</th><th "
                    + "scope=\"col\">images</th></tr></thead>\n<tbody>\n"
            );
        foreach (ClassResult c in classes)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><th scope=\"row\">{c.Expression.Name()}</th><td>{Html.Percent(c.Precision)}</td><td>{Html.Percent(c.Recall)}</td><td>{Html.Percent(c.F1)}</td><td>{Html.Count(c.Support)}</td></tr>\n"
            );
        }

        page.Append("</tbody>\n</table></div>\n</div>\n</section>\n");
    }

    private static void Calibration(StringBuilder page, EvaluationResult result)
    {
        page.Append("<section>\n<h2>Calibration</h2>\n<div class=\"pair\">\n<div>")
            .Append(HtmlPlots.Reliability(result))
            .Append(
                "</div>\n<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">top probability</th><th "
                    + "scope=\"col\">images</th><th scope=\"col\">mean</th><th "
                    + "scope=\"col\">accuracy</th></tr></thead>\n<tbody>\n"
            );
        foreach (ReliabilityBin bin in result.Reliability.Where(b => b.Count > 0))
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><th scope=\"row\">{bin.Low:0.00} "
                    + $"to {bin.High:0.00}</th><td>{Html.Count(bin.Count)}</td><td>{Html.Number(bin.Confidence)}</td><td>{Html.Number(bin.Accuracy)}</td></tr>\n"
            );
        }

        page.Append(
            CultureInfo.InvariantCulture,
            $"</tbody>\n</table></div>\n</div>\n<p class=\"note\">Points on the dashed line mean what they "
                + $"say: of the images called with 70 % confidence, 70 % are right. Below it the model claims too "
                + $"much, above it too little. Whiskers are 95 % intervals. A perfectly calibrated model with these "
                + $"confidences would still show {Html.Percent(result.EceByChance)} on {Html.Count(result.Count)} "
                + $"images.</p>\n</section>\n"
        );
    }

    private static void RiskCoverage(StringBuilder page, EvaluationReport report)
    {
        RiskCoverage curve = report.Result.RiskCoverage;
        RiskCoveragePoint marked = report.Certain ?? curve.Chosen;
        page.Append("<section>\n<h2>Leaving out what is uncertain</h2>\n<div class=\"pair\">\n<div>")
            .Append(HtmlCurves.RiskCoverage(curve, marked))
            .Append(
                "</div>\n<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">images kept</th><th "
                    + "scope=\"col\">confidence from</th><th scope=\"col\">accuracy</th><th scope=\"col\">95 % "
                    + "interval</th></tr></thead>\n<tbody>\n"
            );
        foreach (RiskCoveragePoint p in RiskCoverageText.Rows(curve))
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><th scope=\"row\">{Html.Percent(p.Coverage)}</th><td>{Html.Number(p.Threshold)}</td><td>{Html.Percent(p.Accuracy)}</td><td>{Html.Percent(p.AccuracyInterval)}</td></tr>\n"
            );
        }

        page.Append(
            CultureInfo.InvariantCulture,
            $"</tbody>\n</table></div>\n</div>\n<p "
                + $"class=\"note\">{Html.Escape(RiskCoverageText.Certain(report))} The area under the curve "
                + $"is {Html.Number(curve.Aurc, 4)}; the best order of the same answers "
                + $"has {Html.Number(curve.AurcOfBestOrder, 4)}, one of "
                + $"chance {Html.Number(1 - report.Result.Accuracy, 4)}.</p>\n</section>\n"
        );
    }

    private static void Robustness(StringBuilder page, EvaluationReport report)
    {
        if (report.Robustness is not { Count: > 0 } curves)
        {
            return;
        }

        page.Append("<section>\n<h2>Worse pictures</h2>\n<div class=\"panels\">\n");
        foreach (RobustnessCurve curve in curves)
        {
            page.Append("<div>").Append(HtmlCurves.Robustness(curve, report.Result.Accuracy)).Append("</div>\n");
        }

        page.Append(
            "</div>\n<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">change</th><th "
                + "scope=\"col\">strength</th><th scope=\"col\">accuracy</th><th scope=\"col\">95 % "
                + "interval</th></tr></thead>\n<tbody>\n"
        );
        foreach ((RobustnessCurve curve, RobustnessPoint p) in curves.SelectMany(c => c.Points.Select(p => (c, p))))
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><th scope=\"row\">{Corruptions.Describe(curve.Corruption)}</th><td>{p.Strength}</td><td>{Html.Percent(p.Accuracy)}</td><td>{Html.Percent(p.AccuracyInterval)}</td></tr>\n"
            );
        }

        page.Append(
            CultureInfo.InvariantCulture,
            $"</tbody>\n</table></div>\n<p class=\"note\">The same images, changed before they reach the "
                + $"model; as they are, {Html.Percent(report.Result.Accuracy)} are right.</p>\n</section>\n"
        );
    }

    private static void Mistakes(StringBuilder page, Predictions predictions, FaceDataset? images, int limit)
    {
        int[] mistakes = images is null ? [] : predictions.MostConfidentMistakes(limit);
        if (mistakes.Length == 0)
        {
            return;
        }

        page.Append("<section>\n<h2>Most confident mistakes</h2>\n<ul class=\"faces\">\n");
        foreach (int i in mistakes)
        {
            string png = Convert.ToBase64String(
                new GrayImage(images!.Width, images.Height, images.Image(i).ToArray()).EncodePng()
            );
            string called = predictions.Predicted(i).Name();
            string label = predictions.Label(i).Name();
            page.Append(
                    CultureInfo.InvariantCulture,
                    $"<li><figure><img alt=\"Face labelled {label}, called {called}\" width=\"{images.Width}\" "
                        + $"height=\"{images.Height}\" src=\"data:image/png;base64,{png}\">"
                )
                .Append(
                    CultureInfo.InvariantCulture,
                    $"<figcaption><strong>{called} {Html.WholePercent(predictions.Confidence(i))}</strong><br>labelled "
                        + $"{label} ({Html.WholePercent(predictions.Row(i)[predictions.Labels[i]])})<br><code>{Html.Escape(predictions.Sources[i])}</code></figcaption></figure></li>\n"
                );
        }

        page.Append(
            "</ul>\n<p class=\"note\">The label is what a crowd agreed on, and it is not always right "
                + "either.</p>\n</section>\n"
        );
    }
}
