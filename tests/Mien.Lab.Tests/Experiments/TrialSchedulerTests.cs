using Mien.Training;

namespace Mien.Lab.Tests;

/// <summary>The order of trainings, with invented results.</summary>
public class TrialSchedulerTests
{
    /// <summary>The finished epochs of a trial, and the reason of its failure.</summary>
    private readonly Dictionary<string, (EpochRecord[] History, string? Error)> results = new(StringComparer.Ordinal);

    [Fact]
    public void Without_halving_every_configuration_is_trained_once_before_the_next_seed()
    {
        ExperimentPlan plan = Plan(["a", "b"], seeds: [1, 2], epochs: 3);
        Assert.Equal(["a,seed=1 to 3", "b,seed=1 to 3", "a,seed=2 to 3", "b,seed=2 to 3"], RunAll(plan, _ => 0.5));
    }

    [Fact]
    public void Halving_keeps_the_best_share_at_each_rung_and_trains_other_seeds_of_survivors_only()
    {
        // Nine configurations, better the later in the alphabet. A third of 9 is 3, a third of 3 is 1.
        ExperimentPlan plan = Plan(
            [.. "abcdefghi".Select(c => $"{c}")],
            seeds: [1, 2],
            epochs: 8,
            halving: new Halving([2, 4], 1.0 / 3)
        );
        string[] steps = RunAll(plan, t => (t.Configuration.Name[0] - 'a') / 10.0);

        Assert.Equal(["a,seed=1 to 2", "b,seed=1 to 2"], steps[..2]);
        Assert.Equal(["i,seed=1 to 4", "h,seed=1 to 4", "g,seed=1 to 4", "i,seed=1 to 8", "i,seed=2 to 8"], steps[9..]);

        var scheduler = Scheduler(plan);
        Assert.Null(scheduler.Next);
        Assert.Equal([2, 2, 2, 2, 2, 2, 4, 4, null], plan.Configurations.Select(s => scheduler.StoppedAfter(s)));
    }

    [Fact]
    public void No_configuration_is_stopped_before_all_have_reached_the_rung()
    {
        ExperimentPlan plan = Plan(["a", "b", "c"], seeds: [1], epochs: 8, halving: new Halving([2], 0.3));
        Train(new TrialStep(new Trial(plan.Configurations[0], 1), 2), 0.9);
        Train(new TrialStep(new Trial(plan.Configurations[1], 1), 1), 0.1);

        var scheduler = Scheduler(plan);
        Assert.Equal(("b,seed=1", 2), (scheduler.Next!.Trial.Name, scheduler.Next.UntilEpoch));
        Check.All(plan.Configurations, s => Assert.Null(scheduler.StoppedAfter(s)));
    }

    [Fact]
    public void Configurations_are_compared_by_their_best_epoch_up_to_the_rung()
    {
        ExperimentPlan plan = Plan(["early", "late"], seeds: [1], epochs: 4, halving: new Halving([2], 0.5));
        results["early,seed=1"] = ([Epoch(1, 0.6), Epoch(2, 0.4)], null);
        // As if the trial had been resumed with 'mien-lab resume'.
        results["late,seed=1"] = ([Epoch(1, 0.5), Epoch(2, 0.5), Epoch(3, 0.9), Epoch(4, 0.9)], null);

        var scheduler = Scheduler(plan);
        Assert.Equal("early,seed=1", scheduler.Next!.Trial.Name);
        Assert.Equal(2, scheduler.StoppedAfter(plan.Configurations[1]));
    }

    [Fact]
    public void A_failed_trial_is_skipped_and_a_shorter_training_is_compared_at_its_end()
    {
        ExperimentPlan plan = Plan(["a", "b", "short"], seeds: [1, 2], epochs: 6, halving: new Halving([3], 0.6));
        plan = plan with
        {
            Configurations = [.. plan.Configurations.Take(2), plan.Configurations[2] with { Epochs = 2 }],
        };
        results["a,seed=1"] = ([Epoch(1, 0.9)], "it broke");

        Assert.Equal(
            ["b,seed=1 to 3", "short,seed=1 to 2", "b,seed=1 to 6", "short,seed=2 to 2", "b,seed=2 to 6"],
            RunAll(plan, t => t.Configuration.Name == "short" ? 0.8 : 0.5)
        );
    }

    [Fact]
    public void A_training_that_stopped_early_is_finished()
    {
        var trial = new Trial(Plan(["a"], [1], epochs: 10).Configurations[0] with { EarlyStopping = 2 }, 1);
        EpochRecord[] three = [Epoch(1, 0.3), Epoch(2, 0.5), Epoch(3, 0.5)];
        Assert.False((trial with { History = three }).IsFinished);
        Assert.True((trial with { History = [.. three, Epoch(4, 0.4)] }).IsFinished);
    }

    [Fact]
    public void Only_epochs_at_the_networks_own_input_size_can_be_the_best()
    {
        var trial = new Trial(Plan(["a"], [1], epochs: 3).Configurations[0], 1);
        EpochRecord smaller = Epoch(1, 0.9) with { Size = 8 };
        Trial later = trial with { History = [smaller, Epoch(2, 0.4), Epoch(3, 0.4)] };
        Assert.Equal((2, 0.4), (later.Best!.Epoch, later.Accuracy));
        Assert.Null((trial with { History = [smaller] }).Best);
    }

    [Theory]
    [InlineData(9, 1.0 / 3, 3)]
    [InlineData(10, 1.0 / 3, 4)]
    [InlineData(2, 0.01, 1)]
    [InlineData(10, 0.5, 5)]
    public void The_share_that_continues_is_rounded_up_to_at_least_one(
        int configurations,
        double keep,
        int survivors
    ) => Assert.Equal(survivors, new Halving([1], keep).Survivors(configurations));

    private static ExperimentPlan Plan(string[] names, int[] seeds, int epochs, Halving? halving = null) =>
        new()
        {
            Name = "made",
            File = "made.json",
            Seeds = seeds,
            Halving = halving,
            Configurations =
            [
                .. names.Select(n => new Configuration
                {
                    Name = n,
                    Values = new Dictionary<string, string>(),
                    Network = "tiny",
                    Parameters = 1,
                    Macs = 1,
                    Epochs = epochs,
                    Side = 16,
                    Work = 1,
                }),
            ],
        };

    private static EpochRecord Epoch(int epoch, double accuracy) =>
        new(epoch, 16, 0.1, 1, 0.5, 1, accuracy, epoch, 100);

    private TrialScheduler Scheduler(ExperimentPlan plan) =>
        new(
            plan,
            plan.Trials.ToDictionary(
                t => t.Name,
                t => results.TryGetValue(t.Name, out var r) ? t with { History = r.History, Error = r.Error } : t
            )
        );

    private void Train(TrialStep step, double accuracy) =>
        results[step.Trial.Name] = ([.. Enumerable.Range(1, step.UntilEpoch).Select(e => Epoch(e, accuracy))], null);

    private string[] RunAll(ExperimentPlan plan, Func<Trial, double> accuracy)
    {
        var steps = new List<string>();
        while (Scheduler(plan).Next is { } step && steps.Count < 100)
        {
            steps.Add($"{step.Trial.Name} to {step.UntilEpoch}");
            Train(step, accuracy(step.Trial));
        }

        return [.. steps];
    }
}
