namespace Mien.Lab;

/// <summary>
/// Chooses what to train next from the plan and the results alone. The search has no state of its own that could be
/// lost, so an experiment that was killed resumes where it stopped.
/// </summary>
internal sealed class TrialScheduler
{
    private readonly ExperimentPlan plan;
    private readonly IReadOnlyDictionary<string, Trial> trials;
    private readonly List<Configuration> alive;
    private readonly Dictionary<string, int> stopped = new(StringComparer.Ordinal);

    /// <summary>Computes the next step from the current results.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="trials">All trials of the plan by name.</param>
    public TrialScheduler(ExperimentPlan plan, IReadOnlyDictionary<string, Trial> trials)
    {
        this.plan = plan;
        this.trials = trials;
        alive = [.. plan.Configurations];
        TrialStep[] rung = Halve();
        Ready = rung.Length > 0 ? rung : Remaining();
    }

    /// <summary>
    /// What can be trained now, in the order of the schedule; these steps do not depend on each other. Empty if nothing
    /// is left.
    /// </summary>
    public IReadOnlyList<TrialStep> Ready { get; }

    /// <summary>What to train next; <c>null</c> if nothing is left.</summary>
    public TrialStep? Next => Ready.Count > 0 ? Ready[0] : null;

    /// <summary>The epoch after which a configuration was stopped; <c>null</c> if it was not.</summary>
    public int? StoppedAfter(Configuration configuration) =>
        stopped.TryGetValue(configuration.Name, out int epoch) ? epoch : null;

    /// <summary>
    /// Applies the rungs of successive halving: the first seed of all configurations is trained up to an epoch, then
    /// only the best continue. Returns the steps that a rung still needs; none if all rungs are complete.
    /// </summary>
    private TrialStep[] Halve()
    {
        foreach (int rung in plan.Halving?.Epochs ?? [])
        {
            TrialStep[] needed =
            [
                .. alive
                    .Select(First)
                    .Where(t => t.Error is null && !t.IsFinished && t.History.Count < rung)
                    .Select(t => new TrialStep(t, Math.Min(rung, t.Epochs))),
            ];
            if (needed.Length > 0)
            {
                return needed;
            }

            // The sort is stable: of equal accuracies the earlier configuration wins.
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
            alive.AddRange(survivors); // the best first
        }

        return [];
    }

    private TrialStep[] Remaining() =>
        [
            .. plan
                .Seeds.SelectMany(seed => alive.Select(s => Of(s, seed)))
                .Where(t => t.Error is null && !t.IsFinished)
                .Select(t => new TrialStep(t, t.Configuration.Hours > 0 ? 0 : t.Epochs)),
        ];

    private Trial First(Configuration configuration) => Of(configuration, plan.Seeds[0]);

    private Trial Of(Configuration configuration, int seed) => trials[new Trial(configuration, seed).Name];
}
