using System.Globalization;

namespace Mien.Evaluation;

/// <summary>What pages and cards say of a risk-coverage curve.</summary>
internal static class RiskCoverageText
{
    /// <summary>The points at 100, 90, … 50 % of the images.</summary>
    public static IEnumerable<RiskCoveragePoint> Rows(RiskCoverage curve) =>
        Enumerable.Range(0, 6).Select(i => curve.Points[((100 - (10 * i)) / RiskCoverage.Step) - 1]);

    /// <summary>The point at the model's own threshold, or else the one that the rule picks.</summary>
    public static string Certain(EvaluationReport report)
    {
        RiskCoveragePoint p = report.Certain ?? report.Result.RiskCoverage.Chosen;
        RiskCoveragePoint all = report.Result.RiskCoverage.Points[^1];
        int left = all.Count - p.Count;
        int leftRight = all.Correct - p.Correct;
        string rest =
            left == 0
                ? "none is left out"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"of the {Html.Count(left)} left out {Html.Percent(leftRight / (double)left)} are right"
                );
        string kept =
            p.Count == 0
                ? "no image is kept"
                : $"{Html.Percent(p.Coverage)} of the images are kept and {Html.Percent(p.Accuracy)} of "
                    + $"those are right (95 % interval {Html.Percent(p.AccuracyInterval)})";
        string threshold = string.Create(CultureInfo.InvariantCulture, $"{p.Threshold:0.00##}");
        string begin = report.Certain is null
            ? $"With results under the confidence {threshold} called uncertain"
            : $"The library calls results under the confidence {threshold} uncertain";
        return $"{begin}: {kept}, {rest}.";
    }
}
