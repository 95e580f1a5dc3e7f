using static Mien.Expression;

namespace Mien.Evaluation.Tests;

public class RiskCoverageTests
{
    // By confidence: 0.9 correct, 0.8 wrong, 0.7 correct, 0.4 wrong.
    private static readonly Predictions Four = Made.Of(
        (Anger, Anger, 0.7f),
        (Fear, Anger, 0.4f),
        (Neutral, Neutral, 0.9f),
        (Neutral, Sadness, 0.8f)
    );

    [Fact]
    public void The_area_is_the_mean_error_among_the_n_most_confident()
    {
        // Errors among the 1, 2, 3, 4 most confident: 0, 1/2, 1/3, 2/4.
        RiskCoverage curve = RiskCoverage.Of(Four);

        Assert.Equal((0 + 0.5 + (1 / 3.0) + 0.5) / 4, curve.Aurc, 12);

        // Both correct ones first: 0, 0, 1/3, 2/4.
        Assert.Equal(((1 / 3.0) + 0.5) / 4, curve.AurcOfBestOrder, 12);
    }

    [Fact]
    public void The_curve_has_a_point_every_5_percent()
    {
        RiskCoverage curve = RiskCoverage.Of(Four);

        Assert.Equal(20, curve.Points.Count);
        // The smallest counts that cover 5, 10, … %.
        Assert.Equal([1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4], curve.Points.Select(p => p.Count));
        Assert.Equal(new RiskCoveragePoint(0.9f, 1, 1, 0.25), curve.Points[4]);
        Assert.Equal(new RiskCoveragePoint(0.8f, 2, 1, 0.5), curve.Points[9]);
        Assert.Equal(new RiskCoveragePoint(0.7f, 3, 2, 0.75), curve.Points[14]);
        Assert.Equal(new RiskCoveragePoint(0.4f, 4, 2, 1), curve.Points[19]);
        Assert.Equal(2 / 3.0, curve.Points[14].Accuracy);
        Assert.Equal(Interval.Wilson(2, 3), curve.Points[14].AccuracyInterval);
    }

    [Fact]
    public void Images_of_equal_confidence_stay_together()
    {
        RiskCoverage curve = RiskCoverage.Of(Made.Of((Anger, Anger, 0.6f), (Fear, Anger, 0.6f), (Anger, Anger, 0.9f)));

        // One at 0.9 with no error, two at 0.6 that bring it to 1/3 for both; any order among the two would change the
        // area.
        Assert.Equal((0 + (2 * (1 / 3.0))) / 3, curve.Aurc, 12);
        Assert.Equal(3, curve.Points[7].Count); // 40 % are two images; the third has the confidence of the second
    }

    [Fact]
    public void A_perfect_model_has_area_0_and_an_always_wrong_one_has_area_1()
    {
        RiskCoverage right = RiskCoverage.Of(Made.Of((Anger, Anger, 0.9f), (Fear, Fear, 0.4f)));
        RiskCoverage wrong = RiskCoverage.Of(Made.Of((Anger, Fear, 0.9f), (Fear, Anger, 0.4f)));

        Assert.Equal((0.0, 0.0), (right.Aurc, right.AurcOfBestOrder));
        Assert.Equal((1.0, 1.0), (wrong.Aurc, wrong.AurcOfBestOrder));
        Assert.Equal(0, right.Chosen.Threshold); // nothing to reject
        // Nothing to accept: the lowest hundredth above 0.9.
        Assert.Equal((0.91, 0, 0.0), (wrong.Chosen.Threshold, wrong.Chosen.Count, wrong.Chosen.Accuracy));
    }

    [Fact]
    public void The_threshold_maximises_correct_minus_wrong_predictions()
    {
        // Correct minus wrong among the accepted, from the top: 1, 2, 1, 2, 3, 2, 1, 2. The maximum is 3, with five
        // images. 0.41 to 0.50 all accept these five; the lowest is chosen.
        Predictions predictions = Made.Of(
            (Anger, Anger, 0.95f),
            (Anger, Anger, 0.9f),
            (Fear, Anger, 0.6f),
            (Anger, Anger, 0.55f),
            (Anger, Anger, 0.5f),
            (Fear, Anger, 0.4f),
            (Fear, Anger, 0.3f),
            (Anger, Anger, 0.25f)
        );

        Assert.Equal(0.41, RiskCoverage.ChooseThreshold(predictions));
        Assert.Equal(new RiskCoveragePoint(0.41, 5, 4, 5 / 8.0), RiskCoverage.Of(predictions).Chosen);
    }

    [Fact]
    public void The_threshold_of_a_calibrated_model_is_near_a_half()
    {
        // At each confidence of 0.20, 0.22, … 0.98 a hundred images, of which exactly that share is correct.
        var rows = new List<(Expression, Expression, float)>();
        for (int confidence = 20; confidence < 100; confidence += 2)
        {
            rows.AddRange(
                Enumerable.Range(0, 100).Select(i => (i < confidence ? Anger : Fear, Anger, confidence / 100f))
            );
        }

        // At 0.50 half are correct, so accepting them changes nothing; on a tie the lowest wins, which is the first
        // above 0.48.
        Assert.Equal(0.49, RiskCoverage.ChooseThreshold(Made.Of([.. rows])));
    }

    [Fact]
    public void A_point_has_the_images_at_or_above_its_threshold_compared_as_floats()
    {
        // 0.8f is slightly greater than 0.8, and 0.7f slightly less than 0.7.
        Assert.Equal(new RiskCoveragePoint(0.8, 2, 1, 0.5), RiskCoverage.At(Four, 0.8));
        Assert.Equal(new RiskCoveragePoint(0.7, 3, 2, 0.75), RiskCoverage.At(Four, 0.7));
        Assert.Equal(new RiskCoveragePoint(0.95, 0, 0, 0), RiskCoverage.At(Four, 0.95));
    }

    [Fact]
    public void Without_an_image_there_is_no_curve() =>
        Assert.Throws<ArgumentException>(() => RiskCoverage.Of(Made.Of()));
}
