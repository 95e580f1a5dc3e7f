using Mien.Training;

namespace Mien.Lab.Tests;

/// <summary>Statistics of an experiment, computed from invented results.</summary>
public sealed class ExperimentTests
{
    private static readonly Configuration[] Configurations =
    [
        .. new[]
        {
            (Name: "none", Flip: "0", Ema: "0"),
            (Name: "only-flip", Flip: "1", Ema: "0"),
            (Name: "only-ema", Flip: "0", Ema: "1"),
        }.Select(s => new Configuration
        {
            Name = s.Name,
            Values = new Dictionary<string, string> { ["flip"] = s.Flip, ["ema"] = s.Ema },
            Network = "tiny",
            Parameters = 1,
            Macs = 1,
            Epochs = 3,
            Side = 16,
            Work = 1,
        }),
    ];

    [Fact]
    public void The_effect_of_a_factor_uses_only_seeds_that_both_configurations_have()
    {
        Experiment report = Report(
            [
                ("none,seed=1", 0.40),
                ("none,seed=2", 0.30),
                ("only-flip,seed=1", 0.41),
                ("only-ema,seed=1", 0.44),
                ("only-ema,seed=2", 0.36),
            ],
            SearchKind.OneFactor,
            Configurations
        );

        FactorEffect flip = report.FactorEffects[0],
            ema = report.FactorEffects[1];
        // against seed 1 alone, not the mean of both, 0.35
        Assert.Equal((0.01, 1), (Math.Round(flip.Alone!.Value, 10), flip.AloneSeeds));
        Assert.Equal((0.05, 2), (Math.Round(ema.Alone!.Value, 10), ema.AloneSeeds));
        Assert.Equal((null, 0), (flip.LeftOut, flip.LeftOutSeeds));

        // Deviations: 0.1/√2 and 0.08/√2, pooled √((0.005 + 0.0032) / 2) = 0.0640; times √2 for one seed, 1 for two.
        Assert.Equal("+1.00 ± 9.06 (1 of 2 seeds)", ExperimentText.Effect(report, flip.Alone, flip.AloneSeeds));
        Assert.Equal("+5.00 ± 6.40", ExperimentText.Effect(report, ema.Alone, ema.AloneSeeds));
        Assert.Equal("–", ExperimentText.Effect(report, flip.LeftOut, flip.LeftOutSeeds));
    }

    [Fact]
    public void An_epoch_during_which_the_machine_slept_counts_as_the_median()
    {
        Experiment report = Of(
            // 10, 6,990 and 12 seconds
            new Trial(Configurations[0], 1)
            {
                History = [Epoch(1, 0.4, 10), Epoch(2, 0.4, 7_000), Epoch(3, 0.4, 7_012)],
            },
            // 10, 50 and 12
            new Trial(Configurations[0], 2) { History = [Epoch(1, 0.4, 10), Epoch(2, 0.4, 60), Epoch(3, 0.4, 72)] }
        );
        Assert.Equal([34.0, 72.0], report.Trials.Select(t => t.Seconds));
    }

    [Fact]
    public void All_versions_that_trained_are_listed()
    {
        Trial one = Done(new Trial(Configurations[0], 1), 0.4) with { Mien = "0.1.0+aa" };
        Trial two = Done(new Trial(Configurations[0], 2), 0.4) with { Mien = "0.1.0+bb" };
        Assert.StartsWith(
            "Mien 0.1.0+aa (1 trainings) and 0.1.0+bb (1 trainings), TorchSharp ",
            Of(one, two).Machine,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "Mien 0.1.0+bb, TorchSharp ",
            Of(one with { Mien = "0.1.0+bb" }, two).Machine,
            StringComparison.Ordinal
        );
    }

    private static Experiment Of(params Trial[] trials) =>
        new(Plan(SearchKind.Grid, [Configurations[0]]), trials, null);

    private static Experiment Report(
        (string Trial, double Accuracy)[] accuracies,
        SearchKind search,
        Configuration[] configurations
    )
    {
        ExperimentPlan plan = Plan(search, configurations);
        Dictionary<string, double> done = accuracies.ToDictionary(a => a.Trial, a => a.Accuracy);
        return new(
            plan,
            plan.Trials.Select(t => done.TryGetValue(t.Name, out double accuracy) ? Done(t, accuracy) : t),
            null
        );
    }

    private static ExperimentPlan Plan(SearchKind search, Configuration[] configurations) =>
        new()
        {
            Name = "made",
            File = "made.json",
            Search = search,
            Factors = ["flip", "ema"],
            Seeds = [1, 2],
            Configurations = configurations,
            Run = new RunInfo { Data = "made.csv" },
        };

    private static Trial Done(Trial trial, double accuracy) =>
        trial with
        {
            History = [Epoch(1, accuracy, 1), Epoch(2, accuracy, 2), Epoch(3, accuracy, 3)],
            IsStarted = true,
        };

    private static EpochRecord Epoch(int epoch, double accuracy, double seconds) =>
        new(epoch, 16, 0.1, 1, 0.5, 1, accuracy, seconds, 100);
}
