using Mien.Evaluation;

namespace Mien.Adaptation.Tests;

public class GroupedIntervalsTests
{
    [Fact]
    public void The_standard_error_of_single_pictures_is_the_ordinary_one()
    {
        GroupedMean mean = GroupedMean.Of([1, 2, 3, 6], [0, 1, 2, 3]);
        Assert.Equal(3, mean.Mean);
        Assert.Equal(Math.Sqrt((4 + 1 + 0 + 9) / 3.0 / 4), mean.StandardError, 1e-12);
    }

    [Fact]
    public void The_standard_error_of_groups_is_that_of_their_sums()
    {
        // Groups of two faces each: sums of deviations −3, 3 and 0, squares 18, times 3 / 2, root, divided by 6.
        GroupedMean mean = GroupedMean.Of([1, 2, 4, 5, 3, 3], [0, 0, 1, 1, 2, 2]);
        Assert.Equal(3, mean.Mean, 1e-12);
        Assert.Equal(Math.Sqrt(27) / 6, mean.StandardError, 1e-12);
        Assert.Equal(3, mean.Groups);
    }

    [Fact]
    public void With_many_single_pictures_the_share_has_nearly_wilsons_interval()
    {
        bool[] correct = [.. Enumerable.Range(0, 400).Select(i => i % 4 != 0)];
        Interval own = GroupedIntervals.OfShare(correct, [.. Enumerable.Range(0, 400)]);
        Interval wilson = Interval.Wilson(300, 400);
        Assert.Equal(wilson.Low, own.Low, 2e-3);
        Assert.Equal(wilson.High, own.High, 2e-3);
    }

    [Fact]
    public void Pictures_that_agree_within_a_person_widen_the_interval()
    {
        bool[] correct = [.. Enumerable.Range(0, 100).Select(i => i / 10 % 2 == 0)];
        int[] people = [.. Enumerable.Range(0, 100).Select(i => i / 10)];
        Interval single = GroupedIntervals.OfShare(correct, [.. Enumerable.Range(0, 100)]);
        Interval grouped = GroupedIntervals.OfShare(correct, people);
        Assert.True(grouped.High - grouped.Low > 2.5 * (single.High - single.Low));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_share_of_all_or_none_has_an_interval(bool all)
    {
        bool[] correct = [.. Enumerable.Repeat(all, 20)];
        Interval interval = GroupedIntervals.OfShare(correct, [.. Enumerable.Range(0, 20)]);
        Assert.Equal(all ? 1 : 0, all ? interval.High : interval.Low);
        Assert.InRange(interval.High - interval.Low, 0.1, 0.25);
    }

    [Fact]
    public void A_gain_of_nothing_has_an_interval_around_0()
    {
        bool[] correct = [.. Enumerable.Range(0, 50).Select(i => i % 3 == 0)];
        Interval interval = GroupedIntervals.OfGain(correct, correct, [.. Enumerable.Range(0, 50)]);
        Assert.Equal(-interval.Low, interval.High, 1e-12);
        Assert.InRange(interval.High, 0.02, 0.06);
    }

    [Fact]
    public void The_interval_of_a_gain_is_symmetric_around_it()
    {
        bool[] before = [.. Enumerable.Range(0, 200).Select(i => i % 2 == 0)];
        bool[] after = [.. Enumerable.Range(0, 200).Select(i => i % 2 == 0 || i % 10 == 1)];
        Interval interval = GroupedIntervals.OfGain(before, after, [.. Enumerable.Range(0, 200)]);
        Assert.Equal(0.1, (interval.Low + interval.High) / 2, 1e-12);
        Assert.Equal(0.042, (interval.High - interval.Low) / 2, 2e-3);
    }

    [Fact]
    public void One_group_tells_nothing()
    {
        Assert.Equal(new Interval(0, 1), GroupedIntervals.OfShare([true, false], [0, 0]));
        Assert.Equal(new Interval(-1, 1), GroupedIntervals.OfGain([true, false], [true, true], [0, 0]));
    }
}
