namespace Mien.Lab;

/// <summary>
/// Says what to train next, from nothing but the plan and the results so far. So an experiment that was killed goes on
/// as if nothing had been, and there is no state of the search that could be lost.
/// </summary>
internal sealed class TrialScheduler
{
    private readonly ExperimentPlan plan;
    private readonly IReadOnlyDictionary<string, Trial> trials;
    private readonly List<Configuration> alive;
    private readonly Dictionary<string, int> stopped = new(StringComparer.Ordinal);

    /// <summary>Looks at the trials as they stand.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="trials">All its trials by their names.</param>
    public TrialScheduler(ExperimentPlan plan, IReadOnlyDictionary<string, Trial> trials)
    {
        this.plan = plan;
        this.trials = trials;
        alive = [.. plan.Configurations];
        Next = Halve() ?? Remaining();
    }

    /// <summary>What to train next; <c>null</c>: nothing is left.</summary>
    public TrialStep? Next { get; }

    /// <summary>The epoch after which a configuration was given up, or <c>null</c>.</summary>
    public int? StoppedAfter(Configuration configuration) =>
        stopped.TryGetValue(configuration.Name, out int epoch) ? epoch : null;

    /// <summary>
    /// The rungs: the first seed of all configurations up to an epoch, then only the best go on. The first step that a rung
    /// still lacks.
    /// </summary>
    private TrialStep? Halve()
    {
        foreach (int rung in plan.Halving?.Epochs ?? [])
        {
            foreach (Trial trial in alive.Select(First))
            {
                if (trial.Error is null && !trial.IsFinished && trial.History.Count < rung)
                {
                    return new TrialStep(trial, Math.Min(rung, trial.Configuration.Epochs));
                }
            }

            // The sort keeps the order of equals.
            Configuration[] ranked =
            [
                .. alive.Where(s => First(s).Error is null).OrderByDescending(s => First(s).AccuracyUpTo(rung)),
            ];
            Configuration[] survivors = [.. ranked.Take(plan.Halving!.Survivors(alive.Count))];
            foreach (Configuration configuration in alive.Except(survivors))
            {
                stopped[configuration.Name] = rung;
            }

            alive.Clear();
            alive.AddRange(survivors); // the most promising first
        }

        return null;
    }

    private TrialStep? Remaining() =>
        plan
            .Seeds.SelectMany(seed => alive.Select(s => Of(s, seed)))
            .FirstOrDefault(t => t.Error is null && !t.IsFinished)
            is { } trial
            ? new TrialStep(trial, trial.Configuration.Epochs)
            : null;

    private Trial First(Configuration configuration) => Of(configuration, plan.Seeds[0]);

    private Trial Of(Configuration configuration, int seed) => trials[new Trial(configuration, seed).Name];
}
