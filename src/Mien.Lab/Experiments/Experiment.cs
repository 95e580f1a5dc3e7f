using System.Globalization;

namespace Mien.Lab;

/// <summary>
/// The state of an experiment: its plan and the results of its trials. The console, the page and the JSON report show
/// it; <see cref="ExperimentRun"/> trains the next trial. Immutable.
/// </summary>
internal sealed class Experiment
{
    /// <summary>Combines a plan with the results of its trials.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="trials">The trials as read from their folders, in any order.</param>
    /// <param name="running">The progress of the trials being trained; none if there is none.</param>
    public Experiment(ExperimentPlan plan, IEnumerable<Trial> trials, params IReadOnlyList<TrialProgress>? running)
    {
        Plan = plan;
        AllRunning = running ?? [];
        Dictionary<string, Trial> found = trials.ToDictionary(t => t.Name, StringComparer.Ordinal);
        var scheduler = new TrialScheduler(plan, found);
        Ready = scheduler.Ready;
        Configurations = Rank([
            .. plan.Configurations.Select(s => new RankedConfiguration(
                s,
                [.. plan.Seeds.Select(seed => WithState(found[new Trial(s, seed).Name], scheduler.StoppedAfter(s)))]
            )),
        ]);
    }

    public ExperimentPlan Plan { get; }

    /// <summary>
    /// All configurations, the best first; those without a finished trial come after the ranked ones.
    /// </summary>
    public IReadOnlyList<RankedConfiguration> Configurations { get; }

    /// <summary>The progress of the trials being trained.</summary>
    public IReadOnlyList<TrialProgress> AllRunning { get; }

    /// <summary>The progress of the first trial being trained; <c>null</c> if there is none.</summary>
    public TrialProgress? Running => AllRunning.Count > 0 ? AllRunning[0] : null;

    /// <summary>What can be trained now, see <see cref="TrialScheduler.Ready"/>.</summary>
    public IReadOnlyList<TrialStep> Ready { get; }

    /// <summary>What to train next; <c>null</c> if nothing is left.</summary>
    public TrialStep? Next => Ready.Count > 0 ? Ready[0] : null;

    /// <summary>Whether nothing is left to train.</summary>
    public bool IsComplete => Next is null;

    /// <summary>All trials, those of the best configuration first.</summary>
    public IEnumerable<Trial> Trials => Configurations.SelectMany(s => s.Trials);

    /// <summary>Describes the search and the successive halving.</summary>
    public string Search
    {
        get
        {
            string kind = Plan.Search switch
            {
                SearchKind.Random => "drawn at random",
                SearchKind.OneFactor => "one factor at a time",
                _ => "all combinations",
            };
            string halving = Plan.Halving is { } h
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"; successive halving: after epoch {string.Join(" and ", h.Epochs)} of the first seed the best "
                        + $"{h.Keep * 100:0.#} % continue"
                )
                : "";
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{Plan.Configurations.Count} "
                    + $"{(Plan.Configurations.Count == 1 ? "configuration" : "configurations")}, {kind}, "
                    + $"{Plan.Seeds.Count} {(Plan.Seeds.Count == 1 ? "seed" : "seeds")} each{halving}"
            );
        }
    }

    /// <summary>Describes the data; <c>null</c> before the start.</summary>
    public string? Data =>
        Plan.Run is { } run
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{run.DataOfAll}; model selection on PublicTest ({run.ValidationImages:N0} images)"
            )
            : null;

    /// <summary>The number of PublicTest images, on which every accuracy is measured; 0 before the start.</summary>
    public int ValidationImages => Plan.Run?.ValidationImages ?? 0;

    /// <summary>Versions and machine of the trainings; <c>null</c> before the start.</summary>
    public string? Machine =>
        Plan.Run is { } run
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Mien {Version(run)}, TorchSharp {run.TorchSharp}, {run.Cores} CPU cores ({run.Architecture})"
            )
            : null;

    /// <summary>The effect of each factor in an ablation study (<c>oneFactor</c>); empty for other searches.</summary>
    public IReadOnlyList<FactorEffect> FactorEffects =>
        Plan.Search == SearchKind.OneFactor ? FactorEffect.Of(Plan, Configurations) : [];

    /// <summary>
    /// The mean accuracy per value of the factors with few values, each used in several configurations; empty for an
    /// ablation study.
    /// </summary>
    public IReadOnlyList<ExperimentEffect> Effects =>
        Plan.Search == SearchKind.OneFactor ? [] : ExperimentEffect.Of(Plan, Configurations);

    /// <summary>The number of trials that have finished at least one epoch.</summary>
    public int TrialsBegun => Trials.Count(t => t.History.Count > 0);

    /// <summary>The number of evaluations on PublicTest: the finished epochs of all trials.</summary>
    public int Evaluations => Trials.Sum(t => t.History.Count);

    /// <summary>Minutes of training and evaluation so far, over all trials.</summary>
    public double Minutes => Trials.Sum(t => t.Seconds) / 60;

    /// <summary>
    /// The standard deviation of the accuracy between seeds, pooled over the configurations: the root of the sum of
    /// squared deviations divided by the sum of n − 1. <c>null</c> if no configuration has two finished trials.
    /// </summary>
    public double? SeedDeviation =>
        SeedDegrees == 0 ? null : Math.Sqrt(Configurations.Sum(s => s.SumOfSquares) / SeedDegrees);

    /// <summary>Degrees of freedom of <see cref="SeedDeviation"/>.</summary>
    public int SeedDegrees => Configurations.Sum(s => Math.Max(0, s.Done.Count - 1));

    /// <summary>
    /// The standard error of the difference between two configurations that were trained with all n seeds: deviation ·
    /// √(2 / n). <c>null</c> if the deviation is unknown.
    /// </summary>
    public double? DifferenceError => DifferenceErrorOf(Plan.Seeds.Count);

    /// <summary>
    /// The standard error of the difference between two configurations with a given number of seeds each.
    /// </summary>
    /// <param name="seeds">The number of seeds.</param>
    /// <returns>A difference in accuracy, 0..1; <c>null</c> if the deviation is unknown, or for 0 seeds.</returns>
    public double? DifferenceErrorOf(int seeds) => seeds < 1 ? null : SeedDeviation * Math.Sqrt(2.0 / seeds);

    /// <summary>Reads an experiment from its folder, whether or not it is being trained.</summary>
    public static Experiment Read(ExperimentFolder folder) => Read(folder, folder.LoadPlan());

    /// <summary>Combines a plan with the results in the experiment's folder.</summary>
    public static Experiment Read(ExperimentFolder folder, ExperimentPlan plan) =>
        new(plan, plan.Trials.Select(folder.Read), folder.Running(plan));

    private Trial WithState(Trial trial, int? stopped)
    {
        bool atRung = trial.Seed == Plan.Seeds[0] && Plan.Halving?.Epochs.Contains(trial.History.Count) == true;
        TrialState state =
            trial.Error is not null ? TrialState.Failed
            : trial.IsFinished ? TrialState.Done
            : AllRunning.Any(r => r.Trial == trial.Name) ? TrialState.Running
            : stopped is not null ? TrialState.Stopped
            : atRung ? TrialState.Paused
            : trial.IsStarted ? TrialState.Interrupted
            : TrialState.Waiting;
        return trial with { State = state, StoppedAfter = state == TrialState.Stopped ? stopped : null };
    }

    /// <summary>
    /// Sorts the configurations with a finished trial by their mean, then the others by their progress and the best
    /// accuracy so far.
    /// </summary>
    private static RankedConfiguration[] Rank(RankedConfiguration[] configurations)
    {
        RankedConfiguration[] sorted =
        [
            .. configurations
                .OrderByDescending(s => s.Mean ?? -1)
                .ThenByDescending(s => s.Trials.Max(t => t.History.Count))
                .ThenByDescending(s =>
                    s.Trials.SelectMany(t => t.History).Select(e => e.ValidationAccuracy).DefaultIfEmpty(-1).Max()
                ),
        ];
        return [.. sorted.Select((s, i) => s.Mean is null ? s : s with { Rank = i + 1 })];
    }

    /// <summary>The version that trained; all of them if the experiment was resumed with another version.</summary>
    private string Version(RunInfo run)
    {
        IGrouping<string, string>[] versions =
        [
            .. Trials
                .Select(t => t.Mien)
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
}
