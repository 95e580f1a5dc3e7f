using System.Globalization;
using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>Words and numbers that an experiment's page and its tables on a console share. Thread-safe.</summary>
internal static class ExperimentText
{
    private static readonly TextTemplate Template = TextTemplate.Load(typeof(ExperimentText), "ExperimentText.md");

    /// <summary>
    /// Mean and standard deviation: <c>61.23 ± 0.41 %</c>; without a second trial <c>61.23 %</c>; empty without any.
    /// </summary>
    /// <param name="configuration">The configuration.</param>
    /// <returns>Percent with two decimals.</returns>
    public static string Spread(RankedConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return (configuration.Mean, configuration.Deviation) switch
        {
            (null, _) => "",
            ({ } mean, null) => string.Create(CultureInfo.InvariantCulture, $"{mean * 100:0.00} %"),
            ({ } mean, { } deviation) => string.Create(
                CultureInfo.InvariantCulture,
                $"{mean * 100:0.00} ± {deviation * 100:0.00} %"
            ),
        };
    }

    /// <summary>
    /// A difference of two shares in points, with its sign: <c>+0.62</c>; a dash where it is not known.
    /// </summary>
    /// <param name="share">The difference as a share.</param>
    /// <returns>Two decimals.</returns>
    public static string Signed(double? share) =>
        share is { } s ? string.Create(CultureInfo.InvariantCulture, $"{s * 100:+0.00;−0.00;0.00}") : "–";

    /// <summary>
    /// What a factor is worth, with its standard error: <c>+0.62 ± 0.51</c>; a dash where it is not known.
    /// </summary>
    /// <param name="report">The experiment, whose spread between seeds makes the error.</param>
    /// <param name="share">The difference as a share.</param>
    /// <param name="seeds">The seeds that it rests on.</param>
    /// <returns>Points with two decimals; the number of seeds is added where it is not the experiment's.</returns>
    public static string Worth(Experiment report, double? share, int seeds)
    {
        ArgumentNullException.ThrowIfNull(report);
        string error =
            share is not null && report.DifferenceErrorOf(seeds) is { } e
                ? string.Create(CultureInfo.InvariantCulture, $" ± {e * 100:0.00}")
                : "";
        string less =
            share is not null && seeds < report.Plan.Seeds.Count
                ? string.Create(CultureInfo.InvariantCulture, $" ({seeds} of {report.Plan.Seeds.Count} seeds)")
                : "";
        return Signed(share) + error + less;
    }

    /// <summary>How to read what factors are worth: a sentence for its table.</summary>
    public static string WorthLegend => Template.Fill("worthLegend").Text;

    /// <summary>Where a trial stands, in a few words.</summary>
    /// <param name="trial">The trial.</param>
    /// <returns>For example <c>61.23 % in epoch 12</c>.</returns>
    public static string Of(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        string best =
            trial.Accuracy is { } a
                ? string.Create(CultureInfo.InvariantCulture, $"{a * 100:0.00} % in epoch {trial.Best!.Epoch}")
            : trial.History.Count > 0
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{trial.History.Max(e => e.ValidationAccuracy) * 100:0.00} % at a smaller size"
                )
            : "";
        string comma = best.Length == 0 ? "" : ", " + best;
        return trial.State switch
        {
            TrialState.Done => best,
            TrialState.Stopped => string.Create(
                CultureInfo.InvariantCulture,
                $"stopped after epoch {trial.StoppedAfter}{comma}"
            ),
            TrialState.Paused => string.Create(
                CultureInfo.InvariantCulture,
                $"compared after epoch {trial.History.Count}{comma}"
            ),
            TrialState.Running => "running" + comma,
            TrialState.Interrupted => string.Create(
                CultureInfo.InvariantCulture,
                $"interrupted after epoch {trial.History.Count}{comma}"
            ),
            TrialState.Failed => string.Create(
                CultureInfo.InvariantCulture,
                $"failed after epoch {trial.History.Count}{comma}"
            ),
            _ => "waiting",
        };
    }

    /// <summary>What the best of many looks is worth: a sentence for every table of results.</summary>
    /// <param name="report">The experiment.</param>
    /// <returns>Sentences.</returns>
    public static string Caveat(Experiment report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (report.Looks == 0)
        {
            return Template.Fill("untrained").Text;
        }

        string interval =
            report.ValidationImages > 0 && report.Configurations[0].Mean is { } best
                ? Template
                    .Fill(
                        "interval",
                        ("images", Html.Count(report.ValidationImages)),
                        (
                            "interval",
                            Html.Percent(
                                Interval.Wilson(
                                    (long)Math.Round(best * report.ValidationImages),
                                    report.ValidationImages
                                )
                            )
                        )
                    )
                    .Text
                : "";
        return Template
            .Fill(
                "caveat",
                ("looks", Html.Count(report.Looks)),
                ("trainings", Html.Count(report.TrialsBegun)),
                ("interval", interval),
                ("noise", Noise(report))
            )
            .Text;
    }

    /// <summary>What the spread between seeds says about differences.</summary>
    /// <param name="report">The experiment.</param>
    /// <returns>A sentence.</returns>
    public static string Noise(Experiment report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report is { SeedDeviation: { } deviation, DifferenceError: { } error }
            ? Template
                .Fill(
                    "noise",
                    ("deviation", Html.Number(deviation * 100, 2)),
                    ("degrees", report.SeedDegrees),
                    ("seeds", report.Plan.Seeds.Count),
                    ("error", Html.Number(error * 100, 2))
                )
                .Text
            : Template.Fill("noiseUnknown").Text;
    }
}
