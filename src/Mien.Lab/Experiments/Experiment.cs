using System.Globalization;

namespace Mien.Lab;

/// <summary>
/// An experiment as it stands: its plan, and what its trials have come to. The console, the page and the JSON show it;
/// <see cref="ExperimentRun"/> trains what is next. Immutable.
/// </summary>
internal sealed class Experiment
{
    /// <summary>Puts a plan and the results of its trials together.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="trials">Its trials as their folders tell them, in any order.</param>
    /// <param name="running">The trial that is being trained now, or <c>null</c>.</param>
    public Experiment(ExperimentPlan plan, IEnumerable<Trial> trials, TrialProgress? running)
    {
        Plan = plan;
        Running = running;
        Dictionary<string, Trial> found = trials.ToDictionary(t => t.Name, StringComparer.Ordinal);
        var scheduler = new TrialScheduler(plan, found);
        Next = scheduler.Next;
        Configurations = Rank([
            .. plan.Configurations.Select(s => new RankedConfiguration(
                s,
                [.. plan.Seeds.Select(seed => Placed(found[new Trial(s, seed).Name], scheduler.StoppedAfter(s)))]
            )),
        ]);
    }

    public ExperimentPlan Plan { get; }

    /// <summary>All configurations, the best first; those of which no trial is done come after the ranked ones.</summary>
    public IReadOnlyList<RankedConfiguration> Configurations { get; }

    /// <summary>The trial that is being trained now, or <c>null</c>.</summary>
    public TrialProgress? Running { get; }

    /// <summary>What to train next; <c>null</c>: nothing is left.</summary>
    public TrialStep? Next { get; }

    /// <summary>Whether there is nothing left to train.</summary>
    public bool IsComplete => Next is null;

    /// <summary>All trials, those of the best configuration first.</summary>
    public IEnumerable<Trial> Trials => Configurations.SelectMany(s => s.Trials);

    /// <summary>How the configurations were chosen, and how hopeless ones are stopped, in words.</summary>
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
                    $"; after epoch {string.Join(" and ", h.Epochs)} of the first seed the best {h.Keep * 100:0.#} % "
                        + $"go on"
                )
                : "";
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{Plan.Configurations.Count} {(Plan.Configurations.Count == 1 ? "configuration" : "configurations")}, {kind}, "
                    + $"{Plan.Seeds.Count} {(Plan.Seeds.Count == 1 ? "seed" : "seeds")} each{halving}"
            );
        }
    }

    /// <summary>The data in words; <c>null</c> before the start.</summary>
    public string? Data =>
        Plan.Run is { } run
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{run.DataOfAll}; chosen on PublicTest ({run.ValidationImages:N0} images)"
            )
            : null;

    /// <summary>Images of PublicTest, on which every accuracy was measured; 0 before the start.</summary>
    public int ValidationImages => Plan.Run?.ValidationImages ?? 0;

    /// <summary>What it was trained with and on: versions and machine; <c>null</c> before the start.</summary>
    public string? Machine =>
        Plan.Run is { } run
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Mien {Version(run)}, TorchSharp {run.TorchSharp}, {run.Cores} CPU cores ({run.Architecture})"
            )
            : null;

    /// <summary>What each factor is worth, for a one-factor study; else empty.</summary>
    public IReadOnlyList<FactorEffect> FactorEffects =>
        Plan.Search == SearchKind.OneFactor ? FactorEffect.Of(Plan, Configurations) : [];

    /// <summary>
    /// The mean accuracy of each value, for things of which few values were tried in several configurations each; else empty.
    /// </summary>
    public IReadOnlyList<ExperimentEffect> Effects =>
        Plan.Search == SearchKind.OneFactor ? [] : ExperimentEffect.Of(Plan, Configurations);

    /// <summary>Trials that were begun.</summary>
    public int TrialsBegun => Trials.Count(t => t.History.Count > 0);

    /// <summary>Epochs after which accuracy on PublicTest was looked at, over all trials.</summary>
    public int Looks => Trials.Sum(t => t.History.Count);

    /// <summary>Minutes of training and evaluation so far, over all trials.</summary>
    public double Minutes => Trials.Sum(t => t.Seconds) / 60;

    /// <summary>
    /// The standard deviation of an accuracy between seeds of one configuration, pooled over the configurations: the root of the
    /// sum of squares over the sum of n − 1. <c>null</c> where no configuration has two trials that are done.
    /// </summary>
    public double? SeedDeviation =>
        SeedDegrees == 0 ? null : Math.Sqrt(Configurations.Sum(s => s.SumOfSquares) / SeedDegrees);

    /// <summary>Degrees of freedom of <see cref="SeedDeviation"/>.</summary>
    public int SeedDegrees => Configurations.Sum(s => Math.Max(0, s.Done.Count - 1));

    /// <summary>
    /// The standard error of the difference between two configurations that were trained with all seeds: deviation · √(2 /
    /// n). <c>null</c> where the deviation is not known.
    /// </summary>
    public double? DifferenceError => DifferenceErrorOf(Plan.Seeds.Count);

    /// <summary>
    /// The standard error of the difference between two configurations that were trained with so many seeds each.
    /// </summary>
    /// <param name="seeds">The number of seeds.</param>
    /// <returns>A share; <c>null</c> where the deviation is not known, or without a seed.</returns>
    public double? DifferenceErrorOf(int seeds) => seeds < 1 ? null : SeedDeviation * Math.Sqrt(2.0 / seeds);

    /// <summary>The experiment as its folder tells it, trained now or not.</summary>
    public static Experiment Read(ExperimentFolder folder) => Read(folder, folder.LoadPlan());

    /// <summary>The experiment of a plan, with the results in its folder.</summary>
    public static Experiment Read(ExperimentFolder folder, ExperimentPlan plan) =>
        new(plan, plan.Trials.Select(folder.Read), folder.IsRunning ? TrialProgress.Load(folder.Progress) : null);

    private Trial Placed(Trial trial, int? stopped)
    {
        bool atRung = trial.Seed == Plan.Seeds[0] && Plan.Halving?.Epochs.Contains(trial.History.Count) == true;
        TrialState state =
            trial.Error is not null ? TrialState.Failed
            : trial.IsFinished ? TrialState.Done
            : trial.Name == Running?.Trial ? TrialState.Running
            : stopped is not null ? TrialState.Stopped
            : atRung ? TrialState.Paused
            : trial.IsStarted ? TrialState.Interrupted
            : TrialState.Waiting;
        return trial with { State = state, StoppedAfter = state == TrialState.Stopped ? stopped : null };
    }

    /// <summary>
    /// Configurations with a finished trial by their mean, then the others by the best that they have shown.
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

    /// <summary>The version that trained, or all of them where an experiment went on with another one.</summary>
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
