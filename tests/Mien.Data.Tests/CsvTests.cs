using System.Globalization;

namespace Mien.Data.Tests;

public class CsvTests
{
    [Fact]
    public void Reads_labels_pixels_and_splits_in_the_order_of_the_file()
    {
        using var folder = new TempFolder();
        string path = folder.Write("fer2013.csv", MadeData.ThreeRows());
        DatasetReadResult result = DatasetReader.ReadWithReport(path, MadeData.Size4);
        MadeData.AssertThreeRows(result.Dataset);
        Assert.Equal("fer2013.csv", result.Dataset.Name);
        Assert.Equal("fer2013.csv:2", result.Dataset.Source(2));
        Assert.Equal((4, 4), (result.Dataset.Width, result.Dataset.Height));
        Assert.Equal(DatasetFormat.Csv, result.Report.Format);
        Assert.Equal(path, result.Report.Source);
        Assert.Equal(
            (3, 0, new FileInfo(path).Length),
            (result.Report.Rows, result.Report.SkippedRows, result.Report.Bytes)
        );
    }

    [Fact]
    public void Finds_columns_by_name_despite_spaces_and_other_columns()
    {
        using var folder = new TempFolder();
        string path = folder.Write(
            "icml_face_data.csv",
            $"id, emotion, Usage, pixels\n7,0,Training,{MadeData.Text(MadeData.Pixels(1))}\n8,3, PublicTest "
                + $",{MadeData.Text(MadeData.Pixels(2))}\n9,6,PrivateTest,{MadeData.Text(MadeData.Pixels(3))}\n"
        );
        MadeData.AssertThreeRows(DatasetReader.Read(path, MadeData.Size4));
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n\n")]
    [InlineData(" \n")]
    public void Reads_all_line_endings(string newLine)
    {
        using var folder = new TempFolder();
        MadeData.AssertThreeRows(
            DatasetReader.Read(folder.Write("a.csv", MadeData.ThreeRows(newLine)), MadeData.Size4)
        );
        MadeData.AssertThreeRows(
            DatasetReader.Read(folder.Write("b.csv", MadeData.ThreeRows(newLine).TrimEnd()), MadeData.Size4)
        );
    }

    [Fact]
    public void Reads_a_byte_order_mark_quotes_and_odd_spacing()
    {
        using var folder = new TempFolder();
        string pixels = MadeData.Text(MadeData.Pixels(2));
        string path = folder.Write(
            "a.csv",
            $"\uFEFF\"emotion\",\"pixels\",\"Usage\"\n0,{MadeData.Text(MadeData.Pixels(1))} "
                + $",Training\n\"3\",\"{pixels}\",\"PublicTest\"\n"
                + $"6, {MadeData.Text(MadeData.Pixels(3)).Replace(" ", "  ", StringComparison.Ordinal)},privatetest\n"
        );
        MadeData.AssertThreeRows(DatasetReader.Read(path, MadeData.Size4));
    }

    [Fact]
    public void Reads_numbers_with_leading_zeros()
    {
        using var folder = new TempFolder();
        string path = folder.Write("a.csv", $"{MadeData.Header}\n1,007 0255 00 099,Training\n");
        Assert.Equal<byte>(
            [7, 255, 0, 99],
            DatasetReader.Read(path, new DatasetReadOptions { Width = 2, Height = 2 }).Pixels
        );
    }

    [Fact]
    public void Expects_48_by_48_pixels_without_options()
    {
        using var folder = new TempFolder();
        string path = folder.Write(
            "fer2013.csv",
            $"{MadeData.Header}\n2,{MadeData.Text(MadeData.Pixels(5, 48 * 48))},Training"
        );
        FaceDataset dataset = DatasetReader.Read(path);
        Assert.Equal((48, 48), (dataset.Width, dataset.Height));
        Assert.Equal(MadeData.Pixels(5, 48 * 48), dataset.Pixels);
    }

    [Fact]
    public void Agrees_with_a_naive_parser_across_blocks()
    {
        // About 3 MB, so that lines cross the reader's blocks of 256 KiB and the buffer of 512 KiB.
        const int Count = 400;
        using var folder = new TempFolder();
        string[] rows =
        [
            .. Enumerable
                .Range(0, Count)
                .Select(i =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{i % 7},{MadeData.Text(MadeData.Pixels(i, 48 * 48))},{(DatasetSplit)(i % 3)}"
                    )
                ),
        ];
        string path = folder.Write("fer2013.csv", $"{MadeData.Header}\n{string.Join('\n', rows)}\n");
        FaceDataset dataset = DatasetReader.Read(path);

        byte[] naive =
        [
            .. rows.SelectMany(r => r.Split(',')[1].Split(' '))
                .Select(p => byte.Parse(p, CultureInfo.InvariantCulture)),
        ];
        Assert.Equal(naive, dataset.Pixels);
        Assert.Equal(rows.Select(r => (byte)(r[0] - '0')), dataset.Labels);
        Assert.Equal(rows.Select(r => Enum.Parse<DatasetSplit>(r.Split(',')[2])), dataset.Splits);
    }

    [Fact]
    public void Every_value_is_read()
    {
        using var folder = new TempFolder();
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        string path = folder.Write(
            "a.csv",
            $"{MadeData.Header}\n0,{MadeData.Text(all)},Training\n0,{MadeData.Text([.. all.Reverse()])},Training\n"
        );
        FaceDataset dataset = DatasetReader.Read(path, new DatasetReadOptions { Width = 16, Height = 16 });
        Assert.Equal([.. all, .. all.Reverse()], dataset.Pixels);
    }

    [Fact]
    public void Uses_the_split_of_the_options_without_a_usage_column()
    {
        using var folder = new TempFolder();
        string path = folder.Write("train.csv", $"emotion,pixels\n4,{MadeData.Text(MadeData.Pixels(1))}\n");
        DataException error = Assert.Throws<DataException>(() => DatasetReader.Read(path, MadeData.Size4));
        Assert.Equal("noUsage", error.Code);
        Assert.Contains("'emotion,pixels' and has no column Usage", error.Message, StringComparison.Ordinal);
        FaceDataset dataset = DatasetReader.Read(path, MadeData.Size4 with { DefaultSplit = DatasetSplit.PublicTest });
        Assert.Equal([DatasetSplit.PublicTest], dataset.Splits);
    }

    [Fact]
    public void Reports_progress_up_to_one()
    {
        using var folder = new TempFolder();
        var shares = new List<double>();
        DatasetReader.Read(
            folder.Write("fer2013.csv", MadeData.ThreeRows()),
            MadeData.Size4 with
            {
                Progress = new Collect(shares),
            }
        );
        Assert.Equal(1, shares[^1]);
        Assert.Equal(shares.Order(), shares);
    }

    [Fact]
    public void Stops_when_cancelled()
    {
        using var folder = new TempFolder();
        string path = folder.Write("fer2013.csv", MadeData.ThreeRows());
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            DatasetReader.Read(path, MadeData.Size4, cancellation.Token)
        );
    }

    [Fact]
    public void Stops_in_the_middle_when_cancelled()
    {
        using var folder = new TempFolder();
        string rows = string.Concat(Enumerable.Repeat(MadeData.Row(1, 1, "Training") + "\n", 1000));
        string path = folder.Write("fer2013.csv.gz", MadeData.Gzip($"{MadeData.Header}\n{rows}"));
        using var cancellation = new CancellationTokenSource();
        var options = MadeData.Size4 with { Progress = new Call(cancellation.Cancel) };
        Assert.ThrowsAny<OperationCanceledException>(() => DatasetReader.Read(path, options, cancellation.Token));
    }

    [Theory]
    [InlineData(4, null)]
    [InlineData(0, 4)]
    [InlineData(4, 5000)]
    public void Rejects_an_incomplete_or_out_of_range_size(int? width, int? height) =>
        Assert.Throws<ArgumentException>(() =>
            DatasetReader.Read("x.csv", new DatasetReadOptions { Width = width, Height = height })
        );

    private sealed class Collect(List<double> shares) : IProgress<double>
    {
        public void Report(double value) => shares.Add(value);
    }

    private sealed class Call(Action action) : IProgress<double>
    {
        public void Report(double value) => action();
    }
}
