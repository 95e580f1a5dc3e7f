using System.IO.Compression;

namespace Mien.Data.Tests;

public class GzipReadStreamTests
{
    [Fact]
    public void Restores_the_content_and_rejects_every_truncated_file()
    {
        foreach (CompressionLevel level in Enum.GetValues<CompressionLevel>())
        {
            byte[] content = MadeData.Utf8(MadeData.ThreeRows());
            byte[] whole = Pack(content, level);
            Assert.Equal(content, Unpack(whole));
            for (int length = 1; length < whole.Length; length++)
            {
                byte[] cut = whole[..length];
                Assert.ThrowsAny<IOException>(() => Unpack(cut));
            }
        }
    }

    [Fact]
    public void Restores_the_content_for_every_file_length()
    {
        // The decompressor reads 8 KiB at a time, so these files end just before, at and just after such a boundary.
        var random = new Random(1);
        var lengths = new HashSet<int>();
        for (int size = 8192 - 60; size < 8192 + 20; size++)
        {
            byte[] content = new byte[size];
            random.NextBytes(content);
            byte[] packed = Pack(content, CompressionLevel.NoCompression);
            lengths.Add(packed.Length);
            Assert.Equal(content, Unpack(packed));
        }

        Assert.Contains(8192, lengths);
    }

    [Fact]
    public void Reads_all_members_and_ignores_padding()
    {
        byte[] first = [1, 2, 3];
        byte[] second = [4, 5];
        byte[] both = [.. MadeData.Gzip(first), .. MadeData.Gzip(second)];
        Assert.Equal<byte>([1, 2, 3, 4, 5], Unpack(both));
        Assert.Equal<byte>([1, 2, 3, 4, 5], Unpack([.. both, .. new byte[512]]));
        Assert.ThrowsAny<IOException>(() => Unpack(both[..^1]));
        Assert.Empty(Unpack(MadeData.Gzip("")));
    }

    private static byte[] Pack(byte[] content, CompressionLevel level)
    {
        var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, level))
        {
            gzip.Write(content);
        }

        return stream.ToArray();
    }

    private static byte[] Unpack(byte[] packed)
    {
        using var gzip = new GzipReadStream(new MemoryStream(packed));
        var stream = new MemoryStream();
        gzip.CopyTo(stream);
        return stream.ToArray();
    }
}
