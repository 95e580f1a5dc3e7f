using System.Globalization;
using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>Texts and numbers that the page and the console tables of an experiment share. Thread-safe.</summary>
internal static class ExperimentText
{
    private static readonly TextTemplate Template = TextTemplate.Load(typeof(ExperimentText), "ExperimentText.md");

    /// <summary>
    /// Mean and standard deviation: <c>61.23 ± 0.41 %</c>, with a single trial <c>61.23 %</c>, without one empty.
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
    /// A difference of two accuracies in percentage points with its sign: <c>+0.62</c>; a dash if it is unknown.
    /// </summary>
    /// <param name="share">The difference, −1..1.</param>
    /// <returns>Points with two decimals.</returns>
    public static string Signed(double? share) =>
        share is { } s ? string.Create(CultureInfo.InvariantCulture, $"{s * 100:+0.00;−0.00;0.00}") : "–";

    /// <summary>
    /// The effect of a factor with its standard error: <c>+0.62 ± 0.51</c>; a dash if it is unknown.
    /// </summary>
    /// <param name="report">The experiment, whose deviation between seeds gives the error.</param>
    /// <param name="share">The difference in accuracy, −1..1.</param>
    /// <param name="seeds">The number of seeds that both configurations have.</param>
    /// <returns>Points with two decimals, with the number of seeds if it is less than that of the experiment.</returns>
    public static string Effect(Experiment report, double? share, int seeds)
    {
        ArgumentNullException.ThrowIfNull(report);
        string error =
            share is not null && report.DifferenceErrorOf(seeds) is { } e
                ? string.Create(CultureInfo.InvariantCulture, $" ± {e * 100:0.00}")
                : "";
        string partial =
            share is not null && seeds < report.Plan.Seeds.Count
                ? string.Create(CultureInfo.InvariantCulture, $" ({seeds} of {report.Plan.Seeds.Count} seeds)")
                : "";
        return Signed(share) + error + partial;
    }

    /// <summary>The legend of the table of factor effects.</summary>
    public static string EffectLegend => Template.Fill("effectLegend").Text;

    /// <summary>The state and the best accuracy of a trial as short text.</summary>
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
                    $"{trial.History.Max(e => e.ValidationAccuracy) * 100:0.00} % at a smaller input size"
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

    /// <summary>How far the best of many evaluations can be trusted: a note for every table of results.</summary>
    /// <param name="report">The experiment.</param>
    /// <returns>Sentences.</returns>
    public static string Caveat(Experiment report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (report.Evaluations == 0)
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
                ("evaluations", Html.Count(report.Evaluations)),
                ("trainings", Html.Count(report.TrialsBegun)),
                ("interval", interval),
                ("noise", Noise(report))
            )
            .Text;
    }

    /// <summary>How large a difference must be, given the deviation between seeds.</summary>
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
