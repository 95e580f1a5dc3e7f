using Mien.Tools;

namespace Mien.Adaptation.Tests;

public class GuardFitTests
{
    [Theory]
    [InlineData(30)]
    [InlineData(100)]
    [InlineData(1000)]
    public void Faces_of_the_same_kind_are_seldom_flagged_and_others_always(int count)
    {
        // The features of faces are positive on average; those of what is no face are weak and have no common
        // direction.
        var model = new SimulatedFaces(1, width: 32);
        AdaptationGuard guard = Fit(Raised(model.Draw(new Random(count), count, 1)), 5);
        Assert.InRange(Flagged(guard, Raised(model.Draw(new Random(7), 1000, 1))), 0, 0.05);
        Assert.InRange(guard.FalseAlarms, 0, 0.04);
        Assert.Equal(count, guard.Count);
        Assert.InRange(Flagged(guard, model.Draw(new Random(8), 1000, 1)), 0.95, 1);
    }

    [Fact]
    public void No_centre_is_the_mean_of_fewer_faces_than_allowed()
    {
        AdaptationSamples samples = new SimulatedFaces(1, width: 8).Draw(new Random(1), 30, 1) with
        {
            // 12 faces of class 0, 10 of class 1, and 8 of four other classes, which have one centre together.
            Targets =
            [
                .. Enumerable
                    .Range(0, 30)
                    .Select(i =>
                        i < 12 ? 0
                        : i < 22 ? 1
                        : 2 + (i % 4)
                    ),
            ],
        };
        AdaptationGuard guard = Fit(samples, 5);
        Assert.Equal(3, guard.CentreCount);
        for (int f = 0; f < 8; f++)
        {
            double mean = Enumerable
                .Range(22, 8)
                .Average(i =>
                    samples.Features[(i * 8) + f] * AdaptationGuard.Factor(samples.Features.AsSpan(i * 8, 8))
                );
            Assert.Equal((mean - guard.Mean[f]) * guard.InverseDeviation[f], guard.Centres[(2 * 8) + f], 1e-5);
        }

        Assert.Equal(2, Fit(samples, 9).CentreCount);
        Assert.Equal(1, Fit(samples, 13).CentreCount);
    }

    [Fact]
    public void The_length_of_the_features_does_not_matter()
    {
        AdaptationSamples samples = new SimulatedFaces(1, width: 8).Draw(new Random(1), 30, 1);
        AdaptationGuard guard = Fit(samples, 5);
        float[] row = samples.Features[..8];
        float before = guard.Distance(row);
        Assert.Equal(before, guard.Distance(Array.ConvertAll(row, f => f * 3)), 1e-5f);
        Assert.True(float.IsFinite(guard.Distance(new float[8])));
    }

    [Fact]
    public void The_threshold_of_few_distances_is_a_tolerance_limit()
    {
        // The factor for 98 % of a normal distribution with 90 % confidence from 20 values, by the formula of Natrella.
        double[] sorted = [.. Enumerable.Range(0, 20).Select(i => Math.Exp((i - 9.5) / 10))];
        double deviation = Math.Sqrt(sorted.Sum(d => Math.Log(d) * Math.Log(d)) / 19);
        Assert.InRange(Math.Log(GuardFit.Threshold(sorted)) / deviation, 2.6, 2.9);
        double[] many = [.. Enumerable.Range(1, 1000).Select(i => (double)i)];
        Assert.Equal(980, GuardFit.Threshold(many));
    }

    private static AdaptationSamples Raised(AdaptationSamples samples) =>
        samples with
        {
            Features = Array.ConvertAll(samples.Features, f => f + 3),
        };

    private static AdaptationGuard Fit(AdaptationSamples samples, int minPerCentre) =>
        GuardFit.Fit(samples, GroupedFolds.Deal(samples.Targets, samples.Groups, 7, 10, 1), minPerCentre);

    private static double Flagged(AdaptationGuard guard, AdaptationSamples faces) =>
        Enumerable
            .Range(0, faces.Count)
            .Count(i =>
                guard.Distance(faces.Features.AsSpan(i * faces.FeatureCount, faces.FeatureCount)) > guard.Threshold
            ) / (double)faces.Count;
}
