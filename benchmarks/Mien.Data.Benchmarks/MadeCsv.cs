using System.Buffers.Text;
using System.IO.Compression;

namespace Mien.Data.Benchmarks;

/// <summary>
/// Generates a fer2013.csv of the real file's size: 32,298 rows of 48×48 values. Values follow a random walk, like
/// neighbouring pixels, over a range with as many digits per value as in the real file (2.64), so that the text and
/// compressed sizes are close to the real ones (271 MB and 85 MB).
/// </summary>
internal static class MadeCsv
{
    public const int Rows = 32_298;
    private const int Pixels = 48 * 48;

    /// <summary>Writes the plain and the gzipped file; the bytes are always the same.</summary>
    public static void Write(string plain, string packed)
    {
        using FileStream text = File.Create(plain);
        using var gzip = new GZipStream(File.Create(packed), CompressionLevel.Optimal);
        Write("emotion,pixels,Usage\n"u8);
        byte[] line = new byte[(Pixels * 4) + 32];
        var random = new Random(1);
        for (int row = 0; row < Rows; row++)
        {
            int length = 0;
            line[length++] = (byte)('0' + (row % 7));
            line[length++] = (byte)',';
            int value = random.Next(256);
            for (int i = 0; i < Pixels; i++)
            {
                value = Math.Clamp(value + random.Next(-14, 15), 0, 255);
                Utf8Formatter.TryFormat(value, line.AsSpan(length), out int written);
                length += written;
                line[length++] = (byte)' ';
            }

            ReadOnlySpan<byte> usage = row < 28_709 ? ",Training\n"u8 : ",PublicTest\n"u8;
            usage.CopyTo(line.AsSpan(length - 1));
            Write(line.AsSpan(0, length - 1 + usage.Length));
        }

        void Write(ReadOnlySpan<byte> bytes)
        {
            text.Write(bytes);
            gzip.Write(bytes);
        }
    }
}
