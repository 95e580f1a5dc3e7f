namespace Mien.Data.Tests;

public class FaceDatasetTests
{
    private static readonly FaceDataset Made = new FaceDataset(
        "made",
        2,
        1,
        [.. Enumerable.Range(0, 20).Select(i => (byte)i)],
        [0, 1, 2, 3, 4, 5, 6, 0, 1, 2],
        [.. Enumerable.Range(0, 10).Select(i => (DatasetSplit)(i / 4))]
    ).WithVotes([.. Enumerable.Range(0, 70).Select(i => (float)i)], [.. Enumerable.Range(0, 100).Select(i => (byte)i)]);

    [Fact]
    public void Agrees_with_a_naive_selection()
    {
        int[][] selections =
        [
            [],
            [3],
            [0, 1, 2],
            [2, 1, 0],
            [5, 5, 6, 7, 2, 3, 9],
            [.. Enumerable.Range(0, 10)],
        ];
        foreach (int[] indices in selections)
        {
            FaceDataset selected = Made.Select(indices);
            Assert.Equal(indices.SelectMany(i => Made.Image(i).ToArray()), selected.Pixels);
            Assert.Equal(indices.Select(i => Made.Labels[i]), selected.Labels);
            Assert.Equal(indices.Select(i => Made.Splits[i]), selected.Splits);
            Assert.Equal(
                indices.SelectMany(i => Made.VoteDistributions!.Skip(i * 7).Take(7)),
                selected.VoteDistributions
            );
            Assert.Equal(indices.SelectMany(i => Made.VoteCounts!.Skip(i * 10).Take(10)), selected.VoteCounts);
            Assert.Equal(indices.Select(Made.Source), Enumerable.Range(0, indices.Length).Select(selected.Source));
        }
    }

    [Fact]
    public void Rejects_an_index_out_of_range()
    {
        Assert.ThrowsAny<ArgumentException>(() => Made.Select([10]));
        Assert.ThrowsAny<ArgumentException>(() => Made.Select([9, 10]));
        Assert.ThrowsAny<ArgumentException>(() => Made.Select([-1]));
    }

    [Fact]
    public void One_split_keeps_its_order_and_its_sources()
    {
        FaceDataset only = Made.Only(DatasetSplit.PublicTest);
        Assert.Equal([4, 5, 6, 7], Made.IndicesOf(DatasetSplit.PublicTest));
        Assert.Equal<byte>([8, 9, 10, 11, 12, 13, 14, 15], only.Pixels);
        Assert.Equal("made:4", only.Source(0));
    }

    [Fact]
    public void Rejects_arrays_of_different_lengths()
    {
        Assert.Throws<ArgumentException>(() => new FaceDataset("x", 2, 2, new byte[7], [0, 0], new DatasetSplit[2]));
        Assert.Throws<ArgumentException>(() => new FaceDataset("x", 2, 2, new byte[8], [0, 0], new DatasetSplit[1]));
        Assert.Throws<ArgumentException>(() => Made.WithVotes(new float[7]));
        Assert.Throws<ArgumentException>(() => Made.WithVotes(Made.VoteDistributions, new byte[10]));
    }
}
