using System.Globalization;
using System.Text;

namespace Mien.Evaluation;

/// <summary>Draws curves as inline SVG. The page's style sheet sets the colours, for light and dark mode.</summary>
internal static class HtmlCurves
{
    // The top left corner of the plot area, in SVG units.
    private const double Left = 62;
    private const double Top = 14;

    /// <summary>
    /// Draws error over coverage and marks the point at the model's own threshold, or the chosen one.
    /// </summary>
    public static string RiskCoverage(RiskCoverage curve, RiskCoveragePoint marked)
    {
        const double width = 400;
        const double height = 260;
        var svg = new StringBuilder();
        double maxRisk = Math.Max(0.1, Math.Ceiling(curve.Points.Append(marked).Max(p => 1 - p.Accuracy) * 10) / 10);
        Begin(
            svg,
            width,
            height,
            $"Risk–coverage curve: error of the most confident images against their share; "
                + $"area {Html.Number(curve.Aurc)}. The table beside it has the values."
        );
        for (int tick = 0; tick <= 5; tick++)
        {
            AxisY(svg, width, Y(maxRisk * tick / 5), $"{maxRisk * tick * 20:0} %");
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{X(tick / 5.0):0.#}\" y=\"{Top + height + 17:0.#}\" "
                    + $"text-anchor=\"middle\">{tick * 20} %</text>"
            );
        }

        string line = string.Join(
            ' ',
            curve.Points.Select(p =>
                string.Create(CultureInfo.InvariantCulture, $"{X(p.Coverage):0.##} {Y(1 - p.Accuracy):0.##}")
            )
        );
        svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"curve\" points=\"{line}\"/>");
        foreach (RiskCoveragePoint p in curve.Points)
        {
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<circle class=\"a\" cx=\"{X(p.Coverage):0.##}\" cy=\"{Y(1 - p.Accuracy):0.##}\" "
                    + $"r=\"3\"><title>{Html.Percent(p.Coverage)} with a confidence of {p.Threshold:0.000} or "
                    + $"more: {Html.Percent(1 - p.Accuracy)} wrong</title></circle>"
            );
        }

        if (marked.Count > 0)
        {
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<circle class=\"b\" cx=\"{X(marked.Coverage):0.##}\" cy=\"{Y(1 - marked.Accuracy):0.##}\" "
                    + $"r=\"6\"><title>confidence {marked.Threshold:0.00} or more: {Html.Percent(marked.Coverage)} "
                    + $"of the images, {Html.Percent(1 - marked.Accuracy)} of them wrong</title></circle>"
            );
        }

        End(svg, width, height, "coverage (share of images, most confident first)", "error");
        return svg.ToString();

        static double X(double share) => Left + (share * width);
        double Y(double risk) => Top + ((1 - (risk / maxRisk)) * height);
    }

    /// <summary>Draws accuracy over the strengths of one corruption; the first point is the unchanged images.</summary>
    public static string Robustness(RobustnessCurve curve, double unchanged)
    {
        const double width = 260;
        const double height = 190;
        int steps = curve.Points.Count;
        string name = Corruptions.Describe(curve.Corruption);
        var svg = new StringBuilder();
        Begin(
            svg,
            width,
            height,
            $"Accuracy under {name}: from {Html.Percent(unchanged)} "
                + $"to {Html.Percent(curve.Points[^1].Accuracy)}. The table below has the values."
        );
        for (int tick = 0; tick <= 4; tick++)
        {
            AxisY(svg, width, Y(tick / 4.0), $"{tick * 25} %");
        }

        var line = new StringBuilder();
        for (int i = 0; i <= steps; i++)
        {
            double accuracy = i == 0 ? unchanged : curve.Points[i - 1].Accuracy;
            string strength = i == 0 ? "none" : curve.Points[i - 1].Strength.ToString(CultureInfo.InvariantCulture);
            line.Append(CultureInfo.InvariantCulture, $"{X(i):0.##} {Y(accuracy):0.##} ");
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{X(i):0.#}\" y=\"{Top + height + 17:0.#}\" " + $"text-anchor=\"middle\">{strength}</text>"
            );
            if (i > 0)
            {
                Interval interval = curve.Points[i - 1].AccuracyInterval;
                svg.Append(
                    CultureInfo.InvariantCulture,
                    $"<line class=\"whisker\" x1=\"{X(i):0.##}\" x2=\"{X(i):0.##}\" "
                        + $"y1=\"{Y(interval.Low):0.##}\" y2=\"{Y(interval.High):0.##}\"/>"
                );
            }

            svg.Append(
                CultureInfo.InvariantCulture,
                $"<circle class=\"a\" cx=\"{X(i):0.##}\" cy=\"{Y(accuracy):0.##}\" "
                    + $"r=\"4\"><title>{Html.Percent(accuracy)}</title></circle>"
            );
        }

        svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"curve\" points=\"{line.ToString().TrimEnd()}\"/>");
        End(svg, width, height, name, "accuracy");
        return svg.ToString();

        double X(int step) => Left + (width * (step + 0.25) / (steps + 0.5));
        static double Y(double share) => Top + ((1 - share) * height);
    }

    private static void Begin(StringBuilder svg, double width, double height, string label) =>
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg viewBox=\"0 0 {Left + width + 20:0} {Top + height + 44:0}\" role=\"img\" "
                + $"aria-label=\"{Html.Escape(label)}\">"
        );

    private static void AxisY(StringBuilder svg, double width, double y, FormattableString label)
    {
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<line class=\"axis\" x1=\"{Left:0.#}\" x2=\"{Left + width:0.#}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\"/>"
        );
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{Left - 8:0.#}\" y=\"{y + 4:0.#}\" "
                + $"text-anchor=\"end\">{label.ToString(CultureInfo.InvariantCulture)}</text>"
        );
    }

    private static void End(StringBuilder svg, double width, double height, string x, string y)
    {
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{Left + (width / 2):0.#}\" y=\"{Top + height + 38:0.#}\" "
                + $"text-anchor=\"middle\">{Html.Escape(x)}</text>"
        );
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"10\" y=\"{Top + (height / 2):0.#}\" text-anchor=\"middle\" transform=\"rotate(-90 "
                + $"10 {Top + (height / 2):0.#})\">{y}</text></svg>"
        );
    }
}
