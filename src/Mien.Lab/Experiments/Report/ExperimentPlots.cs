using System.Globalization;
using System.Text;
using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>Plots of an experiment as inline SVG, coloured by the page's style sheet.</summary>
internal static class ExperimentPlots
{
    // The plot's area, in SVG units.
    private const double Left = 56;
    private const double Top = 14;
    private const double Width = 380;
    private const double Height = 260;

    /// <summary>
    /// Plots accuracy against a cost, one point per configuration. The axis of the cost is logarithmic if the costs
    /// span more than a factor of five.
    /// </summary>
    public static string Cost(
        IReadOnlyList<RankedConfiguration> configurations,
        string label,
        Func<RankedConfiguration, double> cost
    )
    {
        double min = configurations.Min(cost),
            max = configurations.Max(cost);
        bool logarithmic = min > 0 && max / min > 5;
        double Scale(double value) => logarithmic ? Math.Log10(value) : value;
        var (low, high) = Padded(
            configurations.Min(s => s.Lowest!.Value) * 100,
            configurations.Max(s => s.Highest!.Value) * 100
        );
        var (from, to) = Padded(Scale(min), Scale(max));
        var svg = Begin(
            $"Accuracy against {label}, {configurations.Count} configurations. The ranking above has the numbers."
        );
        AxisY(svg, low, high);
        foreach (double tick in logarithmic ? LogTicks(from, to) : Ticks(from, to, 4))
        {
            TickX(svg, (Scale(tick) - from) / (to - from), tick);
        }

        foreach (RankedConfiguration s in Enumerable.Reverse(configurations))
        {
            double x = X((Scale(cost(s)) - from) / (to - from));
            if (s.Done.Count > 1)
            {
                svg.Append(
                    CultureInfo.InvariantCulture,
                    $"<line class=\"whisker\" x1=\"{x:0.##}\" x2=\"{x:0.##}\" "
                        + $"y1=\"{Y(s.Lowest!.Value * 100, low, high):0.##}\" "
                        + $"y2=\"{Y(s.Highest!.Value * 100, low, high):0.##}\"/>"
                );
            }

            svg.Append(
                CultureInfo.InvariantCulture,
                $"<circle class=\"{(s.Rank == 1 ? 'b' : 'a')}\" cx=\"{x:0.##}\" "
                    + $"cy=\"{Y(s.Mean!.Value * 100, low, high):0.##}\" "
                    + $"r=\"{(s.Rank == 1 ? 6 : 4.5):0.#}\"><title>{Html.Escape(s.Configuration.Name)}: "
                    + $"{ExperimentText.Spread(s)}, {cost(s):0.##} {label}</title></circle>"
            );
        }

        return End(svg, label + (logarithmic ? ", logarithmic" : ""));
    }

    /// <summary>Plots the accuracy on PublicTest after each epoch, one curve per trial.</summary>
    public static string Curves(Experiment report)
    {
        Trial[] trials = [.. report.Trials.Where(t => t.History.Count > 0)];
        int epochs = Math.Max(2, trials.Max(t => t.History[^1].Epoch));
        double[] accuracies = [.. trials.SelectMany(t => t.History).Select(e => e.ValidationAccuracy * 100)];
        var (low, high) = Padded(accuracies.Min(), accuracies.Max());
        var svg = Begin(
            $"Accuracy on PublicTest over the epochs of {trials.Length} trainings; the best configuration is in colour."
        );
        AxisY(svg, low, high);
        foreach (double tick in Ticks(1, epochs).Where(t => t == Math.Floor(t)))
        {
            TickX(svg, (tick - 1) / (epochs - 1), tick);
        }

        foreach (Trial t in Enumerable.Reverse(trials)) // the best on top
        {
            bool top = report.Configurations[0].Trials.Contains(t);
            string points = string.Join(
                ' ',
                t.History.Select(e =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{X((e.Epoch - 1.0) / (epochs - 1)):0.##},{Y(e.ValidationAccuracy * 100, low, high):0.##}"
                    )
                )
            );
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<polyline class=\"run{(top ? " top" : "")}\" "
                    + $"points=\"{points}\"><title>{Html.Escape(t.Name)}: {ExperimentText.Of(t)}</title></polyline>"
            );
        }

        return End(svg, "epoch");
    }

    private static StringBuilder Begin(FormattableString label)
    {
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg viewBox=\"0 0 {Left + Width + 20:0} {Top + Height + 46:0}\" role=\"img\" "
                + $"aria-label=\"{Html.Escape(label.ToString(CultureInfo.InvariantCulture))}\">"
        );
        return svg;
    }

    private static string End(StringBuilder svg, string label)
    {
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{Left + (Width / 2):0.#}\" y=\"{Top + Height + 40:0.#}\" text-anchor=\"middle\">{label}</text>"
        );
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"14\" y=\"{Top + (Height / 2):0.#}\" text-anchor=\"middle\" transform=\"rotate(-90 "
                + $"14 {Top + (Height / 2):0.#})\">accuracy (%)</text></svg>"
        );
        return svg.ToString();
    }

    private static void AxisY(StringBuilder svg, double low, double high)
    {
        foreach (double tick in Ticks(low, high))
        {
            double y = Y(tick, low, high);
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<line class=\"axis\" x1=\"{Left:0.#}\" x2=\"{Left + Width:0.#}\" y1=\"{y:0.#}\" "
                    + $"y2=\"{y:0.#}\"/><text x=\"{Left - 8:0.#}\" y=\"{y + 4:0.#}\" "
                    + $"text-anchor=\"end\">{tick:0.##}</text>"
            );
        }
    }

    private static void TickX(StringBuilder svg, double place, double value) =>
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<line class=\"axis\" x1=\"{X(place):0.#}\" x2=\"{X(place):0.#}\" y1=\"{Top + Height:0.#}\" "
                + $"y2=\"{Top + Height + 5:0.#}\"/><text x=\"{X(place):0.#}\" y=\"{Top + Height + 19:0.#}\" "
                + $"text-anchor=\"middle\">{value:0.###}</text>"
        );

    private static double X(double place) => Left + (Width * place);

    private static double Y(double value, double low, double high) => Top + (Height * (high - value) / (high - low));

    /// <summary>Adds a margin on both sides, also if all values are equal up to rounding.</summary>
    private static (double Low, double High) Padded(double low, double high)
    {
        double room =
            high - low > 1e-6 * Math.Max(Math.Abs(low), Math.Abs(high))
                ? (high - low) * 0.06
                : Math.Max(Math.Abs(high) * 0.05, 0.5);
        return (low - room, high + room);
    }

    /// <summary>Round numbers in a range, about <paramref name="count"/> of them.</summary>
    private static IEnumerable<double> Ticks(double low, double high, int count = 6)
    {
        double rough = (high - low) / count,
            power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step =
            power
            * (
                rough / power < 1.5 ? 1
                : rough / power < 3.5 ? 2
                : rough / power < 7.5 ? 5
                : 10
            );
        double first = Math.Ceiling(low / step);
        for (int n = 0; (first + n) * step <= high && n < 4 * count; n++)
        {
            yield return Math.Round((first + n) * step, 9);
        }
    }

    /// <summary>1, 2 and 5 times each power of ten whose logarithm is in the range.</summary>
    private static IEnumerable<double> LogTicks(double low, double high) =>
        from power in Enumerable.Range((int)Math.Floor(low), (int)Math.Ceiling(high) - (int)Math.Floor(low) + 1)
        from digit in (double[])[1, 2, 5]
        let value = digit * Math.Pow(10, power)
        where Math.Log10(value) >= low && Math.Log10(value) <= high
        select value;
}
