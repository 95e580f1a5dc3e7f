namespace Mien.Data.Tests;

public class ArchiveTests
{
    private static readonly byte[] TarGz = MadeData.Gzip(
        MadeData.Tar(
            ("fer2013/fer2013.bib", "@article{}"),
            ("fer2013/README", "read me"),
            ("fer2013/fer2013.csv", MadeData.ThreeRows())
        )
    );

    [Fact]
    public void Reads_gzipped_csv_under_any_file_name()
    {
        using var folder = new TempFolder();
        MadeData.AssertThreeRows(
            DatasetReader.Read(folder.Write("data.bin", MadeData.Gzip(MadeData.ThreeRows())), MadeData.Size4)
        );
    }

    [Fact]
    public void Reads_a_gzip_file_of_two_members_as_one_text()
    {
        using var folder = new TempFolder();
        string text = MadeData.ThreeRows();
        byte[] both = [.. MadeData.Gzip(text[..40]), .. MadeData.Gzip(text[40..])];
        MadeData.AssertThreeRows(DatasetReader.Read(folder.Write("fer2013.csv.gz", both), MadeData.Size4));
    }

    [Fact]
    public void Reads_fer2013_tar_gz()
    {
        using var folder = new TempFolder();
        string path = folder.Write("fer2013.tar.gz", TarGz);
        DatasetReadResult result = DatasetReader.ReadWithReport(path, MadeData.Size4);
        MadeData.AssertThreeRows(result.Dataset);
        Assert.Equal($"{path} > fer2013/fer2013.csv", result.Report.Source);
    }

    [Fact]
    public void Reads_a_plain_tar_and_skips_a_csv_file_without_labels()
    {
        using var folder = new TempFolder();
        byte[] tar = MadeData.Tar(("a/test.csv", "pixels\n1 2 3 4\n"), ("a/fer2013.csv", MadeData.ThreeRows()));
        MadeData.AssertThreeRows(DatasetReader.Read(folder.Write("fer2013.tar", tar), MadeData.Size4));
    }

    [Fact]
    public void Reads_the_csv_file_with_labels_and_usage_in_the_competition_zip()
    {
        using var folder = new TempFolder();
        string icml =
            $"emotion, Usage, pixels\n0,Training,{MadeData.Text(MadeData.Pixels(1))}\n"
            + $"3,PublicTest,{MadeData.Text(MadeData.Pixels(2))}\n"
            + $"6,PrivateTest,{MadeData.Text(MadeData.Pixels(3))}\n";
        string path = folder.Write(
            "competition.zip",
            MadeData.Zip(
                ("example_submission.csv", MadeData.Utf8("emotion\n0\n")),
                ("fer2013.tar.gz", TarGz),
                ("icml_face_data.csv", MadeData.Utf8(icml)),
                ("test.csv", MadeData.Utf8("pixels\n1 2 3 4\n")),
                ("train.csv", MadeData.Utf8("emotion,pixels\n0,1 2 3 4\n"))
            )
        );
        DatasetReadResult result = DatasetReader.ReadWithReport(path, MadeData.Size4);
        MadeData.AssertThreeRows(result.Dataset);
        Assert.Equal($"{path} > icml_face_data.csv", result.Report.Source);
    }

    [Fact]
    public void Reads_the_tar_gz_in_a_zip_if_no_csv_file_has_usage()
    {
        using var folder = new TempFolder();
        string path = folder.Write(
            "competition.zip",
            MadeData.Zip(("fer2013.tar.gz", TarGz), ("train.csv", MadeData.Utf8("emotion,pixels\n0,1 2 3 4\n")))
        );
        DatasetReadResult result = DatasetReader.ReadWithReport(path, MadeData.Size4);
        MadeData.AssertThreeRows(result.Dataset);
        Assert.Equal($"{path} > fer2013.tar.gz > fer2013/fer2013.csv", result.Report.Source);
    }

    [Fact]
    public void Reads_a_zip_with_fer2013_csv_or_the_same_gzipped()
    {
        using var folder = new TempFolder();
        MadeData.AssertThreeRows(
            DatasetReader.Read(
                folder.Write("a.zip", MadeData.Zip(("fer2013.csv", MadeData.Utf8(MadeData.ThreeRows())))),
                MadeData.Size4
            )
        );
        MadeData.AssertThreeRows(
            DatasetReader.Read(
                folder.Write(
                    "b.zip",
                    MadeData.Zip(
                        ("x/fer2013.csv.gz", MadeData.Gzip(MadeData.ThreeRows())),
                        ("__MACOSX/x/._fer2013.csv", [0, 5])
                    )
                ),
                MadeData.Size4
            )
        );
    }

    [Fact]
    public void Reads_a_known_file_in_a_folder()
    {
        using var folder = new TempFolder();
        folder.Write("README.md", "about");
        folder.Write("fer2013.csv.gz", MadeData.Gzip(MadeData.ThreeRows()));
        MadeData.AssertThreeRows(DatasetReader.Read(folder.Path, MadeData.Size4));
    }

    [Fact]
    public void A_csv_file_in_a_zip_without_usage_needs_a_split()
    {
        using var folder = new TempFolder();
        string path = folder.Write(
            "a.zip",
            MadeData.Zip(("train.csv", MadeData.Utf8($"emotion,pixels\n0,{MadeData.Text(MadeData.Pixels(1))}\n")))
        );
        Assert.Equal("noUsage", Assert.Throws<DataException>(() => DatasetReader.Read(path, MadeData.Size4)).Code);
        Assert.Equal(1, DatasetReader.Read(path, MadeData.Size4 with { DefaultSplit = DatasetSplit.Training }).Count);
    }
}
