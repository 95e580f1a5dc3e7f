namespace Mien.Data.Tests;

public class BadRowTests
{
    private static readonly DatasetReadOptions Size2 = new() { Width = 2, Height = 2 };

    [Theory]
    [InlineData("0,1 2 3,Training", "3 pixels, expected 4 (2×2)")]
    [InlineData("0,1 2 3 4 5,Training", "5 pixels, expected 4 (2×2)")]
    [InlineData("0,,Training", "0 pixels, expected 4 (2×2)")]
    [InlineData("0,1 2 256 4,Training", "pixel 3 is '256', expected a whole number from 0 to 255")]
    [InlineData("0,1 2 3 -4,Training", "pixel 4 is '-4', expected a whole number from 0 to 255")]
    [InlineData("0,1 x 3 4,Training", "pixel 2 is 'x', expected a whole number from 0 to 255")]
    [InlineData(
        "0,1 99999999999999999999 3 4,Training",
        "pixel 2 is '99999999999999999999', expected a whole number from 0 to 255"
    )]
    [InlineData("7,1 2 3 4,Training", "unknown label '7', expected 0 (anger) to 6 (neutral)")]
    [InlineData("happy,1 2 3 4,Training", "unknown label 'happy', expected 0 (anger) to 6 (neutral)")]
    [InlineData(",1 2 3 4,Training", "unknown label '', expected 0 (anger) to 6 (neutral)")]
    [InlineData("0,1 2 3 4,Test", "unknown usage 'Test', expected Training, PublicTest or PrivateTest")]
    [InlineData("0,1 2 3 4", "2 columns, expected 3 as in the header")]
    [InlineData("0,1 2 3 4,Training,x", "4 columns, expected 3 as in the header")]
    [InlineData("0,\"1 2 3 4,Training", "a quoted field is not closed, or is followed by text")]
    [InlineData("0,\"1 2\" 3 4,Training", "a quoted field is not closed, or is followed by text")]
    public void A_bad_row_is_named_with_file_line_and_value(string row, string problem)
    {
        using var folder = new TempFolder();
        string path = folder.Write("fer2013.csv", $"{MadeData.Header}\n0,1 2 3 4,Training\n\n{row}\n");
        DataException error = Assert.Throws<DataException>(() => DatasetReader.Read(path, Size2));
        Assert.Equal("badRow", error.Code);
        Assert.Equal(ErrorKind.BadInput, error.Kind);
        Assert.Equal(path, error.Path);
        Assert.Equal(4, error.Line);
        Assert.Equal($"{path}, line 4: {problem}. Repair it, or skip such rows with --skip-bad-rows.", error.Message);
    }

    [Fact]
    public void A_bad_row_inside_an_archive_is_named_with_both_files()
    {
        using var folder = new TempFolder();
        string path = folder.Write(
            "kaggle.zip",
            MadeData.Zip(
                (
                    "fer2013.tar.gz",
                    MadeData.Gzip(MadeData.Tar(("fer2013/fer2013.csv", $"{MadeData.Header}\n9,1 2 3 4,Training\n")))
                )
            )
        );
        DataException error = Assert.Throws<DataException>(() => DatasetReader.Read(path, Size2));
        Assert.StartsWith(
            $"{path} > fer2013.tar.gz > fer2013/fer2013.csv, line 2: unknown label '9'",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Bad_rows_are_counted_and_named_when_skipped()
    {
        using var folder = new TempFolder();
        string path = folder.Write(
            "fer2013.csv",
            $"{MadeData.Header}\n0,1 2 3 4,Training\n0,1 2 3,Training\n1,5 6 7 8,PublicTest\n9,1 2 3 "
                + $"4,Training\n2,9 8 7 6,PrivateTest\n"
        );
        DatasetReadResult result = DatasetReader.ReadWithReport(path, Size2 with { SkipBadRows = true });
        Assert.Equal<byte>([1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6], result.Dataset.Pixels);
        Assert.Equal<byte>([0, 1, 2], result.Dataset.Labels);
        Assert.Equal((3, 2), (result.Report.Rows, result.Report.SkippedRows));
        Assert.Equal(
            [
                $"{path}, line 3: 3 pixels, expected 4 (2×2)",
                $"{path}, line 5: unknown label '9', expected 0 (anger) to 6 (neutral)",
            ],
            result.Report.Messages
        );

        // Images keep the number of their row, although earlier rows were skipped.
        Assert.Equal(
            ["fer2013.csv:0", "fer2013.csv:2", "fer2013.csv:4"],
            Enumerable.Range(0, 3).Select(result.Dataset.Source)
        );
    }

    [Fact]
    public void Only_the_first_messages_are_kept()
    {
        using var folder = new TempFolder();
        string path = folder.Write(
            "fer2013.csv",
            $"{MadeData.Header}\n{string.Concat(Enumerable.Repeat("8,1 2 3 4,Training\n", 50))}0,1 2 3 4,Training\n"
        );
        DatasetReadReport report = DatasetReader.ReadWithReport(path, Size2 with { SkipBadRows = true }).Report;
        Assert.Equal(50, report.SkippedRows);
        Assert.Equal(DatasetReadReport.MaxMessages, report.Messages.Count);
    }

    [Fact]
    public void A_file_with_only_bad_rows_is_an_error_even_when_they_are_skipped()
    {
        using var folder = new TempFolder();
        string path = folder.Write("fer2013.csv", $"{MadeData.Header}\n8,1 2 3 4,Training\n8,1 2 3 4,Training\n");
        DataException error = Assert.Throws<DataException>(() =>
            DatasetReader.Read(path, Size2 with { SkipBadRows = true })
        );
        Assert.Equal(
            $"{path}: none of its 2 rows could be read. The first: {path}, line 2: unknown label '8', expected "
                + $"0 (anger) to 6 (neutral).",
            error.Message
        );
    }

    [Fact]
    public void Messages_are_culture_invariant_and_contain_no_control_characters()
    {
        using var folder = new TempFolder();
        string path = folder.Write(
            "fer2013.csv",
            $"{MadeData.Header}\n0,1 2 \u001b[31m{new string('9', 100)} 4,Training\n"
        );
        var culture = (System.Globalization.CultureInfo)System.Globalization.CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = "minus";
        culture.NumberFormat.NumberDecimalSeparator = ",";
        System.Globalization.CultureInfo before = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = culture;
            DataException error = Assert.Throws<DataException>(() => DatasetReader.Read(path, Size2));
            Assert.Contains(
                $"line 2: pixel 3 is '?[31m{new string('9', 35)}…', expected",
                error.Message,
                StringComparison.Ordinal
            );
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }
}
