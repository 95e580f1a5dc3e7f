using System.Globalization;
using System.Text;

namespace Mien.Evaluation;

/// <summary>Draws plots as inline SVG. The page's style sheet sets the colours, for light and dark mode.</summary>
internal static class HtmlPlots
{
    // The reliability diagram is a square of 0..1 by 0..1 above a histogram of the counts, in SVG units.
    private const double Left = 52;
    private const double Top = 14;
    private const double Side = 320;
    private const double StripTop = Top + Side + 16;
    private const double StripHeight = 56;

    /// <summary>
    /// Draws accuracy over confidence with one 95 % interval per bin, and the number of images per bin.
    /// </summary>
    public static string Reliability(EvaluationResult result)
    {
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg viewBox=\"0 0 {Left + Side + 20:0} {StripTop + StripHeight + 44:0}\" role=\"img\" "
                + $"aria-label=\"Reliability diagram: accuracy against confidence in {Metrics.BinCount} bins; expected "
                + $"calibration error {Html.Percent(result.Ece)}. The table beside it has the values.\">"
        );
        for (int tick = 0; tick <= 5; tick++)
        {
            double share = tick / 5.0;
            double y = Y(share);
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<line class=\"axis\" x1=\"{Left:0.#}\" x2=\"{Left + Side:0.#}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\"/>"
            );
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{Left - 8:0.#}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{share:0.0}</text>"
            );
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{X(share):0.#}\" y=\"{StripTop + StripHeight + 17:0.#}\" "
                    + $"text-anchor=\"middle\">{share:0.0}</text>"
            );
        }

        svg.Append(
            CultureInfo.InvariantCulture,
            $"<line class=\"diagonal\" x1=\"{X(0):0.#}\" y1=\"{Y(0):0.#}\" x2=\"{X(1):0.#}\" y2=\"{Y(1):0.#}\"/>"
        );
        int maxCount = Math.Max(1, result.Reliability.Max(b => b.Count));
        foreach (ReliabilityBin bin in result.Reliability.Where(b => b.Count > 0))
        {
            Interval interval = Interval.Wilson((long)Math.Round(bin.Accuracy * bin.Count), bin.Count);
            double x = X(bin.Confidence);
            double height = Math.Max(1, StripHeight * bin.Count / maxCount);
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<line class=\"whisker\" x1=\"{x:0.##}\" x2=\"{x:0.##}\" y1=\"{Y(interval.Low):0.##}\" "
                    + $"y2=\"{Y(interval.High):0.##}\"/>"
            );
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<circle class=\"a\" cx=\"{x:0.##}\" cy=\"{Y(bin.Accuracy):0.##}\" "
                    + $"r=\"4.5\"><title>confidence {bin.Confidence:0.000}, "
                    + $"accuracy {bin.Accuracy:0.000}, {bin.Count} images</title></circle>"
            );
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<rect class=\"faint\" x=\"{X(bin.Low) + 1:0.##}\" "
                    + $"y=\"{StripTop + StripHeight - height:0.##}\" "
                    + $"width=\"{((bin.High - bin.Low) * Side) - 2:0.##}\" "
                    + $"height=\"{height:0.##}\"><title>{bin.Count} images</title></rect>"
            );
        }

        svg.Append(
            CultureInfo.InvariantCulture,
            $"<line class=\"axis\" x1=\"{Left:0.#}\" x2=\"{Left + Side:0.#}\" "
                + $"y1=\"{StripTop + StripHeight:0.#}\" y2=\"{StripTop + StripHeight:0.#}\"/>"
        );
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{Left - 8:0.#}\" y=\"{StripTop + (StripHeight / 2) + 4:0.#}\" text-anchor=\"end\">images</text>"
        );
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{Left + (Side / 2):0.#}\" y=\"{StripTop + StripHeight + 38:0.#}\" "
                + $"text-anchor=\"middle\">confidence</text>"
        );
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"14\" y=\"{Top + (Side / 2):0.#}\" text-anchor=\"middle\" transform=\"rotate(-90 "
                + $"14 {Top + (Side / 2):0.#})\">accuracy</text></svg>"
        );
        return svg.ToString();

        static double X(double share) => Left + (share * Side);
        static double Y(double share) => Top + ((1 - share) * Side);
    }

    /// <summary>Draws precision, recall and F1 as bars, grouped by expression.</summary>
    public static string PerClass(IReadOnlyList<ClassResult> classes)
    {
        const double labels = 84;
        const double full = 300;
        const double group = 44;
        const double top = 30;
        double bottom = top + (classes.Count * group);
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg viewBox=\"0 0 {labels + full + 56:0} {bottom + 24:0}\" role=\"img\" aria-label=\"Bar chart of "
                + $"precision, recall and F1 of the seven expressions. The table beside it has the values.\">"
        );
        string[] names = ["precision", "recall", "F1"];
        for (int m = 0; m < names.Length; m++)
        {
            double x = labels + (m * 96);
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<rect class=\"{(char)('a' + m)}\" x=\"{x:0.#}\" y=\"6\" width=\"11\" height=\"11\" "
                    + $"rx=\"2\"/><text x=\"{x + 16:0.#}\" y=\"16\">{names[m]}</text>"
            );
        }

        for (int tick = 0; tick <= 4; tick++)
        {
            double x = labels + (full * tick / 4);
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<line class=\"axis\" x1=\"{x:0.#}\" x2=\"{x:0.#}\" y1=\"{top:0.#}\" "
                    + $"y2=\"{bottom:0.#}\"/><text x=\"{x:0.#}\" y=\"{bottom + 17:0.#}\" "
                    + $"text-anchor=\"middle\">{tick * 25} %</text>"
            );
        }

        for (int c = 0; c < classes.Count; c++)
        {
            double y = top + (c * group) + 5;
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{labels - 8:0.#}\" y=\"{y + 21:0.#}\" " + $"text-anchor=\"end\">{classes[c].Label}</text>"
            );
            double[] values = [classes[c].Precision, classes[c].Recall, classes[c].F1];
            for (int m = 0; m < values.Length; m++)
            {
                svg.Append(
                    CultureInfo.InvariantCulture,
                    $"<rect class=\"{(char)('a' + m)}\" x=\"{labels:0.#}\" y=\"{y + (m * 11.5):0.#}\" "
                        + $"width=\"{values[m] * full:0.##}\" height=\"10\" rx=\"2\"><title>{names[m]} "
                        + $"of {classes[c].Label}: {Html.Percent(values[m])}</title></rect>"
                );
            }
        }

        return svg.Append("</svg>").ToString();
    }
}
