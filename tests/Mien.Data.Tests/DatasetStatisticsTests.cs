namespace Mien.Data.Tests;

public class DatasetStatisticsTests
{
    private static readonly FaceDataset Made = MadeData.Dataset(
        (10, 0, DatasetSplit.Training),
        (20, 1, DatasetSplit.Training),
        (10, 0, DatasetSplit.Training),
        (10, 2, DatasetSplit.PublicTest),
        (30, 1, DatasetSplit.PublicTest),
        (10, 0, DatasetSplit.PublicTest),
        (20, 1, DatasetSplit.PrivateTest),
        (7, 6, DatasetSplit.PrivateTest),
        (0, 6, DatasetSplit.PrivateTest)
    );

    [Fact]
    public void Counts_images_per_split_and_label()
    {
        DatasetStatistics statistics = DatasetStatistics.Compute(Made);
        Assert.Equal((9, 2, 2, false), (statistics.Count, statistics.Width, statistics.Height, statistics.HasVotes));
        Assert.Equal(3, statistics.Images(DatasetSplit.Training));
        Assert.Equal(2, statistics.Images(DatasetSplit.Training, Expression.Anger));
        Assert.Equal(3, statistics.Images(Expression.Disgust));
        Assert.Equal(0, statistics.Images(Expression.Happiness));
    }

    [Fact]
    public void Counts_exact_duplicates_within_and_across_splits()
    {
        DatasetStatistics statistics = DatasetStatistics.Compute(Made);
        Assert.Equal(
            (5, 2, 1),
            (statistics.DistinctImages, statistics.DuplicateGroups, statistics.DuplicateGroupsWithSeveralLabels)
        );
        Assert.Equal([1, 1, 0], Enum.GetValues<DatasetSplit>().Select(statistics.DuplicatesWithin));
        Assert.Equal(2, statistics.AlsoIn(DatasetSplit.PublicTest, DatasetSplit.Training));
        Assert.Equal(2, statistics.AlsoIn(DatasetSplit.Training, DatasetSplit.PublicTest));
        Assert.Equal(1, statistics.AlsoIn(DatasetSplit.PrivateTest, DatasetSplit.Training));
        Assert.Equal(0, statistics.AlsoIn(DatasetSplit.PrivateTest, DatasetSplit.PublicTest));
        Assert.Equal(3, statistics.AlsoIn(DatasetSplit.Training, DatasetSplit.Training));
    }

    [Fact]
    public void Lists_the_images_with_duplicates_in_another_split()
    {
        Assert.Equal([3, 5], Made.IndicesAlsoIn(DatasetSplit.PublicTest, DatasetSplit.Training));
        Assert.Equal([0, 2], Made.IndicesAlsoIn(DatasetSplit.Training, DatasetSplit.PublicTest));
        Assert.Empty(Made.IndicesAlsoIn(DatasetSplit.PublicTest, DatasetSplit.PrivateTest));
    }

    [Fact]
    public void Finds_images_without_content()
    {
        // A range of 7 gray values is no content, a range of 10 is.
        DatasetStatistics statistics = DatasetStatistics.Compute(Made);
        Assert.Equal([7, 8], statistics.IndicesWithoutContent);
        Assert.Equal([0, 0, 2], Enum.GetValues<DatasetSplit>().Select(statistics.WithoutContent));
    }

    [Fact]
    public void Images_that_differ_in_the_last_pixel_are_not_duplicates()
    {
        // 11 pixels: eight are hashed together, three one by one.
        byte[] pixels = [.. new byte[10], 1, .. new byte[10], 2, .. new byte[10], 1];
        var dataset = new FaceDataset(
            "made",
            11,
            1,
            pixels,
            [0, 0, 0],
            [DatasetSplit.Training, DatasetSplit.PublicTest, DatasetSplit.PrivateTest]
        );
        Assert.Equal(2, DatasetStatistics.Compute(dataset).DistinctImages);
        Assert.Equal([0], dataset.IndicesAlsoIn(DatasetSplit.Training, DatasetSplit.PrivateTest));
    }

    [Fact]
    public void An_empty_data_set_has_empty_statistics()
    {
        DatasetStatistics statistics = DatasetStatistics.Compute(MadeData.Dataset());
        Assert.Equal(
            (0, 0, 0),
            (statistics.Count, statistics.DistinctImages, statistics.Images(DatasetSplit.Training))
        );
    }
}
