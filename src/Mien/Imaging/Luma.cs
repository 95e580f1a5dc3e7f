using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Mien;

/// <summary>
/// Converts colours to gray: luma of ITU-R BT.601-7, 2.5.1 (0.299 R + 0.587 G + 0.114 B) on the gamma-encoded values,
/// as Pillow's <c>convert("L")</c> does. Thread-safe.
/// </summary>
internal static class Luma
{
    // Fixed-point weights in units of 1/65536. They sum to exactly 65536, so gray pixels keep their value.
    private const int Red = 19595;
    private const int Green = 38470;
    private const int Blue = 7471;

    /// <summary>Computes the gray value 0..255 of a colour.</summary>
    public static int Of(byte red, byte green, byte blue) =>
        ((red * Red) + (green * Green) + (blue * Blue) + 32768) >> 16;

    /// <summary>Converts opaque pixels.</summary>
    /// <param name="rgba">Four bytes per pixel; the fourth is ignored.</param>
    /// <param name="gray">Receives one byte per pixel.</param>
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

    /// <summary>Converts pixels composited over white: luma × a + 255 × (1 − a), rounded.</summary>
    /// <param name="rgba">Four bytes per pixel, with straight (not premultiplied) alpha.</param>
    /// <param name="gray">Receives one byte per pixel.</param>
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
