using System.Runtime.InteropServices;
using SkiaSharp;

namespace Mien.Testing;

/// <summary>Creates photos as phones write them: rotated or mirrored pixels with an EXIF orientation tag.</summary>
internal static class OrientedJpeg
{
    /// <summary>Encodes an image so that it is upright for readers that apply the tag.</summary>
    /// <param name="upright">The upright image.</param>
    /// <param name="orientation">EXIF's tag 0x0112, 1 to 8 (Exif 2.32, 4.6.4).</param>
    /// <returns>The bytes of a JPEG file.</returns>
    public static byte[] Encode(SKBitmap upright, int orientation)
    {
        int w = upright.Width,
            h = upright.Height;
        bool swapped = orientation >= 5;
        using SKBitmap stored = Picture.NewBitmap(swapped ? h : w, swapped ? w : h);
        ReadOnlySpan<uint> from = MemoryMarshal.Cast<byte, uint>(upright.GetPixelSpan());
        Span<uint> to = MemoryMarshal.Cast<byte, uint>(stored.GetPixelSpan());
        for (int b = 0, i = 0; b < stored.Height; b++)
        {
            for (int a = 0; a < stored.Width; a++, i++)
            {
                // The position in the upright image of the pixel in column a and row b of the file.
                (int x, int y) = orientation switch
                {
                    1 => (a, b),
                    2 => (w - 1 - a, b),
                    3 => (w - 1 - a, h - 1 - b),
                    4 => (a, h - 1 - b),
                    5 => (b, a),
                    6 => (w - 1 - b, a),
                    7 => (w - 1 - b, h - 1 - a),
                    8 => (b, h - 1 - a),
                    _ => throw new ArgumentOutOfRangeException(nameof(orientation), orientation, "Expected 1 to 8."),
                };
                to[i] = from[(y * w) + x];
            }
        }

        using SKData jpeg = stored.Encode(SKEncodedImageFormat.Jpeg, 95);
        return WithOrientation(jpeg.AsSpan(), orientation);
    }

    /// <summary>
    /// Inserts an APP1 segment that contains only the orientation after the start marker of a JPEG file.
    /// </summary>
    private static byte[] WithOrientation(ReadOnlySpan<byte> jpeg, int orientation)
    {
        byte[] segment =
        [
            0xFF,
            0xE1,
            0,
            34,
            .. "Exif\0\0"u8,
            .. "II"u8,
            42,
            0,
            8,
            0,
            0,
            0, // little endian, the directory at 8
            1,
            0,
            0x12,
            0x01,
            3,
            0,
            1,
            0,
            0,
            0,
            (byte)orientation,
            0,
            0,
            0, // one entry: a 16-bit number
            0,
            0,
            0,
            0, // no further directory
        ];
        return [.. jpeg[..2], .. segment, .. jpeg[2..]];
    }
}
