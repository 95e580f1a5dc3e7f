using System.Buffers.Binary;

namespace Mien;

/// <summary>
/// Looks again at files that Skia could not decode to their end, so that every kind of file is treated alike: read
/// where only what follows the pixels is missing, and called truncated, not corrupt, where the pixels end too early.
/// Only such files cost a second attempt. Thread-safe.
/// </summary>
internal static class ImageEnding
{
    /// <summary>What else may be tried.</summary>
    /// <param name="data">The file.</param>
    /// <param name="format">As <see cref="ImageSignature.Decodable"/> names it.</param>
    /// <param name="isIncomplete">Whether Skia reports that the data ended, and not that it is wrong.</param>
    /// <param name="maxPixels">Larger pictures are not looked into.</param>
    /// <returns>
    /// Whether it is known that the file was cut off; else a file to try in its place, whose failure says truncated
    /// where this one was; <see langword="null"/>: there is nothing to try.
    /// </returns>
    public static (bool IsCut, byte[]? Instead) Examine(
        ReadOnlySpan<byte> data,
        string format,
        bool isIncomplete,
        long maxPixels
    ) =>
        format switch
        {
            "JPEG" => Jpeg(data, maxPixels),
            "PNG" when !isIncomplete => Png(data),
            "GIF" => (false, isIncomplete ? ClosedGif(data) : OpenGif(data)),
            "BMP" when isIncomplete => (false, PaddedBmp(data)),
            "WebP" when !isIncomplete => (false, OpenWebP(data)),
            _ => (false, null),
        };

    /// <summary>All blocks and no end marker: Skia waits for it, so it is put there.</summary>
    private static (bool IsCut, byte[]? Instead) Jpeg(ReadOnlySpan<byte> data, long maxPixels)
    {
        ReadOnlySpan<byte> written = JpegEnding.Written(data);
        return JpegEnding.Completeness(written, maxPixels, out bool hasEnd) switch
        {
            JpegCompleteness.Cut => (true, null),
            JpegCompleteness.Whole when !hasEnd => (false, [.. written, 0xFF, JpegMarkers.EndOfImage]),
            _ => (false, null),
        };
    }

    /// <summary>
    /// Data that ends early in its last IDAT chunk is an error to libpng once the next chunk comes. Without that one it
    /// waits for more, and says whether rows are missing.
    /// </summary>
    private static (bool IsCut, byte[]? Instead) Png(ReadOnlySpan<byte> data)
    {
        bool hasPixels = false;
        for (int at = 8; at <= data.Length - 12; )
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(data[at..]);
            ReadOnlySpan<byte> type = data.Slice(at + 4, 4);
            bool isPixels = type.SequenceEqual("IDAT"u8);
            if (hasPixels && !isPixels && char.IsAsciiLetter((char)type[0]))
            {
                return (false, data[..at].ToArray());
            }

            hasPixels |= isPixels;
            if (length > data.Length - at - 12)
            {
                break;
            }

            at += (int)length + 12;
        }

        // No chunk after the pixels: the file ends in them, or is filled up with zeros.
        return (hasPixels, null);
    }

    /// <summary>The picture's last block ended, and the terminator and trailer after it.</summary>
    private static byte[]? ClosedGif(ReadOnlySpan<byte> data)
    {
        int at = GifPixels(data);
        if (at < 0)
        {
            return null;
        }

        while (at < data.Length && data[at] != 0)
        {
            int end = at + data[at] + 1;
            if (end > data.Length)
            {
                byte[] ended = [.. data, 0, 0x3B];
                ended[at] = (byte)(data.Length - at - 1);
                return ended;
            }

            at = end;
        }

        return at < data.Length ? null : [.. data, 0, 0x3B];
    }

    /// <summary>
    /// The file up to the end of the picture's blocks: if pixels are missing, the decoder waits for more, as it does
    /// not for a code that is wrong.
    /// </summary>
    private static byte[]? OpenGif(ReadOnlySpan<byte> data)
    {
        int at = GifPixels(data);
        while (at >= 0 && at < data.Length && data[at] != 0)
        {
            at += data[at] + 1;
        }

        return at >= 0 && at < data.Length ? data[..at].ToArray() : null;
    }

    /// <summary>Where the first block of the first picture begins; −1: there is none.</summary>
    private static int GifPixels(ReadOnlySpan<byte> data)
    {
        int at = data.Length < 13 ? data.Length : 13 + Colours(data[10]);
        while (at < data.Length - 10)
        {
            if (data[at] == 0x2C)
            {
                return at + 10 + Colours(data[at + 9]) + 1;
            }

            if (data[at] != 0x21)
            {
                break;
            }

            for (at += 2; at < data.Length && data[at] != 0; at += data[at] + 1) { }

            at++;
        }

        return -1;

        static int Colours(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
    }

    /// <summary>The padding of the last row, where only of it something is missing.</summary>
    private static byte[]? PaddedBmp(ReadOnlySpan<byte> data)
    {
        if (data.Length < 54 || BinaryPrimitives.ReadInt32LittleEndian(data[14..]) < 40)
        {
            return null;
        }

        long start = BinaryPrimitives.ReadUInt32LittleEndian(data[10..]);
        long width = BinaryPrimitives.ReadInt32LittleEndian(data[18..]);
        long height = Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(data[22..]));
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(data[28..]);
        int compression = BinaryPrimitives.ReadInt32LittleEndian(data[30..]);
        if (compression is 1 or 2 || width <= 0 || height == 0 || bits is 0 or > 32)
        {
            return null;
        }

        long row = ((width * bits) + 31) / 32 * 4;
        long whole = start + (row * height);
        long missing = whole - data.Length;
        return missing is > 0 and < 4 && missing <= row - (((width * bits) + 7) / 8)
            ? [.. data, .. new byte[missing]]
            : null;
    }

    /// <summary>The same file with sizes that announce more data: the decoder then waits for missing pixels.</summary>
    private static byte[]? OpenWebP(ReadOnlySpan<byte> data)
    {
        const int More = 4096;
        for (int at = 12; at <= data.Length - 8; )
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(data[(at + 4)..]);
            if (length > data.Length - at - 8)
            {
                break;
            }

            if (data[at..].StartsWith("VP8 "u8) || data[at..].StartsWith("VP8L"u8))
            {
                byte[] open = data[..(at + 8 + (int)length)].ToArray();
                BinaryPrimitives.WriteUInt32LittleEndian(open.AsSpan(at + 4), length + More);
                BinaryPrimitives.WriteInt32LittleEndian(open.AsSpan(4), open.Length + More);
                return open;
            }

            at += 8 + (int)length + (int)(length & 1);
        }

        return null;
    }
}
