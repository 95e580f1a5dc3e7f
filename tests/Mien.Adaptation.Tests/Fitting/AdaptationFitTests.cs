using Mien.Tools;

namespace Mien.Adaptation.Tests;

public class AdaptationFitTests
{
    [Fact]
    public void The_result_does_not_depend_on_the_number_of_threads()
    {
        AdaptationSamples samples = new SimulatedFaces(1, 1, 0.5, 12) { PersonShare = 0.3 }.Draw(new Random(1), 12, 5);
        AdaptationResult one = AdaptationFit.Run(samples, new AdaptationFitOptions { Threads = 1 });
        AdaptationResult four = AdaptationFit.Run(samples, new AdaptationFitOptions { Threads = 4 });
        Assert.Equal(one.Layer.Weights, four.Layer.Weights);
        Assert.Equal(one.Layer.Bias, four.Layer.Bias);
        Assert.Equal(one.Layer.Scale, four.Layer.Scale);
        Assert.Equal(one.Temperature, four.Temperature);
        Assert.Equal(one.Guard.Threshold, four.Guard.Threshold);
        Assert.Equal(one.Estimate!.ProbabilitiesAfter, four.Estimate!.ProbabilitiesAfter);
    }

    [Fact]
    public void A_shifted_bias_is_found_and_measured()
    {
        var model = new SimulatedFaces(2, biasShift: 2, width: 16);
        AdaptationSamples samples = model.Draw(new Random(2), 200, 1, known: false);
        AdaptationResult result = AdaptationFit.Run(samples);
        (double before, double after) = SimulatedFaces.Accuracy(result.Layer, model.Draw(new Random(3), 4000, 1));
        AdaptationEstimate estimate = result.Estimate!;
        Assert.InRange(after - before, 0.08, 0.4);
        Assert.Equal(after - before, estimate.Gain, 0.07);
        Assert.True(estimate.IsCertain);
        Assert.False(estimate.HasNoGain);
        Assert.Null(estimate.LabelsToSettle);
        Assert.False(estimate.AreGroupsKnown);
        Assert.Equal((10, 200, 200), (estimate.Folds, estimate.Count, estimate.Groups));
        Assert.Equal(BaselineKind.BaseModel, estimate.Baseline);
        Assert.Equal(EstimateKind.CrossValidated, estimate.Kind);
        Assert.True(estimate.After.LogLoss < estimate.Before.LogLoss);
        Assert.Equal(200, estimate.After.Confusion.Sum());
        Assert.Equal(200, estimate.After.Classes.Sum(c => c.Support));
        Assert.Equal(estimate.After.Correct, (int)Math.Round(estimate.After.Classes.Sum(c => c.Recall * c.Support)));
        Assert.InRange(result.Temperature, 0.6, 1.6);
        Assert.InRange(result.UncertainBelow!.Value, 0.2, 0.8);
    }

    [Fact]
    public void An_uncertain_gain_says_how_many_labels_would_settle_it()
    {
        var model = new SimulatedFaces(3, biasShift: 1.2, width: 8);
        AdaptationEstimate estimate = Enumerable
            .Range(0, 20)
            .Select(d => AdaptationFit.Run(model.Draw(new Random(d), 40, 1)).Estimate!)
            .First(e => !e.HasNoGain && !e.IsCertain);
        double half = (estimate.GainInterval.High - estimate.GainInterval.Low) / 2;
        double expected = 40 * Math.Pow(half / estimate.Gain, 2);
        Assert.InRange(estimate.LabelsToSettle!.Value, expected, (expected * 1.1) + 1);
    }

    [Fact]
    public void Fewer_labels_than_fifty_fit_no_layer()
    {
        AdaptationSamples samples = new SimulatedFaces(4, 2, 2, 8).Draw(new Random(4), 49, 1);
        AdaptationResult result = AdaptationFit.Run(samples);
        Assert.Equal(PullKind.BiasAndScale, result.Pull.Kind);
        Check.All(result.Layer.Weights, w => Assert.Equal(0, w));
        Assert.Equal(49 * 8 / 49 * 7, result.Layer.Weights.Length);
    }

    [Fact]
    public void More_than_5000_faces_hold_a_fifth_out()
    {
        var model = new SimulatedFaces(5, 1, 0.7, 6);
        AdaptationSamples samples = model.Draw(new Random(5), 5001, 1);
        AdaptationResult result = AdaptationFit.Run(samples);
        AdaptationEstimate estimate = result.Estimate!;
        Assert.Equal(EstimateKind.HeldOut, estimate.Kind);
        Assert.InRange(estimate.Count, 999, 1001);
        Assert.Equal(PullKind.Layer, result.Pull.Kind);
        (_, double after) = SimulatedFaces.Accuracy(result.Layer, model.Draw(new Random(6), 4000, 1));
        Assert.Equal(after, estimate.After.Accuracy, 0.05);
        Assert.Equal(estimate.Count, result.Guard.Count);
    }

    [Fact]
    public void A_new_class_is_learnt_beside_the_old_ones()
    {
        var model = new SimulatedFaces(6, width: 12);
        int[] columns = [0, 1, 2, 3, 4, 5, -1];
        AdaptationSamples samples = model.Draw(new Random(6), 300, 1) with { BaseColumns = columns };
        AdaptationResult result = AdaptationFit.Run(samples);
        AdaptationEstimate estimate = result.Estimate!;
        Assert.Equal(0, estimate.Before.Classes[6].Recall);
        Assert.InRange(estimate.After.Classes[6].Recall, 0.3, 1);
        Assert.True(estimate.Gain > 0);
        Assert.Null(estimate.Before.LogLoss);
        Assert.InRange(result.Pull.NewClassL2, 1, 30);
    }

    [Fact]
    public void Classes_of_ones_own_only_are_measured_against_the_frequent_class()
    {
        AdaptationSamples samples = new SimulatedFaces(7, width: 8, classes: 3).Draw(new Random(7), 40, 1) with
        {
            BaseColumns = [-1, -1, -1],
        };
        AdaptationResult result = AdaptationFit.Run(samples);
        Assert.Equal(0, result.Layer.Scale);
        Assert.Equal(BaselineKind.FrequentClass, result.Estimate!.Baseline);
        Assert.InRange(result.Estimate.Before.Accuracy, 0.2, 0.6);
        Assert.True(result.Estimate.Gain > 0.1);
    }

    [Fact]
    public void One_person_is_fitted_with_a_weaker_pull_and_not_measured()
    {
        AdaptationSamples samples = new SimulatedFaces(8, width: 24).Draw(new Random(8), 1, 7) with
        {
            Targets = [0, 1, 2, 3, 4, 5, 6],
        };
        AdaptationResult result = AdaptationFit.Run(samples, new AdaptationFitOptions { OnePerson = true });
        Assert.Null(result.Estimate);
        Assert.Equal(NotMeasuredReason.OnePerson, result.NotMeasured);
        Assert.Equal((PullKind.Layer, PullLadder.OnePersonL2), (result.Pull.Kind, result.Pull.WeightL2));
        Assert.Equal(1, result.Temperature);
        Assert.Null(result.UncertainBelow);
        Assert.Equal(1, result.Guard.CentreCount);
        Assert.True(float.IsFinite(result.Guard.Threshold));
        Assert.Equal(1, SimulatedFaces.Accuracy(result.Layer, samples).After);
    }

    [Fact]
    public void One_group_cannot_be_measured()
    {
        AdaptationSamples samples = new SimulatedFaces(9, width: 4).Draw(new Random(9), 1, 30);
        AdaptationResult result = AdaptationFit.Run(samples);
        Assert.Equal(NotMeasuredReason.OneGroup, result.NotMeasured);
        Assert.Equal(PullKind.BiasAndScale, result.Pull.Kind);
    }

    [Fact]
    public void Two_people_are_measured_one_by_the_other()
    {
        AdaptationSamples samples = new SimulatedFaces(10, 2, width: 4).Draw(new Random(10), 2, 20);
        AdaptationResult result = AdaptationFit.Run(samples);
        Assert.Equal((2, 2), (result.Estimate!.Folds, result.Estimate.Groups));
        Assert.Equal(PullKind.BiasAndScale, result.Pull.Kind);
    }

    [Fact]
    public void The_learning_curve_rises_to_the_estimate()
    {
        AdaptationSamples samples = new SimulatedFaces(11, 2, width: 8).Draw(new Random(11), 120, 1);
        AdaptationResult result = AdaptationFit.Run(samples, new AdaptationFitOptions { WithLearningCurve = true });
        Assert.Equal([5, 10, 20, 50, 100, 120], result.LearningCurve.Select(p => (int)p.Labels));
        Assert.Equal(result.Estimate!.After.Accuracy, result.LearningCurve[^1].Accuracy);
        Assert.True(result.LearningCurve[^2].Accuracy > result.LearningCurve[0].Accuracy);
    }

    [Fact]
    public void Progress_rises_to_1()
    {
        var reports = new List<double>();
        AdaptationSamples samples = new SimulatedFaces(12, width: 4).Draw(new Random(12), 30, 1);
        AdaptationFit.Run(
            samples,
            new AdaptationFitOptions { WithLearningCurve = true },
            new ImmediateReports(reports)
        );
        Assert.Equal(1, reports[^1], 1e-9);
        Check.All(reports, r => Assert.InRange(r, 0, 1));
    }

    [Fact]
    public void A_cancelled_fit_stops()
    {
        AdaptationSamples samples = new SimulatedFaces(13, 1, 1, 16).Draw(new Random(13), 200, 1);
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            AdaptationFit.Run(samples, null, new Cancelling(source), source.Token)
        );
    }

    [Fact]
    public void Four_labels_are_too_few()
    {
        AdaptationSamples samples = new SimulatedFaces(14, width: 4).Draw(new Random(14), 4, 1);
        MienException error = Assert.Throws<MienException>(() => AdaptationFit.Run(samples));
        Assert.Equal("tooFewLabels", error.Code);
        Assert.Contains("at least 5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_class_is_too_few()
    {
        AdaptationSamples samples = new SimulatedFaces(15, width: 4).Draw(new Random(15), 9, 1) with
        {
            Targets = [2, 2, 2, 2, 2, 2, 2, 2, 2],
        };
        MienException error = Assert.Throws<MienException>(() => AdaptationFit.Run(samples));
        Assert.Equal("oneClass", error.Code);
        Assert.Contains("class2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Five_labels_of_two_classes_are_enough()
    {
        AdaptationSamples samples = new SimulatedFaces(16, width: 4).Draw(new Random(16), 5, 1) with
        {
            Targets = [0, 1, 0, 1, 1],
        };
        AdaptationResult result = AdaptationFit.Run(samples);
        Assert.Equal(5, result.Estimate!.Count);
        Check.All(result.Layer.Bias, b => Assert.True(float.IsFinite(b)));
    }

    [Fact]
    public void Values_that_are_not_finite_and_lengths_that_do_not_match_are_refused()
    {
        AdaptationSamples samples = new SimulatedFaces(17, width: 4).Draw(new Random(17), 10, 1);
        Assert.Throws<ArgumentException>(() => AdaptationFit.Run(samples with { Groups = [0] }));
        samples.Features[3] = float.NaN;
        Assert.Throws<ArgumentException>(() => AdaptationFit.Run(samples));
    }

    private sealed class ImmediateReports(List<double> reports) : IProgress<double>
    {
        public void Report(double value) => reports.Add(value);
    }

    private sealed class Cancelling(CancellationTokenSource source) : IProgress<double>
    {
        public void Report(double value) => source.Cancel();
    }
}
