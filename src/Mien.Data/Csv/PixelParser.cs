using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Mien.Data;

/// <summary>Parses the pixels of a row: whole numbers from 0 to 255, separated by blanks.</summary>
internal static class PixelParser
{
    private const int NumbersAtOnce = 4;
    private const byte NoPattern = 255;

    /// <summary>
    /// Indexed by the positions of four spaces in 16 bytes (one bit each): which entry of <see cref="Gathers"/> moves
    /// the digits into their lanes. Of the 65,536 entries only the 81 that four numbers of one to three digits can have
    /// are used.
    /// </summary>
    private static readonly byte[] Patterns = new byte[1 << 16];

    private static readonly Vector128<byte>[] Gathers = FindPatterns();

    /// <summary>
    /// Parses exactly <paramref name="pixels"/>.Length numbers. Returns <c>false</c> if the field is not in the usual
    /// form (one space between numbers of one to three digits) or is wrong; then <see cref="Problem"/> decides, which
    /// also accepts unusual forms.
    /// </summary>
    /// <remarks>
    /// Four numbers are parsed at once, and errors are only accumulated, so that no branch depends on the data: pixels
    /// have one, two or three digits in no predictable pattern, and a mispredicted branch costs more than the
    /// arithmetic.
    /// </remarks>
    // Optimised at the first call: most programs read one file, and would parse most of it in unoptimised code
    // otherwise.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryParse(ReadOnlySpan<byte> field, Span<byte> pixels)
    {
        byte[] patterns = Patterns;
        Vector128<byte>[] gathers = Gathers;
        int position = 0;
        int done = 0;
        Vector128<byte> largestDigit = default;
        Vector128<uint> largestValue = default;
        while (done < pixels.Length - NumbersAtOnce && position <= field.Length - Vector128<byte>.Count)
        {
            Vector128<byte> text = Vector128.Create(field.Slice(position, Vector128<byte>.Count));
            uint spaces = Vector128.Equals(text, Vector128.Create((byte)' ')).ExtractMostSignificantBits();

            // Clear the four lowest set bits; the difference is the four spaces. The next four numbers begin after the
            // fourth.
            uint others = spaces;
            others &= others - 1;
            others &= others - 1;
            others &= others - 1;
            others &= others - 1;
            uint four = spaces ^ others;
            byte pattern = patterns[four];
            if (pattern == NoPattern)
            {
                return false;
            }

            // Move each number into its own lane as hundreds, tens, ones; a byte that is not a digit becomes larger
            // than 9.
            Vector128<byte> digits = Vector128.ShuffleNative(text - Vector128.Create((byte)'0'), gathers[pattern]);
            largestDigit = Vector128.Max(largestDigit, digits);
            Vector128<uint> lanes = digits.AsUInt32();
            Vector128<uint> values =
                ((lanes & Vector128.Create(0xFFu)) * 100)
                + ((Vector128.ShiftRightLogical(lanes, 8) & Vector128.Create(0xFFu)) * 10)
                + Vector128.ShiftRightLogical(lanes, 16);
            largestValue = Vector128.Max(largestValue, values);

            Vector128<byte> bytes = Vector128.ShuffleNative(
                values.AsByte(),
                Vector128.Create((byte)0, 4, 8, 12, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255)
            );
            BinaryPrimitives.WriteUInt32LittleEndian(pixels[done..], bytes.AsUInt32().ToScalar());
            done += NumbersAtOnce;
            position += 32 - BitOperations.LeadingZeroCount(four);
        }

        return Vector128.LessThanOrEqualAll(largestDigit, Vector128.Create((byte)9))
            && Vector128.LessThanOrEqualAll(largestValue, Vector128.Create(255u))
            && TryParseRest(field, position, pixels[done..]);
    }

    /// <summary>Parses the field slowly and exactly. Returns an error text, or <c>null</c> and all pixels.</summary>
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

    /// <summary>
    /// Fills <see cref="Patterns"/>; returns for each pattern the source positions of the digits of the four numbers.
    /// </summary>
    private static Vector128<byte>[] FindPatterns()
    {
        const int Lengths = 3;
        Array.Fill(Patterns, NoPattern);
        var gathers = new Vector128<byte>[Lengths * Lengths * Lengths * Lengths];
        Span<byte> gather = stackalloc byte[Vector128<byte>.Count];
        for (int pattern = 0; pattern < gathers.Length; pattern++)
        {
            // A lane has four bytes: hundreds, tens, ones, unused. The index 255 gives zero.
            gather.Fill(255);
            int spaces = 0;
            int position = 0;
            int rest = pattern;
            for (int number = 0; number < NumbersAtOnce; number++, rest /= Lengths)
            {
                int length = (rest % Lengths) + 1;
                for (int digit = 0; digit < length; digit++)
                {
                    gather[(number * 4) + 3 - length + digit] = (byte)position++;
                }

                spaces |= 1 << position++;
            }

            Patterns[spaces] = (byte)pattern;
            gathers[pattern] = Vector128.Create(gather);
        }

        return gathers;
    }
}
