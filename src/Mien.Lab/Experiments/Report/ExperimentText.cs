using System.Globalization;
using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>Words and numbers that an experiment's page and its tables on a console share. Thread-safe.</summary>
internal static class ExperimentText
{
    /// <summary>
    /// Mean and standard deviation: <c>61.23 ± 0.41 %</c>; without a second trial <c>61.23 %</c>; empty without any.
    /// </summary>
    /// <param name="setting">The setting.</param>
    /// <returns>Percent with two decimals.</returns>
    public static string Spread(ExperimentSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        return (setting.Mean, setting.Deviation) switch
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
    public static string Worth(ExperimentReport report, double? share, int seeds)
    {
        ArgumentNullException.ThrowIfNull(report);
        string error =
            share is not null && report.DifferenceErrorOf(seeds) is { } e
                ? string.Create(CultureInfo.InvariantCulture, $" ± {e * 100:0.00}")
                : "";
        string less =
            share is not null && seeds < report.Seeds.Count
                ? string.Create(CultureInfo.InvariantCulture, $" ({seeds} of {report.Seeds.Count} seeds)")
                : "";
        return Signed(share) + error + less;
    }

    /// <summary>How to read what factors are worth: a sentence for its table.</summary>
    public static string WorthLegend =>
        "Alone: accuracy with this factor only, minus accuracy with none. Left out: accuracy with all factors, "
        + "minus accuracy with all but this one, so under 0 leaving it out has helped. ± is the standard error "
        + "of the difference, from the spread between seeds over all settings.";

    /// <summary>Where a trial stands, in a few words.</summary>
    /// <param name="trial">The trial.</param>
    /// <returns>For example <c>61.23 % in epoch 12</c>.</returns>
    public static string Of(ExperimentTrial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        string best =
            trial.Accuracy is { } a
                ? string.Create(CultureInfo.InvariantCulture, $"{a * 100:0.00} % in epoch {trial.Epoch}")
            : trial.History.Count > 0
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{trial.History.Max(e => e.DevAccuracy) * 100:0.00} % at a smaller size"
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
    public static string Caveat(ExperimentReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (report.Looks == 0)
        {
            return "Nothing has been trained yet.";
        }

        string interval =
            report.DevImages > 0 && report.Settings[0].Mean is { } best
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $" The 95 % interval of the best on {report.DevImages:N0} images "
                        + $"is {Html.Percent(Interval.Wilson((long)Math.Round(best * report.DevImages), report.DevImages))}."
                )
                : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"An accuracy is that of the epoch that was best on PublicTest, and settings are compared on the "
                + $"same images: {report.Looks:N0} looks ({report.TrialsBegun:N0} trainings). The best of many looks "
                + $"is optimistic: expect less of the same setting on new faces, and less "
                + $"lead.{interval} {Noise(report)}"
        );
    }

    /// <summary>What the spread between seeds says about differences.</summary>
    /// <param name="report">The experiment.</param>
    /// <returns>A sentence.</returns>
    public static string Noise(ExperimentReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report is { SeedDeviation: { } s, DifferenceError: { } e }
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Seeds of one setting differ by {s * 100:0.00} points (standard "
                    + $"deviation, {report.SeedDegrees} degrees of freedom), so a difference between two settings "
                    + $"of {report.Seeds.Count} seeds each has a standard error of {e * 100:0.00} points from chance "
                    + $"alone: differences under twice that show nothing."
            )
            : "How far seeds of one setting differ is not known, since none was trained to the end with two: "
                + "small differences show nothing.";
    }
}
