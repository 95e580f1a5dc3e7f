using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace Mien.Data.Internals;

/// <summary>Reads the pixels of a row: whole numbers from 0 to 255, separated by blanks.</summary>
internal static class PixelParser
{
    /// <summary>
    /// Reads exactly <paramref name="pixels"/>.Length numbers. <c>false</c>: the field is not written in the usual way (one
    /// space between numbers of one to three digits) or is wrong; <see cref="Problem"/> tells, and accepts the unusual ways.
    /// </summary>
    /// <remarks>
    /// Four bytes are looked at together, and faults are only collected, so that the loop has no branch that depends on the
    /// data: pixels have one, two or three digits without a pattern, and a mispredicted branch costs more than the arithmetic.
    /// </remarks>
    public static bool TryParse(ReadOnlySpan<byte> field, Span<byte> pixels)
    {
        int position = 0;
        int done = 0;
        uint fault = 0;
        while (done < pixels.Length - 1 && position <= field.Length - sizeof(uint))
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(field[position..]);

            // Digits (0x30..0x39) have bit 0x10, the space (0x20) has not: the first byte without it ends the number.
            int digits = BitOperations.TrailingZeroCount(~word & 0x10101010) >> 3;
            int shift = 32 - (8 * digits);

            // The last digit to the top byte, zeros below the first; each byte becomes 0..9, or more where it is no digit.
            uint value = (word << shift) ^ (0x30303030u << shift);
            fault |= (value | (value + 0x76767676)) & 0x80808080;
            uint pixel = (((value >> 8) & 0xFF) * 100) + (((value >> 16) & 0xFF) * 10) + (value >> 24);

            // Over 255; four or more digits; not a space behind. No digit at all makes shift 32, which C# takes as 0: then the
            // lowest byte is what is no digit.
            fault |= (pixel & ~0xFFu) | ((uint)digits >> 2) | (((word >> (8 * digits)) & 0xFF) ^ 0x20);
            pixels[done++] = (byte)pixel;
            position += digits + 1;
        }

        return fault == 0 && TryParseRest(field, position, pixels[done..]);
    }

    /// <summary>Reads the field slowly and exactly. Returns what is wrong with it, or <c>null</c> and all pixels.</summary>
    public static string? Problem(ReadOnlySpan<byte> field, Span<byte> pixels, int width, int height)
    {
        int count = 0;
        int position = 0;
        while (true)
        {
            int gap = field[position..].IndexOfAnyExcept((byte)' ', (byte)'\t');
            if (gap < 0)
            {
                break;
            }

            ReadOnlySpan<byte> rest = field[(position + gap)..];
            int length = rest.IndexOfAny((byte)' ', (byte)'\t');
            ReadOnlySpan<byte> token = length < 0 ? rest : rest[..length];
            if (!int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out int value) || value > 255)
            {
                return $"pixel {count + 1} is '{Csv.Excerpt(token)}', expected a whole number from 0 to 255";
            }

            if (count < pixels.Length)
            {
                pixels[count] = (byte)value;
            }

            count++;
            position += gap + token.Length;
        }

        return count == pixels.Length ? null : $"{count} pixels, expected {pixels.Length} ({width}×{height})";
    }

    private static bool TryParseRest(ReadOnlySpan<byte> field, int position, Span<byte> pixels)
    {
        for (int i = 0; i < pixels.Length; i++)
        {
            if (i > 0 && (position >= field.Length || field[position++] != ' '))
            {
                return false;
            }

            int value = 0;
            int digits = 0;
            while (position < field.Length && digits < 4 && field[position] - '0' is >= 0 and <= 9 and int digit)
            {
                value = (value * 10) + digit;
                digits++;
                position++;
            }

            if (digits is 0 or > 3 || value > 255)
            {
                return false;
            }

            pixels[i] = (byte)value;
        }

        return position == field.Length;
    }
}
