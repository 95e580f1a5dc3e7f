using System.Globalization;
using Mien.CommandLine;

namespace Mien.Lab;

/// <summary>Shows an experiment on the console.</summary>
internal static class ExperimentTables
{
    /// <summary>Writes the progress, the ranking, the effects of the factors, and how to read them.</summary>
    public static void Write(CommandConsole console, Experiment report)
    {
        console.WriteBold(report.Plan.Name);
        console.Out.WriteLine($": {report.Search}");
        string states = string.Join(
            ", ",
            report
                .Trials.GroupBy(t => t.State)
                .OrderBy(g => g.Key)
                .Select(g =>
                    string.Create(CultureInfo.InvariantCulture, $"{g.Count()} {g.Key.ToString().ToLowerInvariant()}")
                )
        );
        console.Out.WriteLine($"{states}; {DurationText.Of(TimeSpan.FromMinutes(report.Minutes))} of training so far");
        foreach (TrialProgress r in report.AllRunning)
        {
            console.Out.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"running: {r.Trial}, epoch {r.Epoch}/{r.Epochs}, "
                        + $"batch {r.Batch}/{r.Batches}, {r.ImagesPerSecond:0} "
                        + $"images/s, {DurationText.Of(TimeSpan.FromSeconds(r.SecondsLeft))} left"
                )
            );
        }

        ConsoleTable table = new ConsoleTable()
            .Number("")
            .Column("configuration")
            .Number("accuracy")
            .Number("state")
            .Number("params")
            .Number("MACs")
            .Number("minutes");
        foreach (RankedConfiguration s in report.Configurations)
        {
            table.Row(
                string.Create(CultureInfo.InvariantCulture, $"{s.Rank}"),
                Breakable(s.Configuration.Name),
                s.Mean is null ? SoFar(s) : ExperimentText.Spread(s),
                State(s),
                Short(s.Configuration.Parameters),
                Short(s.Configuration.Macs),
                string.Create(CultureInfo.InvariantCulture, $"{s.Minutes:0.0}")
            );
        }

        table.WriteTo(console);
        WriteFactorEffects(console, report);
        foreach (Trial trial in report.Trials.Where(t => t.Error is not null))
        {
            console.Out.WriteLine($"{trial.Name} failed: {trial.Error}");
        }

        console.Out.WriteLine(ExperimentText.Caveat(report));
    }

    /// <summary>
    /// The best accuracy so far of a configuration without a finished trial, in brackets since it does not count for
    /// the ranking.
    /// </summary>
    private static string SoFar(RankedConfiguration configuration)
    {
        double[] seen = [.. configuration.Trials.SelectMany(t => t.History).Select(e => e.ValidationAccuracy)];
        return seen.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"({seen.Max() * 100:0.00} %)");
    }

    private static string State(RankedConfiguration configuration)
    {
        Trial trial =
            configuration.Trials.FirstOrDefault(t => t.State is TrialState.Failed or TrialState.Running)
            ?? configuration.Trials[0];
        string done = string.Create(
            CultureInfo.InvariantCulture,
            $"{configuration.Done.Count}/{configuration.Trials.Count} done"
        );
        return trial.State switch
        {
            TrialState.Failed => configuration.Done.Count > 0 ? done + ", failed" : "failed",
            TrialState.Running => configuration.Done.Count > 0 ? done + ", running" : "running",
            TrialState.Stopped => string.Create(CultureInfo.InvariantCulture, $"stopped at {trial.StoppedAfter}"),
            TrialState.Paused => string.Create(CultureInfo.InvariantCulture, $"paused at {trial.History.Count}"),
            TrialState.Interrupted when configuration.Done.Count == 0 => "interrupted",
            TrialState.Waiting when configuration.Done.Count == 0 => "waiting",
            _ => done,
        };
    }

    /// <summary>A count in few characters: <c>1.55 M</c>.</summary>
    private static string Short(long count) =>
        count < 100_000
            ? string.Create(CultureInfo.InvariantCulture, $"{count:N0}")
            : string.Create(CultureInfo.InvariantCulture, $"{count / 1e6:0.00} M");

    /// <summary>Writes the configurations of an experiment and an estimate of the time.</summary>
    public static void WritePlan(CommandConsole console, ExperimentPlan plan)
    {
        ConsoleTable table = new ConsoleTable()
            .Column("configuration")
            .Column("network")
            .Number("parameters")
            .Number("MACs")
            .Number("epochs")
            .Number("time per trial");
        foreach (Configuration s in plan.Configurations)
        {
            table.Row(
                Breakable(s.Name),
                s.Network,
                string.Create(CultureInfo.InvariantCulture, $"{s.Parameters:N0}"),
                string.Create(CultureInfo.InvariantCulture, $"{s.Macs:N0}"),
                s.Hours > 0 ? "as hours allow" : string.Create(CultureInfo.InvariantCulture, $"{s.Epochs}"),
                s.Hours > 0 ? string.Create(CultureInfo.InvariantCulture, $"{s.Hours} h") : Time(s.Work)
            );
        }

        table.WriteTo(console);
        int trials = plan.Configurations.Count * plan.Seeds.Count;
        double hours = plan.Configurations.Sum(s => s.Hours) * plan.Seeds.Count;
        double work = plan.Configurations.Where(s => s.Hours == 0).Sum(s => s.Work) * plan.Seeds.Count;
        string budget = string.Create(CultureInfo.InvariantCulture, $"{hours:0.##} h of training");
        string time =
            hours == 0 ? Time(work)
            : work == 0 ? budget
            : $"{budget} and {Time(work)}";
        console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{plan.Name}: {plan.Configurations.Count} configurations, {plan.Seeds.Count} seeds each, {trials} "
                    + $"trials; estimated time {time}{(plan.Halving is null ? "" : " without successive halving")}."
            )
        );
        console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Estimate: MACs × 6 × {Images:N0} images × epochs at {Fast:0} to {Slow:0} GFLOP/s, the speed of two "
                    + $"cores with wide layers on small images or with narrow layers. 'mien-lab networks bench' "
                    + $"measures the speed."
            )
        );
    }

    // The training images of FER2013, and the range of speeds measured for training convolutions on two cores.
    private const double Images = 28_709;
    private const double Fast = 100;
    private const double Slow = 40;

    private static string Time(double work)
    {
        double minutes = work * 6 * Images / 1e9 / 60;
        return minutes / Slow < 1 ? "under a minute"
            : minutes / Slow < 90
                ? string.Create(CultureInfo.InvariantCulture, $"{minutes / Fast:0} to {minutes / Slow:0} min")
            : string.Create(CultureInfo.InvariantCulture, $"{minutes / Fast / 60:0.0} to {minutes / Slow / 60:0.0} h");
    }

    /// <summary>Allows line breaks between the values of a configuration's name.</summary>
    private static string Breakable(string name) => name.Replace(",", ", ", StringComparison.Ordinal);

    private static void WriteFactorEffects(CommandConsole console, Experiment report)
    {
        if (report.FactorEffects.Count == 0)
        {
            return;
        }

        ConsoleTable table = new ConsoleTable("points of accuracy")
            .Column("factor")
            .Column("from")
            .Column("to")
            .Number("alone")
            .Number("left out");
        foreach (FactorEffect w in report.FactorEffects)
        {
            table.Row(
                w.Factor,
                w.Without,
                w.With,
                ExperimentText.Effect(report, w.Alone, w.AloneSeeds),
                ExperimentText.Effect(report, w.LeftOut, w.LeftOutSeeds)
            );
        }

        table.WriteTo(console);
        console.Out.WriteLine(ExperimentText.EffectLegend);
    }
}
