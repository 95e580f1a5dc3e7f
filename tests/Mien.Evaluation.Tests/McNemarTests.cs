using static Mien.Expression;

namespace Mien.Evaluation.Tests;

public class McNemarTests
{
    [Fact]
    public void Images_are_counted_by_which_set_classified_them_correctly()
    {
        Predictions first = Made.Named(
            "first",
            (Anger, Anger, 0.9f),
            (Anger, Anger, 0.9f),
            (Anger, Fear, 0.9f),
            (Anger, Fear, 0.9f),
            (Fear, Fear, 0.9f)
        );
        Predictions second = Made.Named(
            "second",
            (Anger, Anger, 0.5f),
            (Anger, Fear, 0.5f),
            (Anger, Anger, 0.5f),
            (Anger, Sadness, 0.5f),
            (Fear, Anger, 0.5f)
        );
        McNemarResult result = McNemar.Compare(first, second);

        Assert.Equal(("first", "second"), (result.First, result.Second));
        Assert.Equal((1, 2, 1, 1), (result.BothRight, result.OnlyFirstRight, result.OnlySecondRight, result.BothWrong));
        Assert.Equal(5, result.Count);
        Assert.Equal(0.2, result.AccuracyDifference, 12);
        Assert.True(result.Exact);

        // Of 3 images that one set alone got right at most 1 is on one side: 2·(C(3,0) + C(3,1))/2³ = 2·4/8 = 1.
        Assert.Equal(1, result.PValue, 12);
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(5, 0, 0.0625)] // 2·1/32
    [InlineData(1, 9, 0.021484375)] // 2·(1 + 10)/1024
    [InlineData(9, 1, 0.021484375)]
    [InlineData(6, 6, 1)] // 2·P(X ≤ 6 of 12) is greater than 1.
    public void Few_discordant_images_are_tested_exactly(int onlyFirst, int onlySecond, double p) =>
        Assert.Equal(p, McNemar.ExactPValue(onlyFirst, onlySecond), 12);

    [Theory]
    [InlineData(20, 10, 0.100348)] // (10 − 1)²/30 = 2.7: the 90th percentile is 2.705543.
    [InlineData(40, 20, 0.014171)] // 19²/60 = 6.016667, z = 2.452889
    [InlineData(15, 15, 1)]
    [InlineData(15, 16, 1)]
    public void Many_discordant_images_are_tested_with_chi_square_and_continuity_correction(
        int onlyFirst,
        int onlySecond,
        double p
    ) => Assert.Equal(p, McNemar.ChiSquarePValue(onlyFirst, onlySecond), 6);

    [Theory]
    [InlineData(0, 1)] // Values of Python's math.erfc(z / sqrt(2)).
    [InlineData(1, 0.31731050786291415)]
    [InlineData(Interval.Z95, 0.05)]
    [InlineData(3.5, 0.0004652581580710501)]
    [InlineData(3.6, 0.000318217180315068)]
    [InlineData(8, 1.2441921148543574e-15)]
    public void The_normal_tail_has_its_tabulated_values(double z, double tail) =>
        Assert.Equal(1, NormalDistribution.TwoSidedTail(z) / tail, 1e-10);

    [Fact]
    public void The_exact_test_agrees_with_the_approximation_for_large_counts() =>
        Assert.Equal(McNemar.ChiSquarePValue(560, 500), McNemar.ExactPValue(560, 500), 3);

    [Fact]
    public void The_approximation_is_used_from_25_discordant_images()
    {
        Assert.True(Compare(24).Exact);
        Assert.False(Compare(25).Exact);

        static McNemarResult Compare(int discordant) =>
            McNemar.Compare(
                Made.Named("a", [.. Enumerable.Repeat((Anger, Anger, 0.9f), discordant)]),
                Made.Named("b", [.. Enumerable.Repeat((Anger, Fear, 0.9f), discordant)])
            );
    }

    [Fact]
    public void Another_number_of_images_is_rejected()
    {
        var error = Assert.Throws<MienException>(() =>
            McNemar.Compare(Made.Named("a", (Anger, Anger, 1)), Made.Named("b"))
        );

        Assert.Equal("differentImages", error.Code);
        Assert.Equal(
            "A paired comparison needs the same images in the same order, but 'a' has 1 images, 'b' 0. "
                + "Evaluate both on the same data and split.",
            error.Message
        );
    }

    [Fact]
    public void Another_label_is_rejected()
    {
        var error = Assert.Throws<MienException>(() =>
            McNemar.Compare(Made.Named("a", (Anger, Anger, 1)), Made.Named("b", (Fear, Anger, 1)))
        );

        Assert.Equal(
            "A paired comparison needs the same images in the same order, but image 0 is anger in 'a' and fear "
                + "in 'b'. Evaluate both on the same data and split.",
            error.Message
        );
    }

    [Theory]
    [InlineData("fer2013.csv:7", "fer2013.csv.gz:7", true)]
    [InlineData("fer2013.csv:7", "fer2013.csv:8", false)]
    [InlineData("a/test/angry/1.png", "C:\\b\\test\\angry\\1.png", true)]
    [InlineData("a/1.png", "a/2.png", false)]
    public void Images_are_matched_by_row_or_file_name(string first, string second, bool same)
    {
        var a = new Predictions("a", [1, 0, 0, 0, 0, 0, 0], [0], [first]);
        var b = new Predictions("b", [1, 0, 0, 0, 0, 0, 0], [0], [second]);

        if (same)
        {
            Assert.Equal(1, McNemar.Compare(a, b).BothRight);
        }
        else
        {
            var error = Assert.Throws<MienException>(() => McNemar.Compare(a, b));
            Assert.Equal(
                $"A paired comparison needs the same images in the same order, but image 0 comes from "
                    + $"'{first}' in 'a' and from '{second}' in 'b'. Evaluate both on the same data and split.",
                error.Message
            );
        }
    }
}
