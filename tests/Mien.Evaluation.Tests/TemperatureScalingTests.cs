using static Mien.Expression;

namespace Mien.Evaluation.Tests;

public class TemperatureScalingTests
{
    // Four images with the logit 2 for anger and 0 for the six others; three are labelled anger. The best softmax gives
    // anger 3/4: e^(2b) / (e^(2b) + 6) = 3/4, so e^(2b) = 18, b = ln 18 / 2 = 1.445186 and T = 2 / ln 18 = 0.691953.
    private static readonly float[] Logits = Made.Logits((Anger, 2), (Anger, 2), (Anger, 2), (Anger, 2));
    private static readonly byte[] Labels = [0, 0, 0, 2];

    [Fact]
    public void The_fitted_temperature_is_the_hand_computed_optimum() =>
        Assert.Equal(2 / Math.Log(18), TemperatureScaling.Fit(Logits, Labels), 9);

    [Fact]
    public void Logits_three_times_as_large_need_three_times_the_temperature() =>
        Assert.Equal(6 / Math.Log(18), TemperatureScaling.Fit([.. Logits.Select(l => 3 * l)], Labels), 9);

    [Fact]
    public void Adding_a_number_to_all_logits_of_an_image_changes_nothing() =>
        Assert.Equal(2 / Math.Log(18), TemperatureScaling.Fit([.. Logits.Select(l => l + 100)], Labels), 9);

    [Fact]
    public void No_other_temperature_has_a_lower_log_loss()
    {
        var random = new Random(5);
        float[] logits = [.. Enumerable.Range(0, 700).Select(_ => (float)(random.NextDouble() * 8))];
        byte[] labels =
        [
            .. Enumerable
                .Range(0, 100)
                .Select(i =>
                    (byte)(
                        random.Next(3) == 0
                            ? random.Next(7)
                            : Array.IndexOf(logits[(i * 7)..((i * 7) + 7)], logits[(i * 7)..((i * 7) + 7)].Max())
                    )
                ),
        ];
        double best = TemperatureScaling.Fit(logits, labels);

        Assert.InRange(best, TemperatureScaling.Minimum * 2, TemperatureScaling.Maximum / 2);
        Assert.True(Loss(best) < Loss(best * 1.02), "a higher temperature is better");
        Assert.True(Loss(best) < Loss(best / 1.02), "a lower temperature is better");

        double Loss(double temperature) =>
            Metrics.LogLoss(
                new Predictions("t", TemperatureScaling.Apply(logits, temperature), labels, new string[100])
            );
    }

    [Fact]
    public void An_always_correct_model_gets_the_lowest_temperature() =>
        Assert.Equal(TemperatureScaling.Minimum, TemperatureScaling.Fit(Logits, [0, 0, 0, 0]));

    [Fact]
    public void An_always_wrong_model_gets_the_highest_temperature() =>
        Assert.Equal(TemperatureScaling.Maximum, TemperatureScaling.Fit(Logits, [1, 2, 3, 4]));

    [Fact]
    public void Constant_logits_keep_temperature_1() => Assert.Equal(1, TemperatureScaling.Fit(new float[14], [0, 1]));

    [Fact]
    public void Extreme_logits_do_not_overflow()
    {
        // As above with 2000 for 2: T = 2000 / ln 18 exceeds the bound.
        Assert.Equal(TemperatureScaling.Maximum, TemperatureScaling.Fit([.. Logits.Select(l => 1000 * l)], Labels));
    }

    [Fact]
    public void Fitting_without_images_or_with_a_wrong_label_is_rejected()
    {
        Assert.Throws<ArgumentException>(() => TemperatureScaling.Fit([], []));
        Assert.Throws<ArgumentException>(() => TemperatureScaling.Fit(new float[7], [7]));
        Assert.Throws<ArgumentException>(() => TemperatureScaling.Fit(new float[6], [0]));
    }

    [Fact]
    public void Applying_a_temperature_is_the_softmax_of_the_divided_logits()
    {
        // e^(2/2) = 2.718282 over 2.718282 + 6.
        float[] probabilities = TemperatureScaling.Apply(Made.Logits((Fear, 2)), 2);

        Assert.Equal(Math.E / (Math.E + 6), probabilities[2], 1e-7);
        Assert.Equal(1 / (Math.E + 6), probabilities[0], 1e-7);
        Assert.Throws<ArgumentException>(() => TemperatureScaling.Apply(new float[7], 0));
        Assert.Throws<ArgumentException>(() => TemperatureScaling.Apply(new float[7], double.NaN));
    }

    [Fact]
    public void Logarithms_of_probabilities_replace_missing_logits()
    {
        var predictions = new Predictions("p", TemperatureScaling.Apply(Logits, 1), Labels, ["a", "b", "c", "d"]);

        Assert.Equal(2 / Math.Log(18), TemperatureScaling.Fit(predictions.LogitsOrLogProbabilities(), Labels), 5);
    }

    [Fact]
    public void Each_fold_is_scaled_with_the_temperature_of_the_other_folds()
    {
        // Twelve images as above, nine anger and three fear. Each of three folds gets three anger and one fear, so the
        // other two folds always have six and two, with the same optimum.
        float[] logits = Made.Logits([.. Enumerable.Repeat((Anger, 2f), 12)]);
        byte[] labels = [0, 0, 2, 0, 0, 0, 2, 0, 0, 2, 0, 0];
        var predictions = new Predictions("p", TemperatureScaling.Apply(logits, 1), labels, new string[12], logits);
        CrossValidatedTemperature result = TemperatureScaling.CrossValidate(predictions, folds: 3, seed: 7);

        Assert.Equal(2 / Math.Log(18), result.Temperature, 9);
        Check.All(result.FoldTemperatures, t => Assert.Equal(2 / Math.Log(18), t, 9));
        Assert.Equal(3, result.FoldTemperatures.Count);
        Assert.Equal(12, result.OutOfFold.Count);
        for (int i = 0; i < 12; i++)
        {
            Assert.Equal(0.75, result.OutOfFold.Row(i)[0], 6);
            Assert.Equal(labels[i], result.OutOfFold.Labels[i]);
        }
    }

    [Fact]
    public void A_temperature_is_not_fitted_on_its_own_fold()
    {
        // Two folds of one image each: one correct, one wrong. The temperature fitted on the correct one is the lowest,
        // on the wrong one the highest; each is applied to the other.
        float[] logits = Made.Logits((Anger, 2), (Anger, 2));
        var predictions = new Predictions("p", TemperatureScaling.Apply(logits, 1), [0, 2], ["a", "b"], logits);
        CrossValidatedTemperature result = TemperatureScaling.CrossValidate(predictions, folds: 2);

        Assert.Equal(TemperatureScaling.Maximum, result.FoldTemperatures[result.Folds[0]]);
        Assert.Equal(TemperatureScaling.Minimum, result.FoldTemperatures[result.Folds[1]]);
        Assert.Equal(
            TemperatureScaling.Apply(logits.AsSpan(0, 7), TemperatureScaling.Maximum),
            result.OutOfFold.Row(0).ToArray()
        );
    }

    [Fact]
    public void Folds_are_stratified_and_depend_on_the_seed()
    {
        byte[] labels = [.. Enumerable.Range(0, 100).Select(i => (byte)(i % 10 < 7 ? i % 7 : 3))];
        int[] folds = TemperatureScaling.StratifiedFolds(labels, 4, seed: 1);

        Check.All(Enumerable.Range(0, 4), f => Assert.Equal(25, folds.Count(x => x == f)));
        foreach (byte c in labels.Distinct())
        {
            int[] sizes =
            [
                .. Enumerable
                    .Range(0, 4)
                    .Select(f => Enumerable.Range(0, 100).Count(i => labels[i] == c && folds[i] == f)),
            ];
            Assert.True(sizes.Max() - sizes.Min() <= 1, $"class {c}: {string.Join(",", sizes)}");
        }

        Assert.Equal(folds, TemperatureScaling.StratifiedFolds(labels, 4, seed: 1));
        Assert.NotEqual(folds, TemperatureScaling.StratifiedFolds(labels, 4, seed: 2));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Fewer_than_two_folds_or_more_folds_than_images_are_rejected(int folds)
    {
        var predictions = new Predictions("p", TemperatureScaling.Apply(Logits, 1), Labels, new string[4]);

        Assert.ThrowsAny<ArgumentException>(() => TemperatureScaling.CrossValidate(predictions, folds));
    }
}
