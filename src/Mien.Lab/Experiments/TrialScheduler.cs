namespace Mien.Lab;

/// <summary>
/// Says what to train next, from nothing but the plan and the results so far. So an experiment that was killed goes on
/// as if nothing had been, and there is no state of the search that could be lost.
/// </summary>
internal sealed class TrialScheduler
{
    private readonly ExperimentPlan plan;
    private readonly Func<PlannedTrial, TrialResult> results;
    private readonly List<PlannedSetting> alive;
    private readonly Dictionary<string, int> stopped = new(StringComparer.Ordinal);

    /// <summary>Looks at the results as they stand.</summary>
    public TrialScheduler(ExperimentPlan plan, Func<PlannedTrial, TrialResult> results)
    {
        this.plan = plan;
        this.results = results;
        alive = [.. plan.Settings];
        Next = Halve() ?? Remaining();
    }

    /// <summary>What to train next; <c>null</c>: nothing is left.</summary>
    public TrialStep? Next { get; }

    /// <summary>The epoch after which a setting was given up, or <c>null</c>.</summary>
    public int? StoppedAfter(PlannedSetting setting) => stopped.TryGetValue(setting.Name, out int epoch) ? epoch : null;

    /// <summary>
    /// The rungs: the first seed of all settings up to an epoch, then only the best go on. The first step that a rung
    /// still lacks.
    /// </summary>
    private TrialStep? Halve()
    {
        foreach (int rung in plan.Halving?.Epochs ?? [])
        {
            foreach (PlannedSetting setting in alive)
            {
                TrialResult result = results(First(setting));
                if (result.Error is null && !result.IsFinished(setting) && result.History.Count < rung)
                {
                    return new TrialStep(First(setting), Math.Min(rung, setting.Epochs));
                }
            }

            // The sort keeps the order of equals.
            PlannedSetting[] ranked =
            [
                .. alive
                    .Where(s => results(First(s)).Error is null)
                    .OrderByDescending(s => results(First(s)).AccuracyUpTo(rung)),
            ];
            PlannedSetting[] survivors = [.. ranked.Take(plan.Halving!.Survivors(alive.Count))];
            foreach (PlannedSetting setting in alive.Except(survivors))
            {
                stopped[setting.Name] = rung;
            }

            alive.Clear();
            alive.AddRange(survivors); // the most promising first
        }

        return null;
    }

    private TrialStep? Remaining()
    {
        foreach (PlannedTrial trial in plan.Seeds.SelectMany(seed => alive.Select(s => new PlannedTrial(s, seed))))
        {
            TrialResult result = results(trial);
            if (result.Error is null && !result.IsFinished(trial.Setting))
            {
                return new TrialStep(trial, trial.Setting.Epochs);
            }
        }

        return null;
    }

    private PlannedTrial First(PlannedSetting setting) => new(setting, plan.Seeds[0]);
}
