namespace Mien.Evaluation.Tests;

public class IntervalTests
{
    [Fact]
    public void Wilson_of_7_in_10_is_the_hand_computed_interval()
    {
        // p = 0.7, n = 10, z² = 3.8414588. Centre (0.7 + 0.19207294) / 1.38414588 = 0.64449344.
        // Half 1.95996398 · √(0.021 + 3.8414588/400) / 1.38414588 = 1.95996398 · √0.030603647 / 1.38414588
        //      = 1.95996398 · 0.17493898 / 1.38414588 = 0.24771557 (so 0.39677787 to 0.89220901).
        Interval interval = Interval.Wilson(7, 10);

        Assert.Equal(0.396778, interval.Low, 5);
        Assert.Equal(0.892209, interval.High, 5);
    }

    [Fact]
    public void Wilson_of_no_success_starts_at_0_and_has_a_width()
    {
        // High = z² / (n + z²) = 3.8414588 / 13.8414588 = 0.2775328.
        Interval interval = Interval.Wilson(0, 10);

        Assert.Equal(0, interval.Low);
        Assert.Equal(0.2775328, interval.High, 6);
    }

    [Fact]
    public void Wilson_of_only_successes_ends_at_1()
    {
        Interval interval = Interval.Wilson(10, 10);

        Assert.Equal(1 - 0.2775328, interval.Low, 6);
        Assert.Equal(1, interval.High);
    }

    [Fact]
    public void Without_trials_the_interval_is_0_to_1() => Assert.Equal(new Interval(0, 1), Interval.Wilson(0, 0));

    [Fact]
    public void At_72_percent_of_3589_images_the_interval_is_about_plus_or_minus_1_5_points()
    {
        // "a 95 % interval at 72 % is ±1.5 points"; z·√(0.72·0.28/3589) = 0.01469.
        Interval interval = Interval.Wilson(2584, 3589);

        Assert.Equal(0.0147, (interval.High - interval.Low) / 2, 4);
    }

    [Fact]
    public void More_successes_than_trials_are_rejected() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Interval.Wilson(3, 2));
}
