namespace Mien.Data.Tests;

public class FerPlusLabelsTests
{
    [Fact]
    public void The_rules_of_majority_and_of_the_authors()
    {
        // anger, disgust, fear, happiness, sadness, surprise, neutral, contempt, unknown, no face
        (byte[] Votes, int? Majority, int? Authors)[] rows =
        [
            ([0, 0, 0, 10, 0, 0, 0, 0, 0, 0], 3, 3),
            ([4, 3, 3, 0, 0, 0, 0, 0, 0, 0], 0, null), // the most, but not over half
            ([4, 1, 1, 1, 1, 1, 1, 0, 0, 0], 0, 0), // single votes are dropped
            ([4, 0, 0, 0, 2, 2, 1, 1, 0, 0], 0, null), // exactly half of the eight that are left
            ([5, 0, 0, 0, 2, 2, 1, 0, 0, 0], 0, 0),
            ([5, 0, 0, 0, 0, 0, 5, 0, 0, 0], null, null), // a tie
            ([1, 1, 1, 1, 1, 1, 1, 1, 1, 1], null, null),
            ([2, 1, 1, 1, 1, 1, 1, 1, 1, 0], 0, 0),
            ([0, 0, 0, 0, 0, 0, 4, 6, 0, 0], null, 7), // contempt
            ([0, 0, 0, 0, 0, 0, 4, 0, 6, 0], null, null), // unknown
            ([0, 0, 0, 0, 0, 0, 4, 0, 0, 6], null, null), // no face
            ([0, 0, 0, 0, 0, 0, 4, 0, 4, 0], null, null),
            ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0], null, null),
        ];
        FaceDataset data = MadeData
            .Dataset([.. rows.Select((_, i) => ((byte)i, 0, DatasetSplit.PublicTest))])
            .WithVotes(null, [.. rows.SelectMany(r => r.Votes)]);
        var majority = FerPlusLabels.Of(data, VoteRule.Majority);
        var authors = FerPlusLabels.Of(data, VoteRule.Authors);

        Check(majority, r => r.Majority);
        Check(authors, r => r.Authors is < 7 ? r.Authors : null);
        Assert.Null(majority.CountOfEight);
        Assert.Equal(rows.Count(r => r.Authors is not null), authors.CountOfEight);
        Assert.Throws<ArgumentException>(() => FerPlusLabels.Of(data.WithVotes(null), VoteRule.Authors));

        void Check(FerPlusLabels labels, Func<(byte[] Votes, int? Majority, int? Authors), int?> expected)
        {
            int[] kept = [.. Enumerable.Range(0, rows.Length).Where(i => expected(rows[i]) is not null)];
            Assert.Equal(kept, labels.Indices);
            Assert.Equal<byte>([.. kept.Select(i => (byte)expected(rows[i])!)], labels.Labels);
        }
    }
}
