namespace Mien.Data.Tests;

public class FerPlusVotesTests
{
    private const string Header =
        "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF";

    private const string ThreeRows =
        Header
        + "\nTraining,fer0000000.png,4,0,0,1,3,2,0,0,0,0\nPublicTest,fer0000001.png,0,5,0,0,0,0,0,2,3,0\n"
        + "PrivateTest,,0,0,0,0,0,0,0,0,1,9\n";

    [Fact]
    public void Votes_become_shares_and_a_row_without_votes_keeps_its_label()
    {
        using var folder = new TempFolder();
        FerPlusVotes votes = FerPlusVotes.Read(folder.Write("fer2013new.csv", ThreeRows));
        FerPlusJoin join = votes.Join(Official());
        Assert.Equal(3, votes.Count);
        Assert.Equal(["fer0000000.png", "fer0000001.png", ""], Enumerable.Range(0, 3).Select(votes.ImageName));

        // anger, disgust, fear, happiness, sadness, surprise, neutral; contempt, unknown and no face are dropped.
        Assert.Equal(
            [0.3f, 0.2f, 0, 0, 0.1f, 0, 0.4f, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            join.Dataset.VoteDistributions!
        );
        Assert.Equal((2, 1, 1), (join.VotedRows, join.LabelRows, join.AgreeingRows));
        Assert.Equal((2L, 4L, 9L), (join.ContemptVotes, join.UnknownVotes, join.NoFaceVotes));
    }

    [Fact]
    public void The_majority_needs_strictly_the_most_of_all_ten_columns()
    {
        using var folder = new TempFolder();
        string rows =
            "\nTraining,a.png,4,0,0,1,3,2,0,0,0,0\nTraining,b.png,0,4,0,4,0,0,0,0,2,0\n"
            + "Training,c.png,0,3,0,0,0,0,0,0,3,4\nTraining,d.png,0,0,0,0,0,0,3,2,2,2\n"
            + "Training,e.png,0,5,0,0,0,0,0,5,0,0\n";
        FaceDataset joined = FerPlusVotes
            .Read(folder.Write("fer2013new.csv", Header + rows))
            .Join(
                MadeData.Dataset([
                    .. Enumerable
                        .Range(0, 5)
                        .Select<int, (byte, int, DatasetSplit)>(i => ((byte)i, 0, DatasetSplit.Training)),
                ])
            )
            .Dataset;
        const byte None = FerPlusVotes.NoLabel;
        Assert.Equal<byte>(
            [(byte)Expression.Neutral, None, None, (byte)Expression.Fear, None],
            FerPlusVotes.Majority(joined)
        );
        Assert.Equal<byte>([3, 2, 0, 0, 1, 0, 4, 0, 0, 0], joined.VoteCounts![..10]);
        Assert.Throws<ArgumentException>(() => FerPlusVotes.Majority(joined.WithVotes(null)));
    }

    [Fact]
    public void Reads_columns_by_name_gzipped_and_with_crlf()
    {
        using var folder = new TempFolder();
        string text =
            "NF,unknown,contempt,fear,disgust,anger,sadness,surprise,happiness,neutral,Image name,Usage\r\n"
            + "0,0,0,1,0,0,0,0,0,3,a.png,Training\r\n";
        FerPlusJoin join = FerPlusVotes
            .Read(folder.Write("votes.gz", MadeData.Gzip(text)))
            .Join(MadeData.Dataset((1, 6, DatasetSplit.Training)));
        Assert.Equal([0, 0, 0.25f, 0, 0, 0, 0.75f], join.Dataset.VoteDistributions!);
    }

    [Fact]
    public void Another_number_of_rows_is_an_error()
    {
        using var folder = new TempFolder();
        string path = folder.Write("fer2013new.csv", ThreeRows);
        DataException error = Assert.Throws<DataException>(() =>
            FerPlusVotes.Read(path).Join(MadeData.Dataset((1, 0, DatasetSplit.Training)))
        );
        Assert.Equal("votesDoNotMatch", error.Code);
        Assert.Equal(
            $"{path} has 3 rows, made has 1; votes are joined row by row, so both must be complete. Use the "
                + $"votes of this data set, and do not skip rows.",
            error.Message
        );
    }

    [Fact]
    public void Another_order_of_usage_is_an_error()
    {
        using var folder = new TempFolder();
        string path = folder.Write("fer2013new.csv", ThreeRows);
        FaceDataset dataset = MadeData.Dataset(
            (1, 0, DatasetSplit.Training),
            (2, 3, DatasetSplit.PrivateTest),
            (3, 6, DatasetSplit.PublicTest)
        );
        DataException error = Assert.Throws<DataException>(() => FerPlusVotes.Read(path).Join(dataset));
        Assert.Equal(
            $"{path}, row 2: its Usage is PublicTest, but made:1 belongs to PrivateTest; votes are joined row "
                + $"by row, so the order must be the same. Join votes before the data is split or "
                + $"reordered.",
            error.Message
        );
    }

    [Fact]
    public void Images_in_folders_are_joined_by_name()
    {
        using var folder = new TempFolder();
        folder.Write("tree/PublicTest/happy/fer0000001.png", MadeData.Png(2));
        folder.Write("tree/Training/angry/fer0000000.png", MadeData.Png(1));
        FaceDataset dataset = DatasetReader.Read(folder["tree"]);
        FerPlusVotes votes = FerPlusVotes.Read(folder.Write("fer2013new.csv", ThreeRows));
        Assert.Equal(
            [0, 0, 0, 1, 0, 0, 0, 0.3f, 0.2f, 0, 0, 0.1f, 0, 0.4f],
            votes.Join(dataset).Dataset.VoteDistributions!
        );

        string stranger = folder.Write("tree/Training/angry/Training_17.png", MadeData.Png(3));
        DataException error = Assert.Throws<DataException>(() => votes.Join(DatasetReader.Read(folder["tree"])));
        Assert.Contains(
            $"has no votes for {stranger}; votes of images in folders are joined by file name, expected names "
                + $"such as fer0000000.png",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("Training,a.png,4,0,0,1,3,2,0,0,0", "11 columns, expected 12 columns as in the header")]
    [InlineData(
        "Train,a.png,4,0,0,1,3,2,0,0,0,0",
        "unknown usage 'Train', expected Training, PublicTest or PrivateTest"
    )]
    [InlineData(
        "Training,a.png,4,0,0,x,3,2,0,0,0,0",
        "the votes for sadness are 'x', expected a whole number from 0 to 255"
    )]
    [InlineData(
        "Training,a.png,4,0,0,1,3,2,0,0,-1,0",
        "the votes for unknown are '-1', expected a whole number from 0 to 255"
    )]
    public void A_bad_row_is_named_with_file_line_and_value(string row, string problem)
    {
        using var folder = new TempFolder();
        string path = folder.Write("fer2013new.csv", $"{ThreeRows}{row}\n");
        DataException error = Assert.Throws<DataException>(() => FerPlusVotes.Read(path));
        Assert.Equal($"{path}, line 5: {problem}. Download the file again.", error.Message);
        Assert.Equal(("badRow", 5L), (error.Code, error.Line));
    }

    [Fact]
    public void Missing_empty_and_foreign_files_are_named()
    {
        using var folder = new TempFolder();
        AssertError(folder["none.csv"], "fileNotFound", "does not exist. Check the path.");
        AssertError(folder.Path, "notVotes", "is a folder, expected the file fer2013new.csv of FER+.");
        AssertError(folder.Write("a.csv", ""), "notVotes", "is empty, expected the file fer2013new.csv of FER+.");
        AssertError(
            folder.Write("b.csv", [0xFF, 0xD8, 0xFF, 0]),
            "notVotes",
            "is a JPEG image, expected the file fer2013new.csv of FER+."
        );
        AssertError(folder.Write("c.csv", Header), "noRows", "has a header but no rows. Download it again.");
        AssertError(
            folder.Write("d.csv", MadeData.ThreeRows()),
            "badHeader",
            "line 1: the header is 'emotion,pixels,Usage', expected the columns Usage, Image name, anger"
        );
        byte[] gzip = MadeData.Gzip(ThreeRows);
        AssertError(folder.Write("e.gz", gzip[..(gzip.Length - 12)]), "corrupt", "is damaged or truncated");
    }

    private static void AssertError(string path, string code, string message)
    {
        DataException error = Assert.Throws<DataException>(() => FerPlusVotes.Read(path));
        Assert.Equal(code, error.Code);
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static FaceDataset Official() =>
        MadeData.Dataset(
            (1, 0, DatasetSplit.Training),
            (2, 3, DatasetSplit.PublicTest),
            (3, 6, DatasetSplit.PrivateTest)
        );
}
