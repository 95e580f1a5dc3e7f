using static Mien.Expression;

namespace Mien.Evaluation.Tests;

public class MetricsTests
{
    // Labels anger anger anger fear fear neutral; predictions anger anger fear fear neutral neutral: 4 of 6 correct.
    private static readonly Predictions Six = Made.Of(
        (Anger, Anger, 0.9f),
        (Anger, Anger, 0.6f),
        (Anger, Fear, 0.5f),
        (Fear, Fear, 0.8f),
        (Fear, Neutral, 0.4f),
        (Neutral, Neutral, 0.7f)
    );

    [Fact]
    public void Accuracy_is_the_share_of_correct_predictions_with_its_interval()
    {
        EvaluationResult result = Metrics.Compute(Six);

        Assert.Equal(6, result.Count);
        Assert.Equal(4, result.Correct);
        Assert.Equal(4 / 6.0, result.Accuracy);
        Assert.Equal(Interval.Wilson(4, 6), result.AccuracyInterval);
    }

    [Fact]
    public void Confusion_has_the_truth_in_rows()
    {
        ConfusionMatrix confusion = Metrics.Confusion(Six);

        Assert.Equal(2, confusion[Anger, Anger]);
        Assert.Equal(1, confusion[Anger, Fear]);
        Assert.Equal(0, confusion[Fear, Anger]);
        Assert.Equal(1, confusion[Fear, Neutral]);
        Assert.Equal(3, confusion.Support(Anger));
        Assert.Equal(2, confusion.Predicted(Fear));
        Assert.Equal(6, confusion.Total);
        Assert.Equal(4, confusion.Correct);
        Assert.Equal(1 / 3.0, confusion.Share(Anger, Fear));
        Assert.Equal([2, 0, 1, 0, 0, 0, 0], confusion.ToRows()[0]);
    }

    [Fact]
    public void Precision_recall_and_F1_are_the_hand_computed_ones()
    {
        IReadOnlyList<ClassResult> classes = Metrics.PerClass(Metrics.Confusion(Six));

        // Anger: 2 correct of 2 predictions and of 3 labels: 1, 2/3, 2·2/(3+2) = 0.8.
        Assert.Equal(new ClassResult(Anger, 1, 2 / 3.0, 0.8, 3, 2), classes[0]);

        // Fear: 1 correct of 2 predictions and of 2 labels. Neutral: 1 of 2 predictions and of 1 label: F1 = 2/(1+2).
        Assert.Equal(new ClassResult(Fear, 0.5, 0.5, 0.5, 2, 2), classes[2]);
        Assert.Equal(new ClassResult(Neutral, 0.5, 1, 2 / 3.0, 1, 2), classes[6]);
    }

    [Fact]
    public void Undefined_figures_are_0()
    {
        IReadOnlyList<ClassResult> classes = Metrics.PerClass(Metrics.Confusion(Made.Of((Disgust, Sadness, 0.5f))));

        // Disgust is never predicted and sadness is never a label: the former's precision and the latter's recall are
        // undefined.
        Assert.Equal(new ClassResult(Disgust, 0, 0, 0, 1, 0), classes[1]);
        Assert.Equal(new ClassResult(Sadness, 0, 0, 0, 0, 1), classes[4]);
        Assert.Equal(new ClassResult(Happiness, 0, 0, 0, 0, 0), classes[3]);
    }

    [Fact]
    public void Macro_F1_leaves_out_expressions_in_neither_labels_nor_predictions()
    {
        // (0.8 + 0.5 + 2/3) / 3, as scikit-learn's f1_score(average="macro") over the labels present.
        Assert.Equal((0.8 + 0.5 + (2 / 3.0)) / 3, Metrics.Compute(Six).MacroF1, 12);
    }

    [Fact]
    public void An_expression_that_was_only_predicted_counts_as_0_in_macro_F1()
    {
        // Anger: F1 = 2·1/(1+1) = 1. Sadness wrongly predicted once, fear missed once: 0 and 0. Mean 1/3.
        Assert.Equal(1 / 3.0, Metrics.Compute(Made.Of((Anger, Anger, 0.9f), (Fear, Sadness, 0.9f))).MacroF1, 12);
    }

    [Fact]
    public void Log_loss_is_the_mean_of_minus_ln_of_the_true_probability()
    {
        // Correct with 0.5: ln 2. Wrong with 0.4: the true expression has (1 − 0.4)/6 = 0.1: ln 10. Mean of 0.693147
        // and 2.302585.
        double loss = Metrics.LogLoss(Made.Of((Anger, Anger, 0.5f), (Fear, Sadness, 0.4f)));

        Assert.Equal((0.69314718 + 2.30258509) / 2, loss, 6);
    }

    [Fact]
    public void A_true_probability_of_0_costs_the_floor_and_not_infinity()
    {
        // −ln 1e-15 = 15 · 2.302585 = 34.538776.
        Assert.Equal(34.538776, Metrics.LogLoss(Made.Of((Anger, Fear, 1f))), 5);
    }

    [Fact]
    public void Certain_and_correct_costs_nothing() => Assert.Equal(0, Metrics.LogLoss(Made.Of((Anger, Anger, 1f))));

    [Theory]
    [InlineData(0.15f, 2)] // (2/15, 3/15]
    [InlineData(0.2f, 2)] // An upper edge belongs to its bin, though 0.2f is slightly greater than 0.2.
    [InlineData(0.2001f, 3)]
    [InlineData(0.93f, 13)]
    [InlineData(0.934f, 14)]
    [InlineData(1f, 14)]
    public void Confidences_fall_into_bins_that_include_their_upper_edge(float confidence, int bin) =>
        Assert.Equal(bin, Metrics.Bin(confidence));

    [Fact]
    public void Calibration_error_is_the_weighted_gap_of_the_bins()
    {
        // Bin (0.8, 0.8667]: confidences 0.84 and 0.86, one correct: |0.5 − 0.85| = 0.35, weight 2/4.
        // Bin (0.4, 0.4667]: 0.42 and 0.44, both correct: |1 − 0.43| = 0.57, weight 2/4. Sum 0.175 + 0.285 = 0.46.
        Predictions predictions = Made.Of(
            (Anger, Anger, 0.84f),
            (Anger, Fear, 0.86f),
            (Fear, Fear, 0.42f),
            (Neutral, Neutral, 0.44f)
        );
        EvaluationResult result = Metrics.Compute(predictions);

        Assert.Equal(0.46, result.Ece, 6);
        Assert.Equal(15, result.Reliability.Count);
        Assert.Equal(2, result.Reliability[12].Count);
        Assert.Equal(0.85, result.Reliability[12].Confidence, 6);
        Assert.Equal(0.5, result.Reliability[12].Accuracy);
        Assert.Equal(0.8, result.Reliability[12].Low, 12);
        Assert.Equal(13 / 15.0, result.Reliability[12].High, 12);
        Assert.Equal(4, result.Reliability.Sum(b => b.Count));
    }

    [Fact]
    public void Calibration_error_by_chance_of_one_image_is_2p_times_1_minus_p()
    {
        // Correct with p = 0.75: |1 − p|·p + p·(1 − p) = 2·0.75·0.25 = 0.375 on average; 1000 rounds: σ ≈ 0.0069.
        Assert.Equal(0.375, Metrics.EceByChance(Made.Of((Anger, Anger, 0.75f)), seed: 1), 0.03);
    }

    [Fact]
    public void Calibration_error_by_chance_ignores_the_labels_and_depends_on_the_seed()
    {
        var right = Made.Of([.. Enumerable.Repeat((Anger, Anger, 0.7f), 50)]);
        var wrong = Made.Of([.. Enumerable.Repeat((Fear, Anger, 0.7f), 50)]);

        Assert.Equal(Metrics.EceByChance(right, 3), Metrics.EceByChance(wrong, 3));
        Assert.NotEqual(Metrics.EceByChance(right, 3), Metrics.EceByChance(right, 4));

        // Mean |X/50 − 0.7| with standard deviation √(0.21/50) = 0.0648: about 0.0648·√(2/π) = 0.0517.
        Assert.Equal(0.0517, Metrics.EceByChance(right, 3), 0.005);
    }

    [Fact]
    public void Certain_predictions_have_no_calibration_error_by_chance() =>
        Assert.Equal(0, Metrics.EceByChance(Made.Of((Anger, Fear, 1f)), 0));

    [Fact]
    public void Accuracy_without_duplicates_leaves_out_the_positions_given()
    {
        // Correct are 0, 1, 3, 5. Without 0 and 4: 1, 3, 5 of 1, 2, 3, 5 are correct.
        EvaluationResult result = Metrics.Compute(Six, duplicates: [0, 4]);

        Assert.Equal(2, result.Duplicates);
        Assert.Equal(0.75, result.AccuracyWithoutDuplicates);
        Assert.Equal(Interval.Wilson(3, 4), result.AccuracyWithoutDuplicatesInterval);
        Assert.Equal(4 / 6.0, result.Accuracy);
    }

    [Fact]
    public void Unchecked_duplicates_none_and_all_are_distinguished()
    {
        EvaluationResult unknown = Metrics.Compute(Six);
        EvaluationResult none = Metrics.Compute(Six, []);
        EvaluationResult all = Metrics.Compute(Six, [0, 1, 2, 3, 4, 5]);

        Assert.Null(unknown.Duplicates);
        Assert.Null(unknown.AccuracyWithoutDuplicates);
        Assert.Equal(0, none.Duplicates);
        Assert.Equal(none.Accuracy, none.AccuracyWithoutDuplicates);
        Assert.Equal(6, all.Duplicates);
        Assert.Null(all.AccuracyWithoutDuplicates);
        Assert.Null(all.AccuracyWithoutDuplicatesInterval);
    }

    [Theory]
    [InlineData(new[] { 6 })]
    [InlineData(new[] { -1 })]
    [InlineData(new[] { 2, 2 })]
    public void Positions_of_duplicates_out_of_range_or_repeated_are_rejected(int[] duplicates) =>
        Assert.Throws<ArgumentException>(() => Metrics.Compute(Six, duplicates));

    [Fact]
    public void Neutral_called_sad_is_a_share_of_the_neutral_images()
    {
        Predictions predictions = Made.Of(
            (Neutral, Sadness, 0.5f),
            (Neutral, Neutral, 0.5f),
            (Neutral, Anger, 0.5f),
            (Neutral, Neutral, 0.5f),
            (Fear, Sadness, 0.5f)
        );

        Assert.Equal(0.25, Metrics.Compute(predictions).NeutralCalledSad);
    }

    [Fact]
    public void Neutral_called_sad_and_sad_called_neutral_have_their_intervals()
    {
        EvaluationResult result = Metrics.Compute(
            Made.Of(
                (Neutral, Sadness, 0.5f),
                (Neutral, Neutral, 0.5f),
                (Neutral, Anger, 0.5f),
                (Neutral, Neutral, 0.5f),
                (Sadness, Neutral, 0.5f),
                (Sadness, Neutral, 0.5f),
                (Sadness, Sadness, 0.5f)
            )
        );

        Assert.Equal(Interval.Wilson(1, 4), result.NeutralCalledSadInterval);
        Assert.Equal(2 / 3.0, result.SadCalledNeutral);
        Assert.Equal(Interval.Wilson(2, 3), result.SadCalledNeutralInterval);

        EvaluationResult none = Metrics.Compute(Six);
        Assert.Equal((0, new Interval(0, 1)), (none.SadCalledNeutral, none.SadCalledNeutralInterval));
    }

    [Fact]
    public void No_image_is_an_error_that_says_what_to_do()
    {
        var error = Assert.Throws<MienException>(() => Metrics.Compute(Made.Of()));

        Assert.Equal("noImages", error.Code);
        Assert.Equal("made: there is no image to evaluate. Choose a split that has images.", error.Message);
    }

    [Fact]
    public void On_a_tie_the_first_expression_is_predicted()
    {
        var tie = new Predictions("tie", [0, 0.1f, 0.4f, 0, 0.4f, 0.1f, 0], [4], ["a"]);

        Assert.Equal(Fear, tie.Predicted(0));
        Assert.False(tie.IsCorrect(0));
        Assert.Equal(0.4f, tie.Confidence(0));
    }

    [Fact]
    public void The_most_confident_mistakes_come_first_and_equal_ones_in_their_order()
    {
        Predictions predictions = Made.Of(
            (Anger, Fear, 0.5f),
            (Anger, Anger, 0.9f),
            (Anger, Fear, 0.7f),
            (Anger, Neutral, 0.5f)
        );

        Assert.Equal([2, 0, 3], predictions.MostConfidentMistakes(10));
        Assert.Equal([2, 0], predictions.MostConfidentMistakes(2));
    }
}
