using System.Buffers.Binary;
using SkiaSharp;

namespace Mien;

/// <summary>
/// Reads the EXIF orientation from the <c>eXIf</c> chunk of a PNG (PNG Specification, 3rd edition, 11.3.4.1), which
/// Skia ignores. Malformed metadata counts as no orientation, because the image itself is still usable. Thread-safe.
/// </summary>
internal static class PngOrientation
{
    private const int SignatureLength = 8;
    private const int ChunkOverhead = 12; // length, type, checksum
    private const ushort OrientationTag = 0x0112; // EXIF 2.32, 4.6.4
    private const ushort ShortType = 3;

    /// <summary>Gets the position of the first stored pixel in the upright image.</summary>
    /// <param name="png">The bytes of the PNG file.</param>
    public static SKEncodedOrigin Of(ReadOnlySpan<byte> png)
    {
        int at = SignatureLength;
        while (png.Length - at >= ChunkOverhead)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            ReadOnlySpan<byte> type = png.Slice(at + 4, 4);
            if (length > png.Length - at - ChunkOverhead || type.SequenceEqual("IEND"u8))
            {
                break;
            }

            if (type.SequenceEqual("eXIf"u8))
            {
                return OfTiff(png.Slice(at + 8, (int)length));
            }

            at += (int)length + ChunkOverhead;
        }

        return SKEncodedOrigin.TopLeft;
    }

    /// <summary>Finds the tag in the first directory of the TIFF structure of EXIF (TIFF 6.0, section 2).</summary>
    private static SKEncodedOrigin OfTiff(ReadOnlySpan<byte> tiff)
    {
        bool little = tiff.StartsWith("II*\0"u8);
        if (tiff.Length < 8 || (!little && !tiff.StartsWith("MM\0*"u8)))
        {
            return SKEncodedOrigin.TopLeft;
        }

        uint directory = little
            ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..])
            : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (directory > tiff.Length - 2)
        {
            return SKEncodedOrigin.TopLeft;
        }

        int entries = Short(tiff[(int)directory..]);
        int at = (int)directory + 2;
        for (int i = 0; i < entries && at <= tiff.Length - 12; i++, at += 12)
        {
            ReadOnlySpan<byte> entry = tiff.Slice(at, 12);
            if (
                Short(entry) == OrientationTag
                && Short(entry[2..]) == ShortType
                && Short(entry[8..]) is >= 1 and <= 8 and ushort value
            )
            {
                return (SKEncodedOrigin)value;
            }
        }

        return SKEncodedOrigin.TopLeft;

        ushort Short(ReadOnlySpan<byte> bytes) =>
            little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }
}
