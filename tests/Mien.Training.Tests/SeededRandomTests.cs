namespace Mien.Training.Tests;

public class SeededRandomTests
{
    [Fact]
    public void The_numbers_are_those_of_SplitMix64()
    {
        // The first three of the published reference (splitmix64.c by Vigna) from state 0.
        var random = new SeededRandom(0);
        Assert.Equal(
            [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F],
            (ulong[])[random.Next(), random.Next(), random.Next()]
        );
    }

    [Fact]
    public void Each_seed_purpose_epoch_and_index_starts_another_sequence()
    {
        ulong[] first =
        [
            SeededRandom.For(1, RandomPurpose.Order, 2, 3).Next(),
            SeededRandom.For(2, RandomPurpose.Order, 2, 3).Next(),
            SeededRandom.For(1, RandomPurpose.Mixup, 2, 3).Next(),
            SeededRandom.For(1, RandomPurpose.Order, 3, 3).Next(),
            SeededRandom.For(1, RandomPurpose.Order, 2, 4).Next(),
            SeededRandom.For(1, RandomPurpose.Order, 3, 2).Next(),
            SeededRandom.For(-1, RandomPurpose.Order, 2, 3).Next(),
        ];
        Assert.Equal(first.Length, first.Distinct().Count());
        Assert.Equal(first[0], SeededRandom.For(1, RandomPurpose.Order, 2, 3).Next());
    }

    [Fact]
    public void Numbers_are_uniform_within_their_range()
    {
        var random = new SeededRandom(5);
        double sum = 0;
        int[] counts = new int[5];
        for (int i = 0; i < 10000; i++)
        {
            double unit = random.Unit();
            Assert.True(unit is >= 0 and < 1);
            sum += unit;
            Assert.InRange(random.Around(3), -3, 3);
            counts[random.Below(5)]++;
        }

        Assert.Equal(0.5, sum / 10000, 0.02);
        Check.All(counts, c => Assert.InRange(c, 1800, 2200));
        Assert.Equal(0, random.Below(1));
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(4.5)]
    public void Gammas_have_mean_and_variance_of_their_shape(double shape)
    {
        var random = new SeededRandom(9);
        double[] values = [.. Enumerable.Range(0, 40000).Select(_ => random.Gamma(shape))];
        double mean = values.Average();
        Check.All(values, v => Assert.True(v >= 0 && double.IsFinite(v)));
        Assert.Equal(shape, mean, 0.05 * Math.Max(shape, 0.5));
        Assert.Equal(shape, values.Average(v => (v - mean) * (v - mean)), 0.1 * Math.Max(shape, 0.5));
    }

    [Fact]
    public void A_permutation_has_every_number_once_and_depends_on_the_state()
    {
        int[] order = new SeededRandom(1).Permutation(100);
        Assert.Equal(Enumerable.Range(0, 100), order.Order());
        Assert.NotEqual(Enumerable.Range(0, 100), order);
        Assert.Equal(order, new SeededRandom(1).Permutation(100));
        Assert.NotEqual(order, new SeededRandom(2).Permutation(100));
        Assert.Empty(new SeededRandom(1).Permutation(0));
    }
}
