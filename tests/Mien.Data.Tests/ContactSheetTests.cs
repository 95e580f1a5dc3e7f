namespace Mien.Data.Tests;

public class ContactSheetTests
{
    [Fact]
    public void Shows_one_row_per_class_with_its_images()
    {
        FaceDataset dataset = Plain();
        GrayImage sheet = ContactSheet.Draw(dataset, new ContactSheetOptions { Columns = 3, Scale = 2 });
        GrayImage empty = ContactSheet.Draw(MadeDataOf(48), new ContactSheetOptions { Columns = 3, Scale = 2 });
        Assert.Equal((empty.Width, empty.Height), (sheet.Width, sheet.Height));
        for (int label = 0; label < Expressions.Count; label++)
        {
            // The images of each class have their own gray value; the row shows two of them at twice the size.
            byte gray = (byte)(100 + label);
            Assert.Equal(2 * 96 * 96, sheet.Pixels.Count(p => p == gray));
            int firstRow = Array.IndexOf(sheet.Pixels, gray) / sheet.Width;
            Assert.Equal(8 + (label * 98), firstRow);
        }
    }

    [Fact]
    public void Names_are_drawn_left_of_the_images()
    {
        GrayImage sheet = ContactSheet.Draw(Plain());
        for (int label = 0; label < Expressions.Count; label++)
        {
            int top = 8 + (label * 50);
            byte[] strip =
            [
                .. Enumerable
                    .Range(top, 48)
                    .SelectMany(y =>
                        sheet.Pixels.Skip(y * sheet.Width).Take(8 + PixelFont.Measure(Expressions.Names[label], 2))
                    ),
            ];
            Assert.InRange(strip.Count(p => p == 0), 4 * 20, 4 * 200);
        }
    }

    [Fact]
    public void The_seed_selects_the_images()
    {
        FaceDataset dataset = new(
            "made",
            4,
            4,
            [.. Enumerable.Range(0, 200).SelectMany(i => Enumerable.Repeat((byte)(i + 50), 16))],
            new byte[200],
            new DatasetSplit[200]
        );
        byte[] first = ContactSheet.Draw(dataset, new ContactSheetOptions { Seed = 1 }).Pixels;
        Assert.Equal(first, ContactSheet.Draw(dataset, new ContactSheetOptions { Seed = 1 }).Pixels);
        Assert.NotEqual(first, ContactSheet.Draw(dataset, new ContactSheetOptions { Seed = 2 }).Pixels);
    }

    [Fact]
    public void Only_the_requested_split_is_shown()
    {
        FaceDataset dataset = Plain()
            .WithSplits([
                .. Enumerable.Range(0, 14).Select(i => i < 7 ? DatasetSplit.Training : DatasetSplit.PublicTest),
            ]);
        GrayImage sheet = ContactSheet.Draw(dataset, new ContactSheetOptions { Split = DatasetSplit.PublicTest });
        Assert.Equal(48 * 48, sheet.Pixels.Count(p => p == 100));
    }

    [Fact]
    public void Is_written_as_a_png_file()
    {
        using var folder = new TempFolder();
        string path = folder["sheet.png"];
        ContactSheet.Write(Plain(), path);
        GrayImage sheet = GrayImage.Decode(path);
        Assert.Equal(ContactSheet.Draw(Plain()).Pixels, sheet.Pixels);
        string inside = Path.Combine(path, "sheet.png");
        MienException error = Assert.Throws<MienException>(() => ContactSheet.Write(Plain(), inside));
        Assert.Equal("cannotWrite", error.Code);
        Assert.StartsWith($"{inside}: the file cannot be written (", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(101, 1)]
    [InlineData(5, 0)]
    [InlineData(5, 17)]
    public void Rejects_a_layout_out_of_range(int columns, int scale) =>
        Assert.Throws<ArgumentException>(() =>
            ContactSheet.Draw(Plain(), new ContactSheetOptions { Columns = columns, Scale = scale })
        );

    [Fact]
    public void The_font_has_all_letters_of_the_names_and_each_looks_different()
    {
        const string All = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:()/-+%_ ";
        var shapes = new HashSet<string>();
        foreach (char letter in All)
        {
            Assert.True(PixelFont.Has(letter));
            Assert.True(shapes.Add(Shape(letter.ToString())), $"{letter} looks like another letter");
        }

        Check.All(string.Concat(Expressions.Names), c => Assert.True(PixelFont.Has(c)));
        Assert.Equal(Shape("A"), Shape("a"));
        Assert.False(PixelFont.Has('é'));
        Assert.DoesNotContain(Shape("é"), shapes);
    }

    [Fact]
    public void Text_is_clipped_at_the_edges()
    {
        var image = new GrayImage(8, 8, new byte[64]);
        PixelFont.Draw(image, "HELLO", -3, -3, 2, 255);
        Assert.Contains((byte)255, image.Pixels);
    }

    private static string Shape(string text)
    {
        var image = new GrayImage(5, 7, new byte[35]);
        PixelFont.Draw(image, text, 0, 0, 1, 1);
        return string.Concat(image.Pixels);
    }

    /// <summary>Two images per class, all of one gray value: 100 + label.</summary>
    private static FaceDataset Plain() => MadeDataOf(48, [.. Enumerable.Range(0, 14).Select(i => i % 7)]);

    private static FaceDataset MadeDataOf(int size, params int[] labels) =>
        new(
            "made",
            size,
            size,
            [.. labels.SelectMany(l => Enumerable.Repeat((byte)(100 + l), size * size))],
            [.. labels.Select(l => (byte)l)],
            new DatasetSplit[labels.Length]
        );
}
