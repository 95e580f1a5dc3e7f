using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Mien;

/// <summary>
/// The bits of a JPEG's entropy-coded data (ITU-T T.81, F.2.2.5): without the zero byte that follows each 0xFF, up to
/// the next marker or the end of the data. After that it gives zeros, and notes when one of them is used.
/// </summary>
internal ref struct JpegBits
{
    private readonly ReadOnlySpan<byte> data;
    private ulong held; // the next bits, from the highest one on
    private int count; // how many of them, those made up included
    private int madeUp; // zeros after the end of the data

    /// <summary>Begins at a place in the data.</summary>
    public JpegBits(ReadOnlySpan<byte> data, int at)
    {
        this.data = data;
        At = at;
    }

    /// <summary>The next byte to be read; at the end of the entropy-coded data the marker's 0xFF.</summary>
    public int At { get; private set; }

    /// <summary>Whether bits were used that the data does not have.</summary>
    public readonly bool RanOut => madeUp > count;

    /// <summary>Makes at least 32 bits ready for <see cref="Peek"/> and <see cref="Skip"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fill()
    {
        if (count > 32)
        {
            return;
        }

        if (At <= data.Length - 4)
        {
            uint next = BinaryPrimitives.ReadUInt32BigEndian(data[At..]);

            // No byte of it is 0xFF: none of the complement is zero.
            if (((~next - 0x01010101) & next & 0x80808080) == 0)
            {
                held |= (ulong)next << (32 - count);
                count += 32;
                At += 4;
                return;
            }
        }

        // By value, so that the fields can stay in registers everywhere else.
        this = FilledByBytes(this);
    }

    /// <summary>The next bits, 1 to 32.</summary>
    public readonly int Peek(int bits) => (int)(held >> (64 - bits));

    /// <summary>Skips 0 to 32 bits, which must have been loaded.</summary>
    public void Skip(int bits)
    {
        held <<= bits;
        count -= bits;
    }

    /// <summary>Skips any number of bits.</summary>
    public void SkipMany(int bits)
    {
        for (; bits > 32; bits -= 32)
        {
            Fill();
            Skip(32);
        }

        Fill();
        Skip(bits);
    }

    /// <summary>Continues after a restart marker, which must come next except for padding bytes.</summary>
    /// <param name="bits">Where the interval ends.</param>
    /// <param name="isThere">Whether there is such a marker.</param>
    public static JpegBits AfterRestart(JpegBits bits, out bool isThere)
    {
        int at = JpegMarkers.Next(bits.data, bits.At, out int marker);
        isThere = JpegMarkers.IsRestart(marker);
        return new JpegBits(bits.data, at);
    }

    /// <summary>Why bits are missing: the data ends here, or a restart marker comes too early.</summary>
    public static JpegCompleteness Ended(JpegBits bits)
    {
        JpegMarkers.Next(bits.data, bits.At, out int marker);
        return JpegMarkers.IsRestart(marker) ? JpegCompleteness.Unknown : JpegCompleteness.Cut;
    }

    private static JpegBits FilledByBytes(JpegBits bits)
    {
        ReadOnlySpan<byte> data = bits.data;
        while (bits.count <= 56)
        {
            int at = bits.At;
            int size =
                at >= data.Length ? 0
                : data[at] != 0xFF ? 1
                : at + 1 < data.Length && data[at + 1] == 0 ? 2
                : 0;
            if (size == 0)
            {
                bits.madeUp += 8;
            }
            else
            {
                bits.held |= (ulong)data[at] << (56 - bits.count);
                bits.At += size;
            }

            bits.count += 8;
        }

        return bits;
    }
}
