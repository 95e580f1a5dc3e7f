using Mien.Training;

namespace Mien.Lab.Tests;

/// <summary>What is made of results, on results that were made up.</summary>
public sealed class ExperimentReporterTests
{
    private static readonly PlannedSetting[] Settings =
    [
        .. new[]
        {
            (Name: "none", Flip: "0", Ema: "0"),
            (Name: "only-flip", Flip: "1", Ema: "0"),
            (Name: "only-ema", Flip: "0", Ema: "1"),
        }.Select(s => new PlannedSetting
        {
            Name = s.Name,
            Values = new Dictionary<string, string> { ["flip"] = s.Flip, ["ema"] = s.Ema },
            Network = "tiny",
            Parameters = 1,
            MultiplyAdds = 1,
            Epochs = 3,
            Side = 16,
            Work = 1,
        }),
    ];

    [Fact]
    public void What_a_factor_is_worth_rests_on_the_seeds_that_both_settings_have()
    {
        ExperimentReport report = Report(
            [
                ("none,seed=1", 0.40),
                ("none,seed=2", 0.30),
                ("only-flip,seed=1", 0.41),
                ("only-ema,seed=1", 0.44),
                ("only-ema,seed=2", 0.36),
            ],
            SearchKind.OneFactor,
            Settings
        );

        FactorWorth flip = report.Worths[0],
            ema = report.Worths[1];
        // against seed 1 alone, not the mean of both, 0.35
        Assert.Equal((0.01, 1), (Math.Round(flip.Alone!.Value, 10), flip.AloneSeeds));
        Assert.Equal((0.05, 2), (Math.Round(ema.Alone!.Value, 10), ema.AloneSeeds));
        Assert.Equal((null, 0), (flip.LeftOut, flip.LeftOutSeeds));

        // Deviations: 0.1/√2 and 0.08/√2, pooled √((0.005 + 0.0032) / 2) = 0.0640; times √2 for one seed, 1 for two.
        Assert.Equal("+1.00 ± 9.06 (1 of 2 seeds)", ExperimentText.Worth(report, flip.Alone, flip.AloneSeeds));
        Assert.Equal("+5.00 ± 6.40", ExperimentText.Worth(report, ema.Alone, ema.AloneSeeds));
        Assert.Equal("–", ExperimentText.Worth(report, flip.LeftOut, flip.LeftOutSeeds));
    }

    [Fact]
    public void An_epoch_in_which_the_machine_slept_counts_as_a_usual_one()
    {
        ExperimentReport report = Of(
            new Dictionary<string, TrialResult>
            {
                // 10, 6,990 and 12 seconds
                ["none,seed=1"] = new([Epoch(1, 0.4, 10), Epoch(2, 0.4, 7_000), Epoch(3, 0.4, 7_012)], null, true),
                // 10, 50 and 12
                ["none,seed=2"] = new([Epoch(1, 0.4, 10), Epoch(2, 0.4, 60), Epoch(3, 0.4, 72)], null, true),
            }
        );
        Assert.Equal([34.0, 72.0], report.Trials.Select(t => t.Seconds));
    }

    [Fact]
    public void All_versions_that_trained_are_named()
    {
        var results = new Dictionary<string, TrialResult>
        {
            ["none,seed=1"] = Result(0.4) with { Mien = "0.1.0+aa" },
            ["none,seed=2"] = Result(0.4) with { Mien = "0.1.0+bb" },
        };
        Assert.StartsWith(
            "Mien 0.1.0+aa (1 trainings) and 0.1.0+bb (1 trainings), TorchSharp ",
            Of(results).Machine,
            StringComparison.Ordinal
        );
        results["none,seed=1"] = Result(0.4) with { Mien = "0.1.0+bb" };
        Assert.StartsWith("Mien 0.1.0+bb, TorchSharp ", Of(results).Machine, StringComparison.Ordinal);
    }

    private static ExperimentReport Of(Dictionary<string, TrialResult> results) =>
        ExperimentReporter.Of(Plan(SearchKind.Grid, [Settings[0]]), results, null);

    private static ExperimentReport Report(
        (string Trial, double Accuracy)[] accuracies,
        SearchKind search,
        PlannedSetting[] settings
    )
    {
        ExperimentPlan plan = Plan(search, settings);
        Dictionary<string, TrialResult> results = plan.Trials.ToDictionary(t => t.Name, _ => TrialResult.None);
        foreach ((string trial, double accuracy) in accuracies)
        {
            results[trial] = Result(accuracy);
        }

        return ExperimentReporter.Of(plan, results, null);
    }

    private static ExperimentPlan Plan(SearchKind search, PlannedSetting[] settings) =>
        new()
        {
            Name = "made",
            File = "made.json",
            Search = search,
            Factors = ["flip", "ema"],
            Seeds = [1, 2],
            Settings = settings,
            Run = new RunInfo { Data = "made.csv" },
        };

    private static TrialResult Result(double accuracy) =>
        new([Epoch(1, accuracy, 1), Epoch(2, accuracy, 2), Epoch(3, accuracy, 3)], null, true);

    private static EpochRecord Epoch(int epoch, double accuracy, double seconds) =>
        new(epoch, 16, 0.1, 1, 0.5, 1, accuracy, seconds, 100);
}
