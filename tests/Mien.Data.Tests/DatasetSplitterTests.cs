namespace Mien.Data.Tests;

public class DatasetSplitterTests
{
    [Fact]
    public void Each_label_is_split_80_10_10()
    {
        FaceDataset dataset = Distinct(700);
        DatasetStatistics statistics = DatasetStatistics.Compute(DatasetSplitter.Random(dataset, 1));
        foreach (Expression expression in Enum.GetValues<Expression>())
        {
            Assert.Equal(80, statistics.Images(DatasetSplit.Training, expression));
            Assert.Equal(10, statistics.Images(DatasetSplit.PublicTest, expression));
            Assert.Equal(10, statistics.Images(DatasetSplit.PrivateTest, expression));
        }
    }

    [Fact]
    public void The_split_depends_only_on_the_seed()
    {
        FaceDataset dataset = Distinct(700);
        DatasetSplit[] first = DatasetSplitter.Random(dataset, 5).Splits;
        Assert.Equal(first, DatasetSplitter.Random(dataset, 5).Splits);
        Assert.NotEqual(first, DatasetSplitter.Random(dataset, 6).Splits);
        Assert.Same(dataset.Pixels, DatasetSplitter.Random(dataset, 5).Pixels);
    }

    [Fact]
    public void The_split_of_a_seed_never_changes()
    {
        // A recorded value: a change of the generator or of the order would change published splits.
        string splits = string.Concat(
            DatasetSplitter.Random(Distinct(35), 42, 0.4, 0.3, 0.3).Splits.Select(s => (int)s)
        );
        Assert.Equal("22102220021212002200122000001102120", splits);
    }

    [Fact]
    public void Exact_duplicates_stay_together_even_with_several_labels()
    {
        // Each of 200 images occurs three times, once with another label.
        FaceDataset dataset = MadeData.Dataset([
            .. Enumerable.Range(0, 600).Select(i => ((byte)(i % 200), (i % 5) + (i / 400), DatasetSplit.Training)),
        ]);
        FaceDataset divided = DatasetSplitter.Random(dataset, 3);
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(divided.Splits[i], divided.Splits[i + 200]);
            Assert.Equal(divided.Splits[i], divided.Splits[i + 400]);
        }

        Assert.InRange(divided.IndicesOf(DatasetSplit.Training).Length, 470, 490);
    }

    [Fact]
    public void A_share_of_zero_leaves_a_split_empty()
    {
        DatasetStatistics statistics = DatasetStatistics.Compute(DatasetSplitter.Random(Distinct(70), 1, 0.9, 0.1, 0));
        Assert.Equal(
            (63, 7, 0),
            (
                statistics.Images(DatasetSplit.Training),
                statistics.Images(DatasetSplit.PublicTest),
                statistics.Images(DatasetSplit.PrivateTest)
            )
        );
    }

    [Theory]
    [InlineData(0.8, 0.1, 0.2)]
    [InlineData(1.1, -0.1, 0)]
    [InlineData(double.NaN, 0.5, 0.5)]
    public void Invalid_shares_are_rejected(double training, double publicTest, double privateTest) =>
        Assert.Throws<ArgumentException>(() =>
            DatasetSplitter.Random(Distinct(7), 1, training, publicTest, privateTest)
        );

    private static FaceDataset Distinct(int count) =>
        new(
            "made",
            2,
            1,
            [.. Enumerable.Range(0, count).SelectMany(i => new[] { (byte)i, (byte)(i >> 8) })],
            [.. Enumerable.Range(0, count).Select(i => (byte)(i % 7))],
            new DatasetSplit[count]
        );
}
