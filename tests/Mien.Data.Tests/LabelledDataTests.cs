namespace Mien.Data.Tests;

/// <summary>Labels of one's own, persons in folders and names, and FER2013's files among photos.</summary>
public sealed class LabelledDataTests : IDisposable
{
    private static readonly LabelNames Names = new([.. Expressions.Names, "wink"]);
    private static readonly DatasetReadOptions Skip = new() { SkipBadRows = true };

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_class_is_the_lowest_folder_with_a_label_and_the_others_are_groups()
    {
        foreach (
            string name in (string[])
                [
                    "happy/ann/1.png",
                    "ben/Wink/2.png",
                    "train/fear/3/4.png",
                    "s1/fear/cy/5.png",
                    "6.png",
                    "hapy/ann/7.png",
                ]
        )
        {
            folder.Write($"x/{name}", [1]);
        }

        var read = LabelledPhotos.Read(folder["x"], Skip, Names);
        DatasetReadReport report = read.Report;

        // One photo has a split, so that all need one.
        Assert.Equal(["fear"], read.Photos.Select(p => p.Label));
        Directory.Delete(folder["x/train"], recursive: true);
        folder.Write("x/fear/3/4.png", [1]);
        read = LabelledPhotos.Read(folder["x"], Skip, Names);
        Assert.Equal(
            [("wink", "ben"), ("fear", "3"), ("happiness", "ann"), ("fear", "s1/cy")],
            read.Photos.Select(p => (p.Label, p.Folder))
        );
        Assert.Equal(["unknownLabel", "unknownLabel"], read.Report.BadRows.Select(r => r.Code));
        Assert.Equal(["", "hapy"], read.Report.BadRows.Select(r => r.Label));
        Assert.Contains("the folder 'hapy' (the nearest known name is 'happiness')", read.Report.BadRows[1].Message);
        Assert.Equal(5, report.SkippedRows);
    }

    [Fact]
    public void A_csv_has_rows_with_labels_of_ones_own_and_says_which_are_unknown()
    {
        folder.Write("a.png", [1]);
        string path = folder.Write("l.csv", "path,label,person\na.png,WINK,ann\na.png,'=wink,\nno.png,happy,\n");
        var read = LabelledPhotos.Read(path, Skip, Names);

        Assert.Equal(("wink", "ann", null), (read.Photos[0].Label, read.Photos[0].Person, read.Photos[0].Spelling));
        Assert.Equal(["unknownLabel", "badRow"], read.Report.BadRows.Select(r => r.Code));
        Assert.Equal($"{path}, line 3", read.Report.BadRows[0].Source);
    }

    [Fact]
    public void Groups_are_persons_or_folders_or_videos_or_nothing()
    {
        LabelledPhoto[] photos = [.. Enumerable.Range(0, 12).Select(i => Photo($"clip{(char)('a' + (i / 2))}_000{i}"))];

        Assert.Equal((PhotoGroupKind.Video, 6), KindAndCount(photos));
        Assert.Equal(
            (PhotoGroupKind.Person, 1),
            KindAndCount([.. photos.Select((p, i) => i == 0 ? p with { Person = "ann" } : p)])
        );
        Assert.Equal(
            (PhotoGroupKind.Folder, 3),
            KindAndCount([.. photos.Select((p, i) => p with { Folder = $"{i % 3}" })])
        );

        // One folder around everything is no group, nor are names of cameras, of labels, and short numbers.
        Assert.Equal(PhotoGroupKind.Video, KindAndCount([.. photos.Select(p => p with { Folder = "all" })]).Kind);
        Assert.Equal(PhotoGroupKind.None, KindAndCount(Named("IMG_{0:0000}")).Kind);
        Assert.Equal(PhotoGroupKind.None, KindAndCount(Named("happy_{0:0000}")).Kind);
        Assert.Equal(PhotoGroupKind.None, KindAndCount(Named("{0:0000}")).Kind);
        Assert.Equal(PhotoGroupKind.None, KindAndCount(Named("x{0:0}y_{0:00}")).Kind);
        Assert.Equal(PhotoGroupKind.None, KindAndCount(Named("single{0}x_{0:0000}")).Kind);

        static LabelledPhoto[] Named(string format) =>
            [
                .. Enumerable
                    .Range(0, 12)
                    .Select(i => Photo(string.Format(System.Globalization.CultureInfo.InvariantCulture, format, i))),
            ];
        static LabelledPhoto Photo(string name) => new($"/x/{name}.png", "fear");
        static (PhotoGroupKind Kind, int Count) KindAndCount(LabelledPhoto[] photos)
        {
            var groups = PhotoGroups.Of(photos, Names);
            return (groups.Kind, groups.Count);
        }
    }

    [Fact]
    public void Files_of_FER2013_are_recognised_by_content()
    {
        string pixels = string.Join(' ', Enumerable.Repeat("7", 48 * 48));
        string csv = folder.Write("fer.csv", $"emotion,pixels,Usage\n3,{pixels},PublicTest\n");
        folder.Write("in/fer2013.csv", $"emotion,pixels\n0,{pixels}\n");
        string photos = folder.Write("photos.csv", "path,label\nfer.csv,happy\n");

        Assert.Equal([DatasetSplit.PublicTest], Read(csv).Images!.Splits);
        Assert.Equal([DatasetSplit.Training], Read(folder["in"]).Images!.Splits);
        Assert.Single(Read(photos).Photos!.Photos);
        Assert.Equal("fileNotFound", Assert.Throws<DataException>(() => Read(folder["none"])).Code);

        static LabelledData Read(string path) => LabelledData.Read(path, Skip, Names, CancellationToken.None);
    }
}
