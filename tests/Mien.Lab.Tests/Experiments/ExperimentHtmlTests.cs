using System.Text.RegularExpressions;
using System.Xml.Linq;
using Mien.Evaluation;
using Mien.Lab;

namespace Mien.Lab.Tests;

public class ExperimentHtmlTests
{
    private const string Evil = "<script>alert('x')</script>&\"";

    [Fact]
    public void Mean_spread_and_the_error_of_a_difference_are_what_the_formulas_say()
    {
        // 0.60, 0.62 and 0.64, 0.65: squares 0.0002 and 0.00005, two degrees of freedom.
        ExperimentReport report = Report(
            Setting("a", 1_000_000, 0.60, 0.62),
            Setting("b", 9_000_000, 0.64, 0.65),
            Setting("c", 1_000_000)
        );

        Assert.Equal(0.61, report.Settings[0].Mean!.Value, 12);
        Assert.Equal(Math.Sqrt(0.0002), report.Settings[0].Deviation!.Value, 12);
        Assert.Equal((0.60, 0.62), (report.Settings[0].Lowest!.Value, report.Settings[0].Highest!.Value));
        Assert.Equal(2, report.SeedDegrees);
        Assert.Equal(Math.Sqrt(0.00025 / 2), report.SeedDeviation!.Value, 12);
        Assert.Equal(report.SeedDeviation.Value * 1, report.DifferenceError!.Value, 12); // √(2/2)
        Assert.Null(report.Settings[2].Mean);
        Assert.Null(Report(Setting("a", 1, 0.5)).SeedDeviation);
        Assert.Equal((4, 8, 8.0), (report.TrialsBegun, report.Looks, report.Minutes));
        Assert.Equal("61.00 ± 1.41 %", ExperimentText.Spread(report.Settings[0]));
        Assert.Equal("50.00 %", ExperimentText.Spread(Setting("a", 1, 0.5)));
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
    public void The_page_says_how_many_looks_there_were_and_what_noise_there_is()
    {
        string page = ExperimentHtml.Render(
            Report(
                Setting("b", 9_000_000, 0.64, 0.65) with
                {
                    Rank = 1,
                },
                Setting("a", 1_000_000, 0.60, 0.62) with
                {
                    Rank = 2,
                }
            )
        );

        Assert.Contains("8 looks (4 trainings). The best of many looks is optimistic", page, StringComparison.Ordinal);
        Interval interval = Interval.Wilson(2315, 3589); // 0.645
        Assert.Contains(
            $"The 95 % interval of the best on 3,589 images is {interval.Low * 100:0.0} to {interval.High * 100:0.0} %.",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains("has a standard error of 1.12 points from chance alone", page, StringComparison.Ordinal);
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
    public void Names_from_outside_are_escaped_and_the_page_is_well_formed_and_needs_nothing_else()
    {
        ExperimentSetting failed = Setting(Evil, 5) with
        {
            Trials =
            [
                new ExperimentTrial
                {
                    Name = Evil,
                    Seed = 1,
                    State = TrialState.Failed,
                    Epochs = 3,
                    Error = Evil,
                },
            ],
        };
        ExperimentReport report = Report(Setting(Evil, 2_000_000, 0.5, 0.6) with { Rank = 1 }, failed) with
        {
            Name = Evil,
            Summary = Evil,
            Data = Evil,
            Search = Evil,
            Machine = Evil,
            IsComplete = false,
            Running = new ExperimentRunning(Evil, 2, 3, 4, 5, 6, 7),
            Worths = [new FactorWorth(Evil, Evil, Evil, 0.01, 2, null, 0)],
            Effects = [new ExperimentEffect(Evil, Evil, 2, 0.5)],
        };
        string page = ExperimentHtml.Render(report);

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("&\"", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?i)https?:|//[a-z]|url\(|@import|<link|<iframe|<object|<base|srcset", page);
        Assert.Contains("default-src 'none'; style-src 'unsafe-inline'", page, StringComparison.Ordinal);
        Assert.All(
            Regex.Matches(page, "<th[ >][^>]*>").Select(m => m.Value),
            th => Assert.Contains("scope=", th, StringComparison.Ordinal)
        );
        XElement body = XElement.Parse(
            page[page.IndexOf("<body>", StringComparison.Ordinal)..page.IndexOf("</html>", StringComparison.Ordinal)]
        );
        Assert.Single(body.Descendants("h1"));
        Assert.Contains("is in epoch 2 of 3.", page, StringComparison.Ordinal);
        Assert.Contains(
            "<td>+1.00 ± " + $"{report.DifferenceError * 100:0.00}" + "</td><td>–</td>",
            page,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(24, 24, 0.5, 0.5)]
    [InlineData(24, 24.000000000000004, 0.5, 0.5000000000000001)] // the same but for rounding
    [InlineData(0, 0, 0, 1)]
    [InlineData(0.4, 7_200_000, 0.14, 0.72)]
    public void Costs_and_accuracies_of_any_size_are_drawn_with_a_handful_of_ticks(
        double seconds,
        double moreSeconds,
        double accuracy,
        double moreAccuracy
    )
    {
        ExperimentSetting one = Setting("a", 5, accuracy),
            two = Setting("b", 5, moreAccuracy);
        string page = ExperimentHtml.Render(
            Report(
                one with
                {
                    Trials = [one.Trials[0] with { Seconds = seconds }],
                },
                two with
                {
                    Trials = [two.Trials[0] with { Seconds = moreSeconds }],
                }
            )
        );

        Assert.InRange(Regex.Count(page, "<line class=\"axis\""), 8, 60);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Before_anything_is_trained_the_page_says_so()
    {
        string page = ExperimentHtml.Render(
            Report(
                Setting("a", 1) with
                {
                    Trials =
                    [
                        new ExperimentTrial
                        {
                            Name = "a,seed=1",
                            Seed = 1,
                            State = TrialState.Waiting,
                            Epochs = 3,
                        },
                    ],
                }
            ) with
            {
                IsComplete = false,
            }
        );

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
    public void A_trial_is_told_in_a_few_words(object state, string text) =>
        Assert.Equal(text, ExperimentText.Of(Trial("a", 1, 0.61) with { State = (TrialState)state, StoppedAfter = 4 }));

    private static ExperimentReport Report(params ExperimentSetting[] settings) =>
        new()
        {
            Name = "made",
            Search = "all",
            DevImages = 3589,
            Factors = ["width"],
            Seeds = [1, 2],
            Settings = settings,
            IsComplete = true,
        };

    private static ExperimentSetting Setting(string name, long multiplyAdds, params double[] accuracies) =>
        new()
        {
            Name = name,
            Values = new Dictionary<string, string> { ["width"] = name },
            Network = "tiny",
            Parameters = 123_456,
            MultiplyAdds = multiplyAdds,
            Trials = [.. accuracies.Select((a, i) => Trial(name, i + 1, a))],
        };

    private static ExperimentTrial Trial(string name, int seed, double accuracy) =>
        new()
        {
            Name = $"{name},seed={seed}",
            Seed = seed,
            State = TrialState.Done,
            Accuracy = accuracy,
            Epoch = 2,
            Epochs = 2,
            Seconds = 120,
            History = [new EpochPoint(1, 0.1, 2, 2, 0.3, 0.4), new EpochPoint(2, 0.1, 2, 2, 0.3, accuracy)],
        };
}
