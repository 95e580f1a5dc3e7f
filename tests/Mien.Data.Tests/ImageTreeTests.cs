namespace Mien.Data.Tests;

public class ImageTreeTests
{
    [Fact]
    public void Reads_official_splits_and_class_names_or_digits_in_ordinal_order()
    {
        using var folder = new TempFolder();
        folder.Write("Training/angry/b.png", MadeData.Png(1));
        folder.Write("Training/Happiness/a.png", MadeData.Png(2));
        folder.Write("PublicTest/3/x.png", MadeData.Png(3));
        folder.Write("PrivateTest/neutral/y.PNG", MadeData.Png(4));
        folder.Write("Training/angry/notes.txt", "not an image");
        folder.Write("__MACOSX/Training/angry/b.png", "not an image");
        folder.Write("Training/angry/.DS_Store", "not an image");
        DatasetReadResult result = DatasetReader.ReadWithReport(folder.Path);
        FaceDataset dataset = result.Dataset;
        Assert.Equal(DatasetFormat.ImageTree, result.Report.Format);
        Assert.Equal((4, 4, 4), (dataset.Count, dataset.Width, dataset.Height));
        Assert.Equal<byte>([6, 3, 3, 0], dataset.Labels);
        Assert.Equal(
            [DatasetSplit.PrivateTest, DatasetSplit.PublicTest, DatasetSplit.Training, DatasetSplit.Training],
            dataset.Splits
        );
        Assert.Equal(
            [4, 3, 2, 1],
            Enumerable
                .Range(0, 4)
                .Select(i => Enumerable.Range(1, 4).Single(s => dataset.Image(i).SequenceEqual(MadeData.Pixels(s))))
        );
        Assert.Equal(Path.Combine(folder.Path, "Training/angry/b.png"), dataset.Source(3));
        Assert.Equal(0, result.Report.ResizedImages);
    }

    [Fact]
    public void Named_pipes_are_bad_rows_and_never_opened()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no named pipes in folders.");
        using var folder = new TempFolder();
        folder.Write("Training/angry/a.png", MadeData.Png(1));
        string pipe = folder.MakePipe("Training/angry/b.png");
        folder.MakePipe("fer2013.csv");
        DataException error = Assert.Throws<DataException>(() => DatasetReader.Read(folder.Path));
        DatasetReadResult result = DatasetReader.ReadWithReport(
            folder.Path,
            new DatasetReadOptions { SkipBadRows = true }
        );

        Assert.Equal("notAFile", error.Code);
        Assert.Contains($"{pipe}: is a named pipe, expected an image file; ", error.Message, StringComparison.Ordinal);
        Assert.Equal((1, 1), (result.Dataset.Count, result.Report.SkippedRows));
    }

    [Fact]
    public void Reads_the_splits_of_kaggles_test_folder_from_the_prefix()
    {
        using var folder = new TempFolder();
        folder.Write("train/sad/Training_1.png", MadeData.Png(1));
        folder.Write("test/sad/PublicTest_2.png", MadeData.Png(2));
        folder.Write("test/sad/PrivateTest_3.png", MadeData.Png(3));
        FaceDataset dataset = DatasetReader.Read(folder.Path);
        Assert.Equal([DatasetSplit.PrivateTest, DatasetSplit.PublicTest, DatasetSplit.Training], dataset.Splits);
    }

    [Fact]
    public void Asks_for_the_split_of_a_test_folder_without_prefixes()
    {
        using var folder = new TempFolder();
        folder.Write("train/sad/1.png", MadeData.Png(1));
        string test = folder.Write("test/sad/1_2.png", MadeData.Png(2));
        DataException error = Assert.Throws<DataException>(() => DatasetReader.Read(folder.Path));
        Assert.Equal("whichSplit", error.Code);
        Assert.Equal(
            $"{test}: the folder 'test' may be PublicTest, PrivateTest or both, and the file name does "
                + $"not say (expected a prefix PublicTest_ or PrivateTest_). Set the split "
                + $"(TestFolderSplit, --test-folder-split), or move the files into folders PublicTest and "
                + $"PrivateTest.",
            error.Message
        );
        FaceDataset dataset = DatasetReader.Read(
            folder.Path,
            new DatasetReadOptions { TestFolderSplit = DatasetSplit.PublicTest }
        );
        Assert.Equal([DatasetSplit.PublicTest, DatasetSplit.Training], dataset.Splits);
    }

    [Fact]
    public void Reads_train_validation_and_test()
    {
        using var folder = new TempFolder();
        folder.Write("images/train/fear/1.png", MadeData.Png(1));
        folder.Write("images/validation/fear/1.png", MadeData.Png(2));
        folder.Write("images/test/fear/1.png", MadeData.Png(3));
        FaceDataset dataset = DatasetReader.Read(folder.Path);
        Assert.Equal([DatasetSplit.PrivateTest, DatasetSplit.Training, DatasetSplit.PublicTest], dataset.Splits);
    }

    [Fact]
    public void Class_folders_alone_need_a_split()
    {
        using var folder = new TempFolder();
        string image = folder.Write("fear/1.png", MadeData.Png(1));
        DataException error = Assert.Throws<DataException>(() => DatasetReader.Read(folder.Path));
        Assert.Equal("unknownSplit", error.Code);
        Assert.StartsWith(
            $"{image}: no folder above the class folder names a split, expected folders split/class",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(
            [DatasetSplit.PublicTest],
            DatasetReader.Read(folder.Path, new DatasetReadOptions { DefaultSplit = DatasetSplit.PublicTest }).Splits
        );
    }

    [Fact]
    public void An_unknown_split_folder_is_named()
    {
        using var folder = new TempFolder();
        string image = folder.Write("holdout/fear/1.png", MadeData.Png(1));
        DataException error = Assert.Throws<DataException>(() => DatasetReader.Read(folder.Path));
        Assert.StartsWith(
            $"{image}: the folder name 'holdout' is not a split, expected Training, PublicTest or PrivateTest",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_unknown_class_folder_is_named_or_skipped()
    {
        using var folder = new TempFolder();
        string image = folder.Write("train/contempt/1.png", MadeData.Png(1));
        folder.Write("train/fear/1.png", MadeData.Png(2));
        DataException error = Assert.Throws<DataException>(() => DatasetReader.Read(folder.Path));
        Assert.Equal("unknownClass", error.Code);
        Assert.StartsWith(
            $"{image}: the folder name 'contempt' is not an expression, expected anger, disgust, fear, happiness, "
                + $"sadness, surprise, neutral or 0 to 6",
            error.Message,
            StringComparison.Ordinal
        );
        DatasetReadResult result = DatasetReader.ReadWithReport(
            folder.Path,
            new DatasetReadOptions { SkipBadRows = true }
        );
        Assert.Equal((1, 1), (result.Dataset.Count, result.Report.SkippedRows));
    }

    [Fact]
    public void Resizes_images_to_the_most_common_or_the_requested_size()
    {
        using var folder = new TempFolder();
        folder.Write("train/fear/1.png", MadeData.Png(1, 6, 5));
        folder.Write("train/fear/2.png", MadeData.Png(2, 12, 10));
        folder.Write("train/fear/3.png", MadeData.Png(3, 6, 5));
        DatasetReadResult result = DatasetReader.ReadWithReport(folder.Path);
        Assert.Equal((6, 5, 1), (result.Dataset.Width, result.Dataset.Height, result.Report.ResizedImages));
        Assert.Equal(MadeData.Pixels(3, 30), result.Dataset.Image(2).ToArray());
        Assert.Equal(
            new GrayImage(12, 10, MadeData.Pixels(2, 120)).Resize(6, 5, ResizeKernel.Bicubic).Pixels,
            result.Dataset.Image(1).ToArray()
        );

        result = DatasetReader.ReadWithReport(folder.Path, new DatasetReadOptions { Width = 48, Height = 48 });
        Assert.Equal((48, 48, 3), (result.Dataset.Width, result.Dataset.Height, result.Report.ResizedImages));
    }

    [Fact]
    public void An_image_that_cannot_be_decoded_is_named_or_skipped()
    {
        using var folder = new TempFolder();
        folder.Write("train/fear/1.png", MadeData.Png(1));
        byte[] whole = MadeData.Png(2, 48, 48);
        string cut = folder.Write("train/fear/2.png", whole[..(whole.Length / 2)]);
        string text = folder.Write("train/fear/3.jpg", "no image");
        string empty = folder.Write("train/fear/4.jpg", "");
        DataException error = Assert.Throws<DataException>(() => DatasetReader.Read(folder.Path));
        Assert.Equal("badImage", error.Code);
        Assert.StartsWith($"{cut}: the PNG file ends before the picture does", error.Message, StringComparison.Ordinal);

        DatasetReadResult result = DatasetReader.ReadWithReport(
            folder.Path,
            new DatasetReadOptions
            {
                SkipBadRows = true,
                Width = 4,
                Height = 4,
            }
        );
        Assert.Equal((1, 3), (result.Dataset.Count, result.Report.SkippedRows));
        Assert.Equal(MadeData.Pixels(1), result.Dataset.Pixels);
        Assert.Equal(
            [cut, text, empty],
            result.Report.Messages.Select(m => m[..m.IndexOf(": ", StringComparison.Ordinal)])
        );
    }

    [Fact]
    public void A_tree_with_only_bad_images_is_an_error_even_when_they_are_skipped()
    {
        using var folder = new TempFolder();
        folder.Write("train/fear/3.jpg", "no image");
        DataException error = Assert.Throws<DataException>(() =>
            DatasetReader.Read(folder.Path, new DatasetReadOptions { SkipBadRows = true })
        );
        Assert.StartsWith(
            $"{folder.Path}: none of its 1 images could be read. The first: ",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Reads_a_tree_inside_a_zip()
    {
        using var folder = new TempFolder();
        string path = folder.Write(
            "archive.zip",
            MadeData.Zip(
                ("train/sad/Training_1.png", MadeData.Png(1)),
                ("test/sad/PublicTest_2.png", MadeData.Png(2)),
                ("test/happy/PrivateTest_3.png", MadeData.Png(3))
            )
        );
        FaceDataset dataset = DatasetReader.Read(path);
        Assert.Equal([DatasetSplit.PrivateTest, DatasetSplit.PublicTest, DatasetSplit.Training], dataset.Splits);
        Assert.Equal<byte>([3, 4, 4], dataset.Labels);
        Assert.Equal(MadeData.Pixels(1), dataset.Image(2).ToArray());
        Assert.Equal($"{path} > train/sad/Training_1.png", dataset.Source(2));
    }
}
