namespace Mien.Data.Tests;

/// <summary>Known facts about FER2013, checked if its files are available.</summary>
public class RealDataTests
{
    [Fact]
    public void Fer2013_has_the_known_rows_duplicates_and_votes()
    {
        string folder = Fer2013Files.Folder();
        DatasetReadResult result = DatasetReader.ReadWithReport(Path.Combine(folder, "fer2013.csv.gz"));
        FaceDataset dataset = result.Dataset;
        Assert.Equal((48, 48, 0), (dataset.Width, dataset.Height, result.Report.SkippedRows));

        DatasetStatistics statistics = DatasetStatistics.Compute(dataset);
        Assert.Equal(
            [3995, 436, 4097, 7215, 4830, 3171, 4965],
            Enum.GetValues<Expression>().Select(e => statistics.Images(DatasetSplit.Training, e))
        );
        Assert.Equal(
            [467, 56, 496, 895, 653, 415, 607],
            Enum.GetValues<Expression>().Select(e => statistics.Images(DatasetSplit.PublicTest, e))
        );
        Assert.Equal(280, statistics.AlsoIn(DatasetSplit.PublicTest, DatasetSplit.Training));
        Assert.Equal(280, dataset.IndicesAlsoIn(DatasetSplit.PublicTest, DatasetSplit.Training).Length);
        Assert.Equal([17, 633, 1303], statistics.IndicesWithoutContent.Take(3));

        FerPlusJoin join = FerPlusVotes.Read(Path.Combine(folder, "fer2013new.csv")).Join(dataset);
        Assert.Equal(162, join.LabelRows);
        Assert.Equal(dataset.Count - 162, join.VotedRows);
        for (int i = 0; i < dataset.Count; i++)
        {
            Assert.Equal(1, join.Dataset.VoteDistributions.AsSpan(i * 7, 7).ToArray().Sum(), 1e-6f);
        }

        // FER+'s majority on PublicTest, and how many of its images have one.
        FaceDataset validation = join.Dataset.Only(DatasetSplit.PublicTest);
        byte[] majority = FerPlusVotes.Majority(validation);
        Assert.Equal(3372, majority.Count(l => l != FerPlusVotes.NoLabel));
        Assert.Equal(3372, FerPlusLabels.Of(validation, VoteRule.Majority).Labels.Length);
        var authors = FerPlusLabels.Of(validation, VoteRule.Authors);
        Assert.Equal((3186, 3199), (authors.Labels.Length, authors.CountOfEight));

        DatasetStatistics divided = DatasetStatistics.Compute(DatasetSplitter.Random(dataset, 1));
        Assert.Equal(
            0,
            divided.AlsoIn(DatasetSplit.PublicTest, DatasetSplit.Training)
                + divided.AlsoIn(DatasetSplit.PrivateTest, DatasetSplit.Training)
                + divided.AlsoIn(DatasetSplit.PrivateTest, DatasetSplit.PublicTest)
        );
        Assert.Equal(0.8, (double)divided.Images(DatasetSplit.Training) / dataset.Count, 1e-3);
    }
}
