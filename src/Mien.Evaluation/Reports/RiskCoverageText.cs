using System.Globalization;

namespace Mien.Evaluation;

/// <summary>The text about a risk–coverage curve in reports and cards.</summary>
internal static class RiskCoverageText
{
    /// <summary>The points at 100, 90, … 50 % of the images.</summary>
    public static IEnumerable<RiskCoveragePoint> Rows(RiskCoverage curve) =>
        Enumerable.Range(0, 6).Select(i => curve.Points[((100 - (10 * i)) / RiskCoverage.Step) - 1]);

    /// <summary>Describes the point at the model's own threshold, or the chosen one if the model has none.</summary>
    public static string Certain(EvaluationReport report)
    {
        RiskCoveragePoint p = report.Certain ?? report.Result.RiskCoverage.Chosen;
        RiskCoveragePoint all = report.Result.RiskCoverage.Points[^1];
        int left = all.Count - p.Count;
        int leftRight = all.Correct - p.Correct;
        string rest =
            left == 0
                ? "none is rejected"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"of the {Html.Count(left)} rejected {Html.Percent(leftRight / (double)left)} are correct"
                );
        string kept =
            p.Count == 0
                ? "no image is kept"
                : $"{Html.Percent(p.Coverage)} of the images are kept and {Html.Percent(p.Accuracy)} of "
                    + $"those are correct (95 % interval {Html.Percent(p.AccuracyInterval)})";
        string threshold = string.Create(CultureInfo.InvariantCulture, $"{p.Threshold:0.00##}");
        string begin = report.Certain is null
            ? $"If predictions with a confidence below {threshold} are marked uncertain"
            : $"The library marks predictions with a confidence below {threshold} as uncertain";
        return $"{begin}: {kept}, {rest}.";
    }
}
