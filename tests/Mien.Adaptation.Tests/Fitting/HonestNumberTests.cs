using Mien.Tools;

namespace Mien.Adaptation.Tests;

/// <summary>The reported number against a known truth, over many made sets.</summary>
public class HonestNumberTests
{
    [Fact]
    public void Grouped_folds_report_the_truth_where_identities_leak_and_random_ones_do_not()
    {
        // Each person has preferred labels of their own, and features that tell who it is: whoever has seen a person
        // knows the labels.
        (double grouped, double random, double truth) = (0, 0, 0);
        const int Draws = 6;
        for (int d = 0; d < Draws; d++)
        {
            var model = new SimulatedFaces(d, 1, 0, 24, 5, 1) { PersonShare = 0.8, PersonBias = 2.5 };
            AdaptationSamples samples = model.Draw(new Random(d), 12, 10);
            AdaptationResult result = AdaptationFit.Run(samples);
            AdaptationSamples unknown = samples with
            {
                Groups = [.. Enumerable.Range(0, samples.Count)],
                AreGroupsKnown = false,
            };
            grouped += result.Estimate!.After.Accuracy / Draws;
            random += AdaptationFit.Run(unknown).Estimate!.After.Accuracy / Draws;
            truth += SimulatedFaces.Accuracy(result.Layer, model.Draw(new Random(100 + d), 300, 5)).After / Draws;
        }

        Assert.Equal(truth, grouped, 0.07);
        Assert.True(random > truth + 0.12, $"random {random}, grouped {grouped}, truth {truth}");
    }

    [Theory]
    [InlineData(20)]
    [InlineData(50)]
    public void Where_nothing_can_be_gained_no_gain_is_reported(int count)
    {
        int none = 0;
        int certain = 0;
        Parallel.For(
            0,
            100,
            d =>
            {
                AdaptationSamples samples = new SimulatedFaces(d, width: 12).Draw(new Random(d), count, 1);
                var options = new AdaptationFitOptions { Threads = 1, MaxFolds = count == 20 ? 10 : 6 };
                AdaptationEstimate estimate = AdaptationFit.Run(samples, options).Estimate!;
                Interlocked.Add(ref none, estimate.HasNoGain ? 1 : 0);
                Interlocked.Add(ref certain, estimate.IsCertain && !estimate.HasNoGain ? 1 : 0);
            }
        );
        Assert.InRange(none, 95, 100);
        Assert.InRange(certain, 0, 2);
    }

    [Fact]
    public void The_number_is_not_flattered_by_the_choice_and_its_interval_holds_the_truth()
    {
        // A choice among seven pulls with 50 labels: the mean over the draws of the reported gain minus the true one.
        const int Draws = 60;
        double bias = 0;
        int held = 0;
        int heldGain = 0;
        object gate = new();
        Parallel.For(
            0,
            Draws,
            d =>
            {
                var model = new SimulatedFaces(d, 1, 0.7, 8);
                var random = new Random(d);
                AdaptationSamples samples = model.Draw(random, 50, 1);
                var options = new AdaptationFitOptions { Threads = 1, MaxFolds = 5 };
                AdaptationResult result = AdaptationFit.Run(samples, options);
                (double before, double after) = SimulatedFaces.Accuracy(result.Layer, model.Draw(random, 2000, 1));
                AdaptationEstimate estimate = result.Estimate!;
                lock (gate)
                {
                    bias += (estimate.Gain - (after - before)) / Draws;
                    held += Holds(estimate.After.Interval.Low, after, estimate.After.Interval.High);
                    heldGain += Holds(estimate.GainInterval.Low, after - before, estimate.GainInterval.High);
                }
            }
        );
        Assert.InRange(bias, -0.03, 0.03);
        Assert.InRange(held, Draws * 85 / 100, Draws);
        Assert.InRange(heldGain, Draws * 85 / 100, Draws);
    }

    private static int Holds(double low, double value, double high) => low <= value && value <= high ? 1 : 0;
}
