using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Mien;

/// <summary>
/// Colours to gray: ITU-R BT.601-7, 2.5.1 (0.299 R + 0.587 G + 0.114 B) on the gamma-coded values, as Pillow's
/// <c>convert("L")</c>.
/// </summary>
internal static class Luma
{
    // In 1/65536. The weights sum to 65536, so equal values stay as they are.
    private const int Red = 19595;
    private const int Green = 38470;
    private const int Blue = 7471;

    /// <summary>The gray value 0..255 of a colour.</summary>
    public static int Of(byte red, byte green, byte blue) =>
        ((red * Red) + (green * Green) + (blue * Blue) + 32768) >> 16;

    /// <summary>The gray values of opaque pixels.</summary>
    /// <param name="rgba">Four bytes a pixel; the fourth is not looked at.</param>
    /// <param name="gray">Receives a byte a pixel.</param>
    public static void FromRgba(ReadOnlySpan<byte> rgba, Span<byte> gray)
    {
        rgba = rgba[..(gray.Length * 4)];
        int i = 0;
        if (Vector256.IsHardwareAccelerated && BitConverter.IsLittleEndian)
        {
            ReadOnlySpan<Vector256<uint>> eights = MemoryMarshal.Cast<byte, Vector256<uint>>(rgba);
            Vector256<uint> low = Vector256.Create(255u);
            foreach (Vector256<uint> pixels in eights)
            {
                Vector256<uint> luma =
                    (
                        ((pixels & low) * Red)
                        + ((pixels >>> 8 & low) * Green)
                        + ((pixels >>> 16 & low) * Blue)
                        + Vector256.Create(32768u)
                    ) >>> 16;
                Vector128<ushort> narrow = Vector128.Narrow(luma.GetLower(), luma.GetUpper());
                Vector64.Narrow(narrow.GetLower(), narrow.GetUpper()).CopyTo(gray[i..]);
                i += Vector256<uint>.Count;
            }
        }

        for (; i < gray.Length; i++)
        {
            gray[i] = (byte)Of(rgba[i * 4], rgba[(i * 4) + 1], rgba[(i * 4) + 2]);
        }
    }

    /// <summary>The gray values of pixels over white: luma × a + 255 × (1 − a), rounded.</summary>
    /// <param name="rgba">Four bytes a pixel, not premultiplied.</param>
    /// <param name="gray">Receives a byte a pixel.</param>
    public static void FromRgbaOverWhite(ReadOnlySpan<byte> rgba, Span<byte> gray)
    {
        rgba = rgba[..(gray.Length * 4)];
        for (int i = 0; i < gray.Length; i++)
        {
            int alpha = rgba[(i * 4) + 3];
            int over = (Of(rgba[i * 4], rgba[(i * 4) + 1], rgba[(i * 4) + 2]) * alpha) + (255 * (255 - alpha));
            gray[i] = (byte)((over + 127) / 255);
        }
    }
}
