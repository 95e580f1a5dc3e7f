using System.Globalization;
using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>
/// The report of an experiment as one self-contained HTML page, like <see cref="HtmlReport"/>: ranking, plots, effects,
/// all trials. The texts are in <c>ExperimentHtml.html</c>.
/// </summary>
internal static class ExperimentHtml
{
    private static readonly TextTemplate Template = TextTemplate.Load(typeof(ExperimentHtml), "ExperimentHtml.html");

    private static readonly Markup Style = new(
        HtmlStyle.Sheet.Text + TextTemplate.Read(typeof(ExperimentHtml), "Experiment.css")
    );

    /// <summary>Writes the page; an existing file is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="report">The experiment, finished or not.</param>
    /// <exception cref="MienException"><c>cannotWrite</c>: the file cannot be written.</exception>
    public static void Write(string path, Experiment report) => OutputFile.WriteText(path, Render(report));

    /// <summary>Renders the page; see <see cref="Write"/>.</summary>
    /// <param name="report">The experiment, finished or not.</param>
    /// <returns>An HTML document with line feeds.</returns>
    public static string Render(Experiment report)
    {
        ArgumentNullException.ThrowIfNull(report);
        string?[] lines =
        [
            report.Plan.Summary,
            report.Data is null ? report.Search : $"{report.Search} · {report.Data}",
            report.Machine,
            State(report),
        ];
        return Template
            .Fill(
                "page",
                ("name", report.Plan.Name),
                ("style", Style),
                ("lines", Markup.Join(lines.OfType<string>().Select(l => Template.Fill("line", ("text", l))))),
                ("figures", Markup.Join(Figures(report))),
                (
                    "sections",
                    Markup.Join([
                        Ranking(report),
                        .. Plots(report),
                        .. report.FactorEffects.Count > 0 ? [FactorEffects(report)] : Array.Empty<Markup>(),
                        .. report.Effects.Count > 0 ? [Effects(report)] : Array.Empty<Markup>(),
                        Trials(report),
                    ])
                )
            )
            .Text;
    }

    private static string? State(Experiment report) =>
        report switch
        {
            { IsComplete: true } => null,
            { AllRunning: { Count: > 0 } all } => "Not finished: "
                + string.Join(
                    ", ",
                    all.Select(r =>
                        string.Create(CultureInfo.InvariantCulture, $"{r.Trial} is in epoch {r.Epoch} of {r.Epochs}")
                    )
                )
                + ".",
            _ => "Not finished: nothing is being trained.",
        };

    private static IEnumerable<Markup> Figures(Experiment report)
    {
        if (report.Configurations.FirstOrDefault(s => s.Mean is not null) is { } best)
        {
            yield return Figure(
                "Best configuration",
                ExperimentText.Spread(best),
                $"{best.Configuration.Name}; {Seeds(best)}"
            );
        }

        yield return Figure(
            "Standard deviation between seeds",
            report.SeedDeviation is { } s ? $"{Points(s)} points" : "unknown",
            report.SeedDeviation is null
                ? "no configuration has two finished trials"
                : $"pooled, {report.SeedDegrees} degrees of freedom; standard error of a "
                    + $"difference {Points(report.DifferenceError!.Value)} points"
        );
        yield return Figure(
            "Evaluations on PublicTest",
            Html.Count(report.Evaluations),
            $"epochs of {Html.Count(report.TrialsBegun)} trainings"
        );
        yield return Figure(
            "Time",
            report.Minutes < 90 ? $"{Html.Number(report.Minutes, 1)} min" : $"{Html.Number(report.Minutes / 60, 1)} h",
            "training and evaluation of all trials"
        );
    }

    private static Markup Figure(string name, string value, string aside) =>
        Template.Fill("figure", ("name", name), ("value", new Markup(value)), ("aside", aside));

    private static Markup Ranking(Experiment report) =>
        Template.Fill(
            "ranking",
            ("rows", Markup.Join(report.Configurations.Select(Configuration))),
            ("caveat", ExperimentText.Caveat(report))
        );

    private static Markup Configuration(RankedConfiguration s) =>
        Template.Fill(
            "configuration",
            ("rank", s.Rank?.ToString(CultureInfo.InvariantCulture) ?? ""),
            ("name", s.Configuration.Name),
            ("accuracy", s.Mean is null ? StateOf(s) : new Markup(ExperimentText.Spread(s))),
            (
                "range",
                s.Done.Count < 2
                    ? ""
                    : $"{Html.Number(s.Lowest!.Value * 100, 2)} to {Html.Number(s.Highest!.Value * 100, 2)}"
            ),
            ("done", s.Done.Count),
            ("trials", s.Trials.Count),
            ("parameters", Whole(s.Configuration.Parameters)),
            ("macs", Whole(s.Configuration.Macs)),
            ("minutes", Html.Number(s.Minutes, 1))
        );

    /// <summary>The state of a configuration without a finished trial.</summary>
    private static string StateOf(RankedConfiguration configuration)
    {
        Trial trial = configuration.Trials.FirstOrDefault(t => t.State == TrialState.Failed) ?? configuration.Trials[0];
        return ExperimentText.Of(trial);
    }

    /// <summary>The section with the plots; empty if there are none.</summary>
    private static IEnumerable<Markup> Plots(Experiment report)
    {
        RankedConfiguration[] ranked = [.. report.Configurations.Where(s => s.Mean is not null)];
        var plots = new List<string>();
        if (ranked.Select(s => s.Configuration.Macs).Distinct().Count() > 1)
        {
            plots.Add(ExperimentPlots.Cost(ranked, "MACs per image (millions)", s => s.Configuration.Macs / 1e6));
        }

        if (ranked.Length > 0)
        {
            plots.Add(ExperimentPlots.Cost(ranked, "minutes per training", s => s.Minutes));
        }

        if (report.Trials.Any(t => t.History.Count > 1))
        {
            plots.Add(ExperimentPlots.Curves(report));
        }

        return plots.Count == 0
            ? []
            :
            [
                Template.Fill(
                    "plots",
                    ("plots", Markup.Join(plots.Select(p => Template.Fill("plot", ("plot", new Markup(p))))))
                ),
            ];
    }

    private static Markup FactorEffects(Experiment report) =>
        Template.Fill(
            "factorEffects",
            ("legend", ExperimentText.EffectLegend),
            ("noise", ExperimentText.Noise(report)),
            (
                "rows",
                Markup.Join(
                    report.FactorEffects.Select(w =>
                        Template.Fill(
                            "factorEffect",
                            ("factor", w.Factor),
                            ("without", w.Without),
                            ("with", w.With),
                            ("alone", new Markup(ExperimentText.Effect(report, w.Alone, w.AloneSeeds))),
                            ("leftOut", new Markup(ExperimentText.Effect(report, w.LeftOut, w.LeftOutSeeds)))
                        )
                    )
                )
            )
        );

    private static Markup Effects(Experiment report) =>
        Template.Fill(
            "effects",
            (
                "rows",
                Markup.Join(
                    report.Effects.Select(e =>
                        Template.Fill(
                            "effect",
                            ("factor", e.Factor),
                            ("level", e.Level),
                            ("configurations", e.Configurations),
                            ("mean", Html.Percent(e.Mean))
                        )
                    )
                )
            )
        );

    private static Markup Trials(Experiment report) =>
        Template.Fill(
            "trials",
            (
                "rows",
                Markup.Join(
                    report.Trials.Select(t =>
                        Template.Fill(
                            "trial",
                            ("name", t.Name),
                            ("result", ExperimentText.Of(t) + (t.Error is null ? "" : ": " + t.Error)),
                            ("done", t.History.Count),
                            ("epochs", t.Epochs),
                            ("minutes", Html.Number(t.Seconds / 60, 1))
                        )
                    )
                )
            )
        );

    private static string Seeds(RankedConfiguration s) =>
        s.Done.Count == 1
            ? "one seed"
            : string.Create(CultureInfo.InvariantCulture, $"mean ± standard deviation of {s.Done.Count} seeds");

    private static string Points(double share) => Html.Number(share * 100, 2);

    private static string Whole(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
