using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Mien.Data.Tests;

/// <summary>Small generated data: rows, archives and images.</summary>
internal static class MadeData
{
    public const string Header = "emotion,pixels,Usage";

    /// <summary>Reads images of 4×4.</summary>
    public static readonly DatasetReadOptions Size4 = new() { Width = 4, Height = 4 };

    /// <summary>16 numbers of one to three digits that differ from row to row.</summary>
    public static byte[] Pixels(int seed, int count = 16)
    {
        var random = new Random(seed);
        byte[] limits = [9, 99, 255];
        return [.. Enumerable.Range(0, count).Select(_ => (byte)random.Next(limits[random.Next(3)] + 1))];
    }

    public static string Text(byte[] pixels) =>
        string.Join(' ', pixels.Select(p => p.ToString(CultureInfo.InvariantCulture)));

    public static string Row(int label, int seed, string usage) =>
        string.Create(CultureInfo.InvariantCulture, $"{label},{Text(Pixels(seed))},{usage}");

    /// <summary>Three rows, one of each split, with labels 0, 3 and 6 and pixels of seeds 1, 2 and 3.</summary>
    public static string ThreeRows(string newLine = "\n") =>
        string.Join(newLine, Header, Row(0, 1, "Training"), Row(3, 2, "PublicTest"), Row(6, 3, "PrivateTest"))
        + newLine;

    public static void AssertThreeRows(FaceDataset dataset)
    {
        Assert.Equal(3, dataset.Count);
        Assert.Equal<byte>([0, 3, 6], dataset.Labels);
        Assert.Equal([DatasetSplit.Training, DatasetSplit.PublicTest, DatasetSplit.PrivateTest], dataset.Splits);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(Pixels(i + 1), dataset.Image(i).ToArray());
        }
    }

    public static byte[] Gzip(byte[] bytes)
    {
        var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return stream.ToArray();
    }

    public static byte[] Gzip(string text) => Gzip(Encoding.UTF8.GetBytes(text));

    public static byte[] Tar(params (string Name, string Text)[] entries)
    {
        var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach ((string name, string text) in entries)
            {
                tar.WriteEntry(
                    new UstarTarEntry(TarEntryType.RegularFile, name)
                    {
                        DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
                    }
                );
            }
        }

        return stream.ToArray();
    }

    public static byte[] Zip(params (string Name, byte[] Bytes)[] entries)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in entries)
            {
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(bytes);
            }
        }

        return stream.ToArray();
    }

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>An image as PNG.</summary>
    public static byte[] Png(int seed, int width = 4, int height = 4) =>
        new GrayImage(width, height, Pixels(seed, width * height)).EncodePng();

    /// <summary>A data set of images of 2×2 with the given first pixels (the rest is 0), labels and splits.</summary>
    public static FaceDataset Dataset(params (byte Pixel, int Label, DatasetSplit Split)[] images) =>
        new(
            "made",
            2,
            2,
            [.. images.SelectMany(i => new byte[] { i.Pixel, 0, 0, 0 })],
            [.. images.Select(i => (byte)i.Label)],
            [.. images.Select(i => i.Split)]
        );
}
