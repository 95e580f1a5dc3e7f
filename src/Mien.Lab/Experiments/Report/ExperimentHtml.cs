using System.Globalization;
using System.Text;
using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>
/// An experiment as one HTML page that needs nothing else, in the manner of <see cref="HtmlReport"/>: ranking, plots,
/// what each value is worth, all trials.
/// </summary>
internal static class ExperimentHtml
{
    /// <summary>Writes the page; an existing file is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="report">The experiment, finished or not.</param>
    /// <exception cref="MienException"><c>cannotWrite</c>: the file cannot be written.</exception>
    public static void Write(string path, ExperimentReport report) => OutputFile.WriteText(path, Render(report));

    /// <summary>The page as text; see <see cref="Write"/>.</summary>
    /// <param name="report">The experiment, finished or not.</param>
    /// <returns>An HTML document with line feeds.</returns>
    public static string Render(ExperimentReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var page = new StringBuilder();
        string title = Html.Escape(report.Name);
        page.Append(
                "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
                    + "name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
            )
            .Append(
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                    + "'unsafe-inline'\">\n"
            )
            .Append(
                CultureInfo.InvariantCulture,
                $"<title>{title} · Mien experiment</title>\n"
                    + $"<style>\n{HtmlStyle.Sheet}\n{ExperimentPlots.Sheet}\n</style>\n</head>\n<body>\n<main>\n"
            )
            .Append(CultureInfo.InvariantCulture, $"<header><h1>{title}</h1>\n");
        foreach (
            string? line in (string?[])
                [
                    report.Summary,
                    $"{report.Search}{(report.Data is null ? "" : " · " + report.Data)}",
                    report.Machine,
                    State(report),
                ]
        )
        {
            page.Append(line is null ? "" : $"<p>{Html.Escape(line)}</p>\n");
        }

        page.Append("</header>\n");
        Figures(page, report);
        Ranking(page, report);
        Plots(page, report);
        Worths(page, report);
        Effects(page, report);
        Trials(page, report);
        return page.Append("</main>\n</body>\n</html>\n").ToString().ReplaceLineEndings("\n");
    }

    private static string? State(ExperimentReport report) =>
        report switch
        {
            { IsComplete: true } => null,
            { Running: { } r } => string.Create(
                CultureInfo.InvariantCulture,
                $"Not finished: {r.Trial} is in epoch {r.Epoch} of {r.Epochs}."
            ),
            _ => "Not finished: nothing is being trained at the moment.",
        };

    private static void Figures(StringBuilder page, ExperimentReport report)
    {
        page.Append("<dl>\n");
        ExperimentSetting? best = report.Settings.FirstOrDefault(s => s.Mean is not null);
        if (best is not null)
        {
            Figure("Best setting", Spread(best), $"{best.Name}; {Seeds(best)}");
        }

        Figure(
            "Spread between seeds",
            report.SeedDeviation is { } s ? $"{Points(s)} points" : "not known",
            report.SeedDeviation is null
                ? "no setting has two finished trials"
                : $"pooled standard deviation, {report.SeedDegrees} degrees of freedom; standard error of a "
                    + $"difference {Points(report.DifferenceError!.Value)} points"
        );
        Figure(
            "Looks at PublicTest",
            Html.Count(report.Looks),
            $"epochs of {Html.Count(report.TrialsBegun)} trainings"
        );
        Figure(
            "Time",
            report.Minutes < 90 ? $"{Html.Number(report.Minutes, 1)} min" : $"{Html.Number(report.Minutes / 60, 1)} h",
            "training and evaluation of all trials"
        );
        page.Append("</dl>\n");

        void Figure(string name, string value, string aside) =>
            page.Append(
                CultureInfo.InvariantCulture,
                $"<div><dt>{name}</dt><dd class=\"figure\">{value}</dd><dd "
                    + $"class=\"aside\">{Html.Escape(aside)}</dd></div>\n"
            );
    }

    private static void Ranking(StringBuilder page, ExperimentReport report)
    {
        page.Append(
            "<section>\n<h2>Ranking</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\"></th><th "
                + "scope=\"col\">setting</th><th scope=\"col\">accuracy</th><th scope=\"col\">lowest to "
                + "highest</th><th scope=\"col\">trials done</th><th scope=\"col\">parameters</th><th "
                + "scope=\"col\">multiply-adds</th><th scope=\"col\">minutes</th></tr></thead>\n<tbody>\n"
        );
        foreach (ExperimentSetting s in report.Settings)
        {
            string range =
                s.Done.Count < 2
                    ? ""
                    : $"{Html.Number(s.Lowest!.Value * 100, 2)} to {Html.Number(s.Highest!.Value * 100, 2)}";
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td>{s.Rank}</td><th "
                    + $"scope=\"row\">{Html.Escape(s.Name)}</th><td>{(s.Mean is null ? Html.Escape(Standing(s)) : Spread(s))}</td><td>{range}</td><td>{s.Done.Count} "
                    + $"of {s.Trials.Count}</td><td>{s.Parameters:N0}</td><td>{s.MultiplyAdds:N0}</td><td>{Html.Number(s.Minutes, 1)}</td></tr>\n"
            );
        }

        page.Append("</tbody>\n</table></div>\n<p class=\"note\">")
            .Append(Html.Escape(ExperimentText.Caveat(report)))
            .Append("</p>\n</section>\n");
    }

    /// <summary>What is known of a setting of which nothing is done.</summary>
    private static string Standing(ExperimentSetting setting)
    {
        ExperimentTrial trial = setting.Trials.FirstOrDefault(t => t.State == TrialState.Failed) ?? setting.Trials[0];
        return ExperimentText.Of(trial);
    }

    private static void Plots(StringBuilder page, ExperimentReport report)
    {
        ExperimentSetting[] ranked = [.. report.Settings.Where(s => s.Mean is not null)];
        bool curves = report.Trials.Any(t => t.History.Count > 1);
        if (ranked.Length == 0 && !curves)
        {
            return;
        }

        page.Append("<section>\n<h2>Plots</h2>\n<div class=\"pair\">\n");
        if (ranked.Select(s => s.MultiplyAdds).Distinct().Count() > 1)
        {
            page.Append("<div>")
                .Append(ExperimentPlots.Cost(ranked, "multiply-adds of an image (millions)", s => s.MultiplyAdds / 1e6))
                .Append("</div>\n");
        }

        if (ranked.Length > 0)
        {
            page.Append("<div>")
                .Append(ExperimentPlots.Cost(ranked, "minutes of a training", s => s.Minutes))
                .Append("</div>\n");
        }

        if (curves)
        {
            page.Append("<div>").Append(ExperimentPlots.Curves(report)).Append("</div>\n");
        }

        page.Append(
            "</div>\n<p class=\"note\">Points are settings: mean over seeds, with the lowest and highest as "
                + "whiskers. Curves are trainings: accuracy on PublicTest after each epoch, those of the best "
                + "setting in colour. Hold the pointer over a mark to see its name.</p>\n</section>\n"
        );
    }

    private static void Worths(StringBuilder page, ExperimentReport report)
    {
        if (report.Worths.Count == 0)
        {
            return;
        }

        page.Append(
            "<section>\n<h2>What each factor is worth</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th "
                + "scope=\"col\">factor</th><th scope=\"col\">from</th><th scope=\"col\">to</th><th "
                + "scope=\"col\">alone (points)</th><th scope=\"col\">left out of the whole "
                + "(points)</th></tr></thead>\n<tbody>\n"
        );
        foreach (FactorWorth w in report.Worths)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><th scope=\"row\">{Html.Escape(w.Factor)}</th><td>{Html.Escape(w.Without)}</td><td>{Html.Escape(w.With)}</td><td>{ExperimentText.Worth(report, w.Alone, w.AloneSeeds)}</td><td>{ExperimentText.Worth(report, w.LeftOut, w.LeftOutSeeds)}</td></tr>\n"
            );
        }

        page.Append("</tbody>\n</table></div>\n<p class=\"note\">")
            .Append(Html.Escape(ExperimentText.WorthLegend))
            .Append(' ')
            .Append(Html.Escape(ExperimentText.Noise(report)))
            .Append("</p>\n</section>\n");
    }

    private static void Effects(StringBuilder page, ExperimentReport report)
    {
        if (report.Effects.Count == 0)
        {
            return;
        }

        page.Append(
            "<section>\n<h2>Each value by itself</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th "
                + "scope=\"col\">what varies</th><th scope=\"col\">value</th><th scope=\"col\">settings</th><th "
                + "scope=\"col\">mean accuracy</th></tr></thead>\n<tbody>\n"
        );
        foreach (ExperimentEffect e in report.Effects)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><th scope=\"row\">{Html.Escape(e.Factor)}</th><td>{Html.Escape(e.Level)}</td><td>{e.Settings}</td><td>{Html.Percent(e.Mean)}</td></tr>\n"
            );
        }

        page.Append(
            "</tbody>\n</table></div>\n<p class=\"note\">The mean of the settings with that value, whatever "
                + "else they have. Only settings that were trained to their end count, so with halving this is a "
                + "mean over survivors.</p>\n</section>\n"
        );
    }

    private static void Trials(StringBuilder page, ExperimentReport report)
    {
        page.Append(
            "<section>\n<h2>All trials</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th "
                + "scope=\"col\">run</th><th scope=\"col\">result</th><th scope=\"col\">epochs</th><th "
                + "scope=\"col\">minutes</th></tr></thead>\n<tbody>\n"
        );
        foreach (ExperimentTrial t in report.Trials)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><th scope=\"row\"><code>{Html.Escape(t.Name)}</code></th><td>{Html.Escape(ExperimentText.Of(t))}{(t.Error is null ? "" : ": " + Html.Escape(t.Error))}</td><td>{t.History.Count} "
                    + $"of {t.Epochs}</td><td>{Html.Number(t.Seconds / 60, 1)}</td></tr>\n"
            );
        }

        page.Append(
            "</tbody>\n</table></div>\n<p class=\"note\">Each run's folder holds its whole recipe and network: "
                + "<code>mien-lab train RUN/recipe.json</code> repeats it alone, <code>mien-lab export</code> makes "
                + "a model of it.</p>\n</section>\n"
        );
    }

    private static string Spread(ExperimentSetting s) => ExperimentText.Spread(s);

    private static string Seeds(ExperimentSetting s) =>
        s.Done.Count == 1
            ? "one seed"
            : string.Create(CultureInfo.InvariantCulture, $"mean ± standard deviation of {s.Done.Count} seeds");

    private static string Points(double share) => Html.Number(share * 100, 2);
}
