using System.Globalization;
using System.Text.Json;
using Mien.Evaluation;
using Mien.Training;

namespace Mien.Lab;

/// <summary>Puts together what an experiment has come to, from its plan and the folders of its trials.</summary>
internal static class ExperimentReporter
{
    /// <summary>A value of which more were tried than this says little by itself.</summary>
    private const int MostLevels = 8;

    /// <summary>The experiment as it stands on disk, trained now or not.</summary>
    public static ExperimentReport Read(ExperimentFolder folder) => Of(folder, folder.LoadPlan());

    /// <summary>Writes <c>report.html</c> and <c>report.json</c>.</summary>
    public static ExperimentReport Write(ExperimentFolder folder, ExperimentPlan plan)
    {
        ExperimentReport report = Of(folder, plan);
        ExperimentHtml.Write(folder.Html, report);
        RunFolder.WriteText(folder.Json, ToJson(report));
        return report;
    }

    public static string ToJson(ExperimentReport report) =>
        JsonSerializer.Serialize(report, ReadableJson.Options) + "\n";

    private static ExperimentReport Of(ExperimentFolder folder, ExperimentPlan plan)
    {
        Dictionary<string, TrialResult> results = plan.Trials.ToDictionary(
            t => t.Name,
            folder.Result,
            StringComparer.Ordinal
        );
        TrialProgress? progress = folder.IsRunning ? TrialProgress.Load(folder.Progress) : null;
        return Of(plan, results, progress);
    }

    /// <summary>The report of a plan with results by the trials' names.</summary>
    public static ExperimentReport Of(
        ExperimentPlan plan,
        IReadOnlyDictionary<string, TrialResult> results,
        TrialProgress? progress
    )
    {
        var scheduler = new TrialScheduler(plan, t => results[t.Name]);
        ExperimentSetting[] settings = Rank([
            .. plan.Settings.Select(s => SettingOf(plan, s, results, scheduler, progress?.Trial)),
        ]);
        return new ExperimentReport
        {
            Name = plan.Name,
            Summary = plan.Summary,
            Search = Search(plan),
            Data = plan.Run?.DataOfAll is { } data
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{data}; chosen on PublicTest ({plan.Run.DevImages:N0} images)"
                )
                : null,
            DevImages = plan.Run?.DevImages ?? 0,
            Machine = plan.Run is { } run
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"Mien {Version(results, run)}, TorchSharp {run.TorchSharp}, {run.Cores} CPU cores "
                        + $"({run.Architecture})"
                )
                : null,
            Factors = plan.Factors,
            Seeds = plan.Seeds,
            Settings = settings,
            IsComplete = scheduler.Next is null,
            Running = progress is { } p
                ? new ExperimentRunning(
                    p.Trial,
                    p.Epoch,
                    p.Epochs,
                    p.Batch,
                    p.Batches,
                    p.ImagesPerSecond,
                    p.SecondsLeft
                )
                : null,
            Worths = plan.Search == SearchKind.OneFactor ? Worths(plan, settings) : [],
            Effects = plan.Search == SearchKind.OneFactor ? [] : Effects(plan, settings),
        };
    }

    private static ExperimentSetting SettingOf(
        ExperimentPlan plan,
        PlannedSetting setting,
        IReadOnlyDictionary<string, TrialResult> results,
        TrialScheduler scheduler,
        string? running
    ) =>
        new()
        {
            Name = setting.Name,
            Values = setting.Values,
            Network = setting.Network,
            Parameters = setting.Parameters,
            MultiplyAdds = setting.MultiplyAdds,
            Trials =
            [
                .. plan.Seeds.Select(seed =>
                    TrialOf(plan, new PlannedTrial(setting, seed), results, scheduler, running)
                ),
            ],
        };

    private static ExperimentTrial TrialOf(
        ExperimentPlan plan,
        PlannedTrial trial,
        IReadOnlyDictionary<string, TrialResult> results,
        TrialScheduler scheduler,
        string? running
    )
    {
        TrialResult result = results[trial.Name];
        EpochRecord? best = result.Best(trial.Setting);
        int? stopped = scheduler.StoppedAfter(trial.Setting);
        bool atRung = trial.Seed == plan.Seeds[0] && plan.Halving?.Epochs.Contains(result.History.Count) == true;
        TrialState state =
            result.Error is not null ? TrialState.Failed
            : result.IsFinished(trial.Setting) ? TrialState.Done
            : trial.Name == running ? TrialState.Running
            : stopped is not null ? TrialState.Stopped
            : atRung ? TrialState.Paused
            : result.IsStarted ? TrialState.Interrupted
            : TrialState.Waiting;
        return new ExperimentTrial
        {
            Name = trial.Name,
            Seed = trial.Seed,
            State = state,
            Accuracy = best?.DevAccuracy,
            Epoch = best?.Epoch,
            Epochs = trial.Setting.Epochs,
            StoppedAfter = state == TrialState.Stopped ? stopped : null,
            Seconds = EpochRecord.SecondsWorked(result.History),
            Error = result.Error,
            History = Curves.Points(result.History),
        };
    }

    /// <summary>
    /// Settings with a finished trial by their mean, then the others by the best that they have shown.
    /// </summary>
    private static ExperimentSetting[] Rank(ExperimentSetting[] settings)
    {
        ExperimentSetting[] sorted =
        [
            .. settings
                .OrderByDescending(s => s.Mean ?? -1)
                .ThenByDescending(s => s.Trials.Max(t => t.History.Count))
                .ThenByDescending(s =>
                    s.Trials.SelectMany(t => t.History).Select(e => e.DevAccuracy).DefaultIfEmpty(-1).Max()
                ),
        ];
        return [.. sorted.Select((s, i) => s.Mean is null ? s : s with { Rank = i + 1 })];
    }

    private static FactorWorth[] Worths(ExperimentPlan plan, ExperimentSetting[] settings)
    {
        // the first setting has all factors at their first level
        IReadOnlyDictionary<string, string> without = plan.Settings[0].Values;
        Dictionary<string, string> with = plan.Factors.ToDictionary(
            f => f,
            f => plan.Settings.Select(s => s.Values[f]).First(v => v != without[f]),
            StringComparer.Ordinal
        );
        ExperimentSetting? none = Find(without, null, null),
            all = Find(with, null, null);
        return
        [
            .. plan.Factors.Select(f =>
            {
                (double? alone, int aloneSeeds) = Difference(Find(without, f, with[f]), none);
                (double? leftOut, int leftOutSeeds) = Difference(all, Find(with, f, without[f]));
                return new FactorWorth(f, without[f], with[f], alone, aloneSeeds, leftOut, leftOutSeeds);
            }),
        ];

        ExperimentSetting? Find(IReadOnlyDictionary<string, string> values, string? except, string? level) =>
            settings.FirstOrDefault(s => s.Values.All(v => v.Value == (v.Key == except ? level : values[v.Key])));
    }

    /// <summary>
    /// The mean difference over the seeds with which both are done: until all are, others would compare luck.
    /// </summary>
    private static (double? Difference, int Seeds) Difference(ExperimentSetting? of, ExperimentSetting? from)
    {
        double[] differences =
            of is null || from is null
                ? []
                :
                [
                    .. of.Done.Join(
                        from.Done,
                        t => t.Seed,
                        t => t.Seed,
                        (a, b) => a.Accuracy!.Value - b.Accuracy!.Value
                    ),
                ];
        return (differences.Length == 0 ? null : differences.Average(), differences.Length);
    }

    /// <summary>The version that trained, or all of them where an experiment went on with another one.</summary>
    private static string Version(IReadOnlyDictionary<string, TrialResult> results, RunInfo run)
    {
        IGrouping<string, string>[] versions =
        [
            .. results
                .Values.Select(r => r.Mien)
                .OfType<string>()
                .GroupBy(v => v, StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal),
        ];
        return versions.Length < 2
            ? versions.FirstOrDefault()?.Key ?? run.Mien
            : string.Join(
                " and ",
                versions.Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Key} ({v.Count()} trainings)"))
            );
    }

    private static ExperimentEffect[] Effects(ExperimentPlan plan, ExperimentSetting[] settings)
    {
        var effects = new List<ExperimentEffect>();
        foreach (string factor in plan.Factors)
        {
            string[] levels = [.. plan.Settings.Select(s => s.Values[factor]).Distinct(StringComparer.Ordinal)];
            if (plan.Factors.Count > 1 && levels.Length is > 1 and <= MostLevels && levels.Length < plan.Settings.Count)
            {
                effects.AddRange(
                    levels
                        .Select(l =>
                            (
                                Level: l,
                                Means: settings
                                    .Where(s => s.Values[factor] == l && s.Mean is not null)
                                    .Select(s => s.Mean!.Value)
                                    .ToArray()
                            )
                        )
                        .Where(l => l.Means.Length > 0)
                        .Select(l => new ExperimentEffect(factor, l.Level, l.Means.Length, l.Means.Average()))
                );
            }
        }

        return [.. effects];
    }

    private static string Search(ExperimentPlan plan)
    {
        string kind = plan.Search switch
        {
            SearchKind.Random => "drawn at random",
            SearchKind.OneFactor => "one factor at a time",
            _ => "all combinations",
        };
        string halving = plan.Halving is { } h
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"; after epoch {string.Join(" and ", h.Epochs)} of the first seed the best {h.Keep * 100:0.#} % go on"
            )
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{plan.Settings.Count} {(plan.Settings.Count == 1 ? "setting" : "settings")}, {kind}, {plan.Seeds.Count} "
                + $"{(plan.Seeds.Count == 1 ? "seed" : "seeds")} each{halving}"
        );
    }
}
