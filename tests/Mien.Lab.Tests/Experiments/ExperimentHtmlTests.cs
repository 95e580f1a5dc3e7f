using System.Text.RegularExpressions;
using System.Xml.Linq;
using Mien.Evaluation;
using Mien.Training;

namespace Mien.Lab.Tests;

public class ExperimentHtmlTests
{
    private const string Evil = "<script>alert('x')</script>&\"";

    [Fact]
    public void Mean_deviation_and_standard_error_follow_the_formulas()
    {
        // 0.60, 0.62 and 0.64, 0.65: squares 0.0002 and 0.00005, two degrees of freedom.
        Experiment report = Report(
            Made("a", 1_000_000, 0.60, 0.62),
            Made("b", 9_000_000, 0.64, 0.65),
            Made("c", 1_000_000)
        );
        RankedConfiguration a = report.Configurations[1];

        Assert.Equal(["b", "a", "c"], report.Configurations.Select(s => s.Configuration.Name));
        Assert.Equal([1, 2, null], report.Configurations.Select(s => s.Rank));
        Assert.Equal(0.61, a.Mean!.Value, 12);
        Assert.Equal(Math.Sqrt(0.0002), a.Deviation!.Value, 12);
        Assert.Equal((0.60, 0.62), (a.Lowest!.Value, a.Highest!.Value));
        Assert.Equal(2, report.SeedDegrees);
        Assert.Equal(Math.Sqrt(0.00025 / 2), report.SeedDeviation!.Value, 12);
        Assert.Equal(report.SeedDeviation.Value * 1, report.DifferenceError!.Value, 12); // √(2/2)
        Assert.Null(report.Configurations[2].Mean);
        Assert.Null(Report(Made("a", 1, 0.5)).SeedDeviation);
        Assert.Equal((4, 8, 8.0), (report.TrialsBegun, report.Evaluations, report.Minutes));
        Assert.Equal("61.00 ± 1.41 %", ExperimentText.Spread(a));
        Assert.Equal("50.00 %", ExperimentText.Spread(Report(Made("a", 1, 0.5)).Configurations[0]));
        Assert.Equal(
            ("+1.20", "−0.30", "0.00", "–"),
            (
                ExperimentText.Signed(0.012),
                ExperimentText.Signed(-0.003),
                ExperimentText.Signed(0),
                ExperimentText.Signed(null)
            )
        );
    }

    [Fact]
    public void The_page_states_the_number_of_evaluations_and_the_standard_error()
    {
        string page = ExperimentHtml.Render(Report(Made("a", 1_000_000, 0.60, 0.62), Made("b", 9_000_000, 0.64, 0.65)));

        Assert.Contains(
            "8 evaluations on PublicTest (4 trainings). The best of many evaluations is optimistic",
            page,
            StringComparison.Ordinal
        );
        Interval interval = Interval.Wilson(2315, 3589); // 0.645
        Assert.Contains(
            "The 95 % interval of the best on 3,589 images is "
                + $"{interval.Low * 100:0.0} to {interval.High * 100:0.0} %.",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains("has a standard error of 1.12 points.", page, StringComparison.Ordinal);
        Assert.Contains(
            "<th scope=\"row\">b</th><td>64.50 ± 0.71 %</td><td>64.00 to 65.00</td><td>2 of "
                + "2</td><td>123,456</td><td>9,000,000</td><td>2.0</td>",
            page,
            StringComparison.Ordinal
        );
        Assert.Equal(3, Regex.Count(page, "<svg [^>]*role=\"img\" aria-label=\"[^\"]+\""));
        Assert.Contains("(millions), logarithmic</text>", page, StringComparison.Ordinal); // 1 to 9 million
        Assert.Equal(2, Regex.Count(page, "<polyline class=\"run top\""));
    }

    [Fact]
    public void Names_are_escaped_and_the_page_is_well_formed_and_self_contained()
    {
        // Four configurations of two factors. The one with both fails, so the effect of leaving one out is unknown.
        ExperimentPlan plan = Plan(
            EvilConfiguration("none", "0", "0"),
            EvilConfiguration(Evil, Evil, "0"),
            EvilConfiguration("b", "0", "1"),
            EvilConfiguration("all", Evil, "1")
        ) with
        {
            Name = Evil,
            Summary = Evil,
            Search = SearchKind.OneFactor,
            Factors = [Evil, "b"],
            Run = new RunInfo { Data = Evil.Replace('/', ' '), TorchSharp = Evil },
        };
        Dictionary<string, double[]> accuracies = new()
        {
            ["none"] = [0.5, 0.6],
            [Evil] = [0.51, 0.61],
            ["b"] = [0.5], // its other trial is not finished
        };
        Trial[] trials =
        [
            .. plan.Trials.Select(t =>
                !accuracies.TryGetValue(t.Configuration.Name, out double[]? a) ? t with { Error = Evil }
                : t.Seed <= a.Length ? Trained(t, a[t.Seed - 1])
                : t
            ),
        ];
        var running = new TrialProgress(Evil, 2, 3, 4, 5, 6, 7);
        var study = new Experiment(plan, trials, running);
        var grid = new Experiment(plan with { Search = SearchKind.Grid }, trials, running);

        string page = WellFormed(study);
        Assert.Contains(
            "<td>+1.00 ± " + $"{study.DifferenceError * 100:0.00}" + "</td><td>–</td>",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains("Ablation study: effect of each factor", page, StringComparison.Ordinal);
        Assert.Contains("Mean accuracy per value", WellFormed(grid), StringComparison.Ordinal);
    }

    private static string WellFormed(Experiment experiment)
    {
        string page = ExperimentHtml.Render(experiment);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("&\"", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?i)https?:|//[a-z]|url\(|@import|<link|<iframe|<object|<base|srcset", page);
        Assert.Contains("default-src 'none'; style-src 'unsafe-inline'", page, StringComparison.Ordinal);
        Check.All(
            Regex.Matches(page, "<th[ >][^>]*>").Select(m => m.Value),
            th => Assert.Contains("scope=", th, StringComparison.Ordinal)
        );
        XElement body = XElement.Parse(
            page[page.IndexOf("<body>", StringComparison.Ordinal)..page.IndexOf("</html>", StringComparison.Ordinal)]
        );
        Assert.Single(body.Descendants("h1"));
        Assert.Contains("is in epoch 2 of 3.", page, StringComparison.Ordinal);
        return page;
    }

    [Theory]
    [InlineData(24, 24, 0.5, 0.5)]
    [InlineData(24, 24.000000000000004, 0.5, 0.5000000000000001)] // equal up to rounding
    [InlineData(0, 0, 0, 1)]
    [InlineData(0.4, 7_200_000, 0.14, 0.72)]
    public void Costs_and_accuracies_of_any_size_are_drawn_with_a_reasonable_number_of_ticks(
        double seconds,
        double moreSeconds,
        double accuracy,
        double moreAccuracy
    )
    {
        Configuration one = Made("a", 5).Configuration with { Epochs = 1 },
            two = Made("b", 5).Configuration with { Epochs = 1 };
        string page = ExperimentHtml.Render(
            new Experiment(
                Plan(one, two) with
                {
                    Seeds = [1],
                },
                [
                    new Trial(one, 1) { History = [Epoch(1, accuracy, seconds)] },
                    new Trial(two, 1) { History = [Epoch(1, moreAccuracy, moreSeconds)] },
                ],
                null
            )
        );

        Assert.InRange(Regex.Count(page, "<line class=\"axis\""), 8, 60);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Before_the_first_training_the_page_says_so()
    {
        string page = ExperimentHtml.Render(Report(Made("a", 1)));

        Assert.Contains("Nothing has been trained yet.", page, StringComparison.Ordinal);
        Assert.Contains("<td>waiting</td>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<svg", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TrialState.Done, "61.00 % in epoch 2")]
    [InlineData(TrialState.Stopped, "stopped after epoch 4, 61.00 % in epoch 2")]
    [InlineData(TrialState.Paused, "compared after epoch 2, 61.00 % in epoch 2")]
    [InlineData(TrialState.Interrupted, "interrupted after epoch 2, 61.00 % in epoch 2")]
    [InlineData(TrialState.Failed, "failed after epoch 2, 61.00 % in epoch 2")]
    [InlineData(TrialState.Running, "running, 61.00 % in epoch 2")]
    public void A_trial_is_described_in_a_short_text(object state, string text) =>
        Assert.Equal(
            text,
            ExperimentText.Of(
                Trained(new Trial(Made("a", 1).Configuration, 1), 0.61) with
                {
                    State = (TrialState)state,
                    StoppedAfter = 4,
                }
            )
        );

    /// <summary>An experiment with two seeds. The trials with an accuracy are finished.</summary>
    private static Experiment Report(params (Configuration Configuration, double[] Accuracies)[] configurations) =>
        new(
            Plan([.. configurations.Select(s => s.Configuration)]),
            configurations.SelectMany(s =>
                ((int[])[1, 2]).Select(seed =>
                    seed <= s.Accuracies.Length
                        ? Trained(new Trial(s.Configuration, seed), s.Accuracies[seed - 1])
                        : new Trial(s.Configuration, seed)
                )
            ),
            null
        );

    private static ExperimentPlan Plan(params Configuration[] configurations) =>
        new()
        {
            Name = "made",
            File = "made.json",
            Factors = ["width"],
            Seeds = [1, 2],
            Configurations = configurations,
            Run = new RunInfo { Data = "made.csv", ValidationImages = 3589 },
        };

    private static (Configuration Configuration, double[] Accuracies) Made(
        string name,
        long macs,
        params double[] accuracies
    ) =>
        (
            new()
            {
                Name = name,
                Values = new Dictionary<string, string> { ["width"] = name },
                Network = "tiny",
                Parameters = 123_456,
                Macs = macs,
                Epochs = 2,
                Side = 16,
                Work = 1,
            },
            accuracies
        );

    private static Configuration EvilConfiguration(string name, string first, string second) =>
        Made(name, 2_000_000).Configuration with
        {
            Values = new Dictionary<string, string> { [Evil] = first, ["b"] = second },
        };

    private static Trial Trained(Trial trial, double accuracy) =>
        trial with
        {
            History = [Epoch(1, 0.4, 60), Epoch(2, accuracy, 120)],
            IsStarted = true,
        };

    private static EpochRecord Epoch(int epoch, double accuracy, double seconds) =>
        new(epoch, 16, 0.1, 2, 0.3, 2, accuracy, seconds, 100);
}
