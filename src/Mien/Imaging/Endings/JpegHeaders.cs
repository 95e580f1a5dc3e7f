using System.Buffers.Binary;

namespace Mien;

/// <summary>Reads those segments of a JPEG that say where its blocks are (ITU-T T.81, B.2).</summary>
internal static class JpegHeaders
{
    /// <summary>A frame header.</summary>
    /// <returns><see langword="null"/>: it is none that is looked into.</returns>
    public static JpegFrame? Frame(ReadOnlySpan<byte> content, bool isProgressive, long maxPixels)
    {
        if (content.Length < 6 || content[0] != 8 || content[5] is 0 or > 4 || content.Length < 6 + (content[5] * 3))
        {
            return null;
        }

        int height = BinaryPrimitives.ReadUInt16BigEndian(content[1..]);
        int width = BinaryPrimitives.ReadUInt16BigEndian(content[3..]);
        var sampling = new (int Id, int Across, int Down)[content[5]];
        for (int i = 0; i < sampling.Length; i++)
        {
            ReadOnlySpan<byte> component = content.Slice(6 + (i * 3), 3);
            sampling[i] = (component[0], component[1] >> 4, component[1] & 15);
            if (sampling[i].Across is 0 or > 4 || sampling[i].Down is 0 or > 4)
            {
                return null;
            }
        }

        if (width == 0 || height == 0 || (long)width * height > maxPixels)
        {
            return null;
        }

        int across = sampling.Max(s => s.Across),
            down = sampling.Max(s => s.Down);
        return new JpegFrame(
            isProgressive,
            Ceiling(width, 8 * across),
            Ceiling(height, 8 * down),
            [
                .. sampling.Select(s => new JpegComponent(
                    s.Id,
                    s.Across,
                    s.Down,
                    Ceiling(width * s.Across, 8 * across),
                    Ceiling(height * s.Down, 8 * down)
                )),
            ]
        );
    }

    /// <summary>Notes where Huffman tables lie.</summary>
    /// <returns>Whether they can be read.</returns>
    public static bool Tables(ReadOnlySpan<byte> content, int at, int[] dc, int[] ac)
    {
        while (!content.IsEmpty)
        {
            int length = 17;
            for (int i = 1; i <= 16 && i < content.Length; i++)
            {
                length += content[i];
            }

            if (length > content.Length || (content[0] & 0xEF) > 3)
            {
                return false;
            }

            (content[0] < 16 ? dc : ac)[content[0] & 15] = at + 1;
            content = content[length..];
            at += length;
        }

        return true;
    }

    /// <summary>A scan header.</summary>
    /// <returns><see langword="null"/>: it does not fit the frame.</returns>
    public static JpegScan? Scan(
        ReadOnlySpan<byte> content,
        JpegFrame frame,
        int[] dcTables,
        int[] acTables,
        int restartInterval,
        int data
    )
    {
        int count = content.IsEmpty ? 0 : content[0];
        if (count is 0 or > 4 || content.Length < 4 + (count * 2))
        {
            return null;
        }

        int[] components = new int[count],
            dc = new int[count],
            ac = new int[count];
        for (int i = 0; i < count; i++)
        {
            int id = content[1 + (i * 2)],
                tables = content[2 + (i * 2)];
            components[i] = Array.FindIndex(frame.Components, c => c.Id == id);
            if (components[i] < 0 || (tables & 0xCC) != 0)
            {
                return null;
            }

            dc[i] = dcTables[tables >> 4];
            ac[i] = acTables[tables & 15];
        }

        ReadOnlySpan<byte> band = content[(1 + (count * 2))..];
        var scan = frame.IsProgressive
            ? new JpegScan(components, dc, ac, band[0], band[1], band[2] >> 4, band[2] & 15, restartInterval, data)
            : new JpegScan(components, dc, ac, 0, 63, 0, 0, restartInterval, data);
        bool fits =
            !frame.IsProgressive
            || (
                scan.First <= scan.Last
                && scan.Last <= 63
                && (scan.First == 0 ? scan.Last == 0 : scan.Components.Length == 1)
            );
        return fits ? scan : null;
    }

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;
}
