using System.IO.Compression;

namespace Mien.Data.Tests;

public class ForeignFileTests
{
    private const string Expected =
        "expected fer2013.csv (or the same gzipped), fer2013.tar.gz, the zip archive that Kaggle serves, or a "
        + "folder split/class/*.png";

    [Fact]
    public void A_missing_path_is_named()
    {
        string path = Path.Combine(Path.GetTempPath(), "no-such-" + Guid.NewGuid().ToString("N"));
        AssertError(path, "fileNotFound", $"{path} does not exist; {Expected}. Check the path.");
    }

    [Fact]
    public void Empty_files_are_named()
    {
        using var folder = new TempFolder();
        string path = folder.Write("fer2013.csv", "");
        AssertError(path, "empty", $"{path} is empty; {Expected}.");
        path = folder.Write("fer2013.csv.gz", MadeData.Gzip(""));
        AssertError(path, "empty", $"{path} is empty; {Expected}.");
        path = folder.Write("blank.csv", "\n \n");
        AssertError(
            path,
            "empty",
            $"{path} has no text; expected the header 'emotion,pixels,Usage' and one row per image. Download "
                + $"the file again."
        );
        path = folder.Write("header.csv", MadeData.Header);
        AssertError(
            path,
            "noRows",
            $"{path} has a header but no rows; expected one row per image. The file may be truncated: "
                + $"download it again."
        );
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0xE0, 0, 16 }, "a JPEG image")]
    [InlineData(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10 }, "a PNG image")]
    [InlineData(new byte[] { (byte)'%', (byte)'P', (byte)'D', (byte)'F', (byte)'-' }, "a PDF document")]
    [InlineData(new byte[] { (byte)'<', (byte)'!', (byte)'D', (byte)'O', (byte)'C' }, "a web page")]
    [InlineData(new byte[] { (byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C }, "a 7-Zip archive")]
    [InlineData(new byte[] { 8, 7, 18, 0, 1, 2 }, "a binary file")]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'e', 0 }, "text in UTF-16")]
    public void The_format_of_a_foreign_file_is_named(byte[] start, string what)
    {
        using var folder = new TempFolder();
        string path = folder.Write("fer2013.csv", start);
        AssertError(path, "notADataset", $"{path} is {what}, not a data set; {Expected}.");
        string packed = folder.Write("fer2013.csv.gz", MadeData.Gzip(start));
        AssertError(packed, "notADataset", $"{packed} is {what}, not a data set; {Expected}.");
    }

    [Fact]
    public void A_foreign_csv_file_is_recognised_by_its_header()
    {
        using var folder = new TempFolder();
        string path = folder.Write("fer2013.csv", "name;age\nx;3\n");
        AssertError(
            path,
            "badHeader",
            $"{path}, line 1: the header is 'name;age', expected columns named emotion, pixels and Usage. Use "
                + $"fer2013.csv, icml_face_data.csv, or one of their archives."
        );
        path = folder.Write(
            "fer2013new.csv",
            "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n"
        );
        Assert.EndsWith(
            "These are FER+ votes: pass them as votes, not as the data set.",
            Assert.Throws<DataException>(() => DatasetReader.Read(path)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_truncated_gzip_file_is_an_error_and_not_a_shorter_data_set()
    {
        using var folder = new TempFolder();
        string rows = string.Concat(Enumerable.Range(0, 500).Select(i => MadeData.Row(i % 7, i, "Training") + "\n"));
        byte[] whole = MadeData.Gzip($"{MadeData.Header}\n{rows}");
        foreach (int length in new[] { whole.Length / 2, whole.Length - 1, whole.Length - 8, whole.Length - 9, 12 })
        {
            string path = folder.Write("fer2013.csv.gz", whole[..length]);
            DataException error = Assert.Throws<DataException>(() => DatasetReader.Read(path, MadeData.Size4));
            Assert.Equal("corrupt", error.Code);
            Assert.StartsWith($"{path} is damaged or truncated (", error.Message, StringComparison.Ordinal);
            Assert.EndsWith("). Download it again.", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_corrupt_gzip_file_is_an_error()
    {
        using var folder = new TempFolder();
        byte[] bytes = MadeData.Gzip(MadeData.ThreeRows());
        bytes[^6] ^= 0xFF; // the checksum
        Assert.Equal(
            "corrupt",
            Assert.Throws<DataException>(() => DatasetReader.Read(folder.Write("a.gz", bytes), MadeData.Size4)).Code
        );
    }

    [Fact]
    public void A_truncated_tar_gz_is_an_error()
    {
        using var folder = new TempFolder();
        byte[] tar = MadeData.Tar(("fer2013/fer2013.csv", MadeData.ThreeRows()));
        string path = folder.Write("fer2013.tar.gz", MadeData.Gzip(tar[..600]));
        DataException error = Assert.Throws<DataException>(() => DatasetReader.Read(path, MadeData.Size4));
        Assert.Equal("corrupt", error.Code);
        Assert.Equal(
            $"{path} is damaged or truncated (only 88 of {MadeData.ThreeRows().Length} bytes are present). "
                + $"Download it again.",
            error.Message
        );
    }

    [Fact]
    public void A_truncated_zip_is_an_error()
    {
        using var folder = new TempFolder();
        byte[] zip = MadeData.Zip(("fer2013.csv", MadeData.Utf8(MadeData.ThreeRows())));
        string path = folder.Write("a.zip", zip[..(zip.Length / 2)]);
        DataException error = Assert.Throws<DataException>(() => DatasetReader.Read(path, MadeData.Size4));
        Assert.Equal("corrupt", error.Code);
        Assert.StartsWith($"{path} is damaged or truncated (", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_error_for_an_archive_without_rows_names_its_content()
    {
        using var folder = new TempFolder();
        string path = folder.Write("a.zip", MadeData.Zip(("test.csv", MadeData.Utf8("pixels\n")), ("b.txt", [1])));
        AssertError(
            path,
            "noCsv",
            $"{path} is a zip archive without a CSV file that has the columns emotion, pixels and Usage: it "
                + $"contains test.csv, b.txt; {Expected}."
        );
        path = folder.Write("empty.zip", MadeData.Zip());
        AssertError(
            path,
            "noCsv",
            $"{path} is a zip archive without a CSV file that has the columns emotion, pixels and Usage: it is "
                + $"empty; {Expected}."
        );
        path = folder.Write(
            "a.tar.gz",
            MadeData.Gzip(
                MadeData.Tar(
                    ("1.txt", "x"),
                    ("2.txt", "x"),
                    ("3.txt", "x"),
                    ("4.txt", "x"),
                    ("5.txt", "x"),
                    ("6.txt", "x")
                )
            )
        );
        AssertError(
            path,
            "noCsv",
            $"{path} is a tar archive without a CSV file that has the columns emotion, pixels and Usage: it "
                + $"contains 1.txt, 2.txt, 3.txt, 4.txt, 5.txt and 1 more; {Expected}."
        );
    }

    [Fact]
    public void Deeply_nested_archives_are_rejected()
    {
        using var folder = new TempFolder();
        byte[] bytes = MadeData.Utf8(MadeData.ThreeRows());
        for (int i = 0; i < 10; i++)
        {
            bytes = MadeData.Gzip(bytes);
        }

        string path = folder.Write("bomb.gz", bytes);
        AssertError(path, "tooDeep", $"{path}: archives are nested more than 4 levels deep; {Expected}.");
    }

    [Fact]
    public void A_text_without_line_breaks_is_rejected_before_it_fills_the_memory()
    {
        using var folder = new TempFolder();
        string path = folder["fer2013.csv.gz"];
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            gzip.Write(MadeData.Utf8(MadeData.Header + "\n"));
            byte[] block = new byte[1 << 20];
            block.AsSpan().Fill((byte)'1');
            for (int i = 0; i < 40; i++)
            {
                gzip.Write(block);
            }
        }

        AssertError(
            path,
            "notText",
            $"{path}, line 2: the line is longer than 32 MiB, so this is not a CSV file of images. Use "
                + $"fer2013.csv or one of its archives."
        );
    }

    [Fact]
    public void The_error_for_a_folder_without_images_names_its_content()
    {
        using var folder = new TempFolder();
        AssertError(folder.Path, "noImages", $"{folder.Path} is a folder without images (it is empty); {Expected}.");
        folder.Write("notes.txt", "x");
        folder.Write("more/notes.txt", "x");
        AssertError(
            folder.Path,
            "noImages",
            $"{folder.Path} is a folder without images (it contains more, notes.txt); {Expected}."
        );
    }

    private static void AssertError(string path, string code, string message)
    {
        DataException error = Assert.Throws<DataException>(() => DatasetReader.Read(path));
        Assert.Equal(message, error.Message);
        Assert.Equal(code, error.Code);
        Assert.Equal(path, error.Path);
    }
}
