namespace Mien.Data.Tests;

public sealed class LabelledPhotosTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_csv_gives_paths_relative_to_its_folder_labels_persons_and_boxes()
    {
        folder.Write("data/a.jpg", [1]);
        folder.Write("data/b, c/b.jpg", [1]);
        string absolute = folder.Write("elsewhere.png", [1]);
        string path = folder.Write(
            "data/labels.csv",
            "\uFEFFPerson, boxY,boxX,boxHeight,boxWidth,note,LABEL,path\r\n"
                + "Ann,20.5,-10,40,30,x,angry,a.jpg\r\n"
                + ",,,,,\"a \"\"quoted\"\" note\",6,\"b, c/b.jpg\"\r\n\r\n"
                + $" '=Bob ,,,,,,Happiness,{absolute}"
        );
        var read = LabelledPhotos.Read(path);

        Assert.Equal("labels.csv", read.Name);
        Assert.False(read.HasSplits);
        Assert.Equal((3, 0), (read.Report.Rows, read.Report.SkippedRows));
        Assert.Equal(
            [
                new LabelledPhoto(folder["data/a.jpg"], "anger")
                {
                    Spelling = "angry",
                    Person = "Ann",
                    Box = new FaceBox(-10, 20.5f, 30, 40),
                },
                new LabelledPhoto(Path.Combine(folder["data"], "b, c/b.jpg"), "neutral") { Spelling = "6" },
                new LabelledPhoto(absolute, "happiness") { Person = "=Bob" },
            ],
            read.Photos
        );
    }

    [Fact]
    public void A_csv_may_be_gzipped_and_all_its_photos_get_the_default_split()
    {
        folder.Write("a.jpg", [1]);
        string path = folder.Write("labels.csv.gz", MadeData.Gzip("path,label\na.jpg,sad\n"));
        var read = LabelledPhotos.Read(path, new DatasetReadOptions { DefaultSplit = DatasetSplit.Training });

        Assert.True(read.HasSplits);
        Assert.Equal(
            new LabelledPhoto(folder["a.jpg"], "sadness") { Spelling = "sad", Split = DatasetSplit.Training },
            Assert.Single(read.Photos)
        );
    }

    [Fact]
    public void Class_folders_give_labels_without_a_split_whatever_is_above_them()
    {
        folder.Write("x/Happy/2.jpg", [1]);
        folder.Write("x/Happy/10.webp", [1]);
        folder.Write("x/person 1/0/a.png", [1]);
        folder.Write("x/readme.txt", [1]);
        var read = LabelledPhotos.Read(folder["x"]);

        Assert.Equal(
            [
                new LabelledPhoto(Path.Combine(folder["x"], "Happy/10.webp"), "happiness") { Spelling = "Happy" },
                new LabelledPhoto(Path.Combine(folder["x"], "Happy/2.jpg"), "happiness") { Spelling = "Happy" },
                new LabelledPhoto(Path.Combine(folder["x"], "person 1/0/a.png"), "anger")
                {
                    Spelling = "0",
                    Folder = "person 1",
                },
            ],
            read.Photos
        );
        Assert.False(read.HasSplits);
    }

    [Fact]
    public void Split_folders_give_splits_and_then_every_photo_needs_one()
    {
        folder.Write("x/train/fear/1.jpg", [1]);
        folder.Write("x/val/fear/2.jpg", [1]);
        folder.Write("x/test/fear/3.jpg", [1]);
        var read = LabelledPhotos.Read(folder["x"]);
        folder.Write("x/fear/4.jpg", [1]);
        DataException error = Assert.Throws<DataException>(() => LabelledPhotos.Read(folder["x"]));
        var skipped = LabelledPhotos.Read(folder["x"], new DatasetReadOptions { SkipBadRows = true });

        // In ordinal order: test, train, val.
        Assert.Equal(
            [DatasetSplit.PrivateTest, DatasetSplit.Training, DatasetSplit.PublicTest],
            read.Photos.Select(p => p.Split!.Value)
        );
        Assert.Equal(folder["x"] + "/val/fear/2.jpg", Assert.Single(read.Of(DatasetSplit.PublicTest)).Path);
        Assert.Equal("unknownSplit", error.Code);
        Assert.Equal((3, 1), (skipped.Report.Rows, skipped.Report.SkippedRows));
    }

    [Theory]
    [InlineData("a.jpg,contempt,,,,", "unknown label 'contempt', expected anger, disgust")]
    [InlineData("a.jpg,7,,,,", "unknown label '7', expected anger, disgust")]
    [InlineData("a.jpg,,,,,", "unknown label '', expected anger, disgust")]
    [InlineData("a.jpg,fear", "2 columns, expected 6 as in the header")]
    [InlineData(",fear,,,,", "the path is empty, expected the path of a photo")]
    [InlineData("b.jpg,fear,,,,", "b.jpg'; paths are relative to the folder of the CSV file")]
    [InlineData("dir,fear,,,,", "dir', it is a folder; paths are relative to the folder of the CSV file")]
    [InlineData(
        "a.jpg,fear,1,2,3,",
        "boxHeight is '', expected a number of pixels over 0, or all four of the box empty"
    )]
    [InlineData("a.jpg,fear,1,2,0,4", "boxWidth is '0', expected a number of pixels over 0")]
    [InlineData("a.jpg,fear,x,2,3,4", "boxX is 'x', expected a number of pixels, or")]
    [InlineData("a.jpg,fear,NaN,2,3,4", "boxX is 'NaN', expected a number of pixels, or")]
    [InlineData("a.jpg,fear,1,1e7,3,4", "boxY is '1e7', expected a number of pixels, or")]
    [InlineData("a.jpg,\"fear,1,2,3,4", "a quoted field is not closed")]
    public void A_bad_row_is_named_with_file_line_and_value_or_skipped_and_counted(string row, string problem)
    {
        folder.Write("a.jpg", [1]);
        Directory.CreateDirectory(folder["dir"]);
        string path = folder.Write(
            "labels.csv",
            $"path,label,boxX,boxY,boxWidth,boxHeight\na.jpg,fear,1,2,3,4\n{row}\n"
        );
        DataException error = Assert.Throws<DataException>(() => LabelledPhotos.Read(path));
        var skipped = LabelledPhotos.Read(path, new DatasetReadOptions { SkipBadRows = true });

        Assert.Equal(("badRow", ErrorKind.BadInput, 3L), (error.Code, error.Kind, error.Line));
        Assert.StartsWith($"{path}, line 3: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.EndsWith("skip such rows with --skip-bad-rows.", error.Message, StringComparison.Ordinal);
        Assert.Equal((1, 1), (skipped.Photos.Count, skipped.Report.SkippedRows));
        Assert.Contains(problem, Assert.Single(skipped.Report.Messages), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("emotion,pixels,Usage\n", "badHeader", "face crops without the photos around them")]
    [InlineData("Usage,Image name,NF\n", "badHeader", "These are FER+ votes, not photos.")]
    [InlineData("file,label\n", "badHeader", "the header is 'file,label', expected the columns path and label")]
    [InlineData("path,label,boxX,boxWidth\n", "badHeader", "the header lacks boxY and boxHeight. Give all four")]
    [InlineData("\n\n", "badHeader", "the header is ''")]
    [InlineData("path,label\n", "noRows", "has a header but no rows")]
    [InlineData("", "notLabelledPhotos", "is empty; expected a folder class/photo or split/class/photo, or a CSV")]
    [InlineData("PK\u0003\u0004", "notLabelledPhotos", "is a zip archive; expected a folder")]
    public void A_file_of_another_kind_is_an_error(string content, string code, string problem)
    {
        string path = folder.Write("labels.csv", content);
        DataException error = Assert.Throws<DataException>(() => LabelledPhotos.Read(path));

        Assert.Equal(code, error.Code);
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_line_breaks_is_not_read_whole()
    {
        string header = folder.Write("a.csv", new string('x', 1 << 20));
        folder.Write("a.jpg", [1]);
        string row = folder.Write("b.csv", "path,label\n" + new string('x', 1 << 20));

        Assert.Equal("badHeader", Assert.Throws<DataException>(() => LabelledPhotos.Read(header)).Code);
        Assert.Equal("notText", Assert.Throws<DataException>(() => LabelledPhotos.Read(row)).Code);
    }

    [Fact]
    public void Missing_data_and_data_without_a_usable_photo_are_errors()
    {
        var skip = new DatasetReadOptions { SkipBadRows = true };
        string path = folder.Write("labels.csv", "path,label\nnone.jpg,fear\n");
        folder.Write("empty/readme.txt", [1]);
        folder.Write("x/photos/1.jpg", [1]);

        Assert.Equal(
            ("fileNotFound", ErrorKind.BadUsage),
            Codes(Assert.Throws<DataException>(() => LabelledPhotos.Read(folder["none"])))
        );
        DataException rows = Assert.Throws<DataException>(() => LabelledPhotos.Read(path, skip));
        Assert.Equal("noRows", rows.Code);
        Assert.Contains("none of its 1 rows could be read. The first: ", rows.Message, StringComparison.Ordinal);
        DataException empty = Assert.Throws<DataException>(() => LabelledPhotos.Read(folder["empty"]));
        Assert.Equal("noImages", empty.Code);
        Assert.EndsWith(
            $"(it contains readme.txt); {LabelledPhotos.Expected}.",
            empty.Message,
            StringComparison.Ordinal
        );
        Assert.Equal("unknownClass", Assert.Throws<DataException>(() => LabelledPhotos.Read(folder["x"])).Code);

        static (string, ErrorKind) Codes(DataException e) => (e.Code, e.Kind);
    }
}
