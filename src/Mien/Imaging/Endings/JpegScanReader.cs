using System.Numerics;

namespace Mien;

/// <summary>
/// Reads the Huffman codes of a scan (ITU-T T.81, F.2.2 and G.2) only to see whether they are there for every block of
/// the picture: no coefficient is kept but, of a band that later scans refine, whether it is zero. Thread-safe.
/// </summary>
internal static class JpegScanReader
{
    /// <summary>Reads a scan of a sequential file, or of a progressive one's DC coefficients, to its end.</summary>
    public static JpegCompleteness Read(ReadOnlySpan<byte> data, JpegFrame frame, JpegScan scan)
    {
        bool interleaved = scan.Components.Length > 1;
        JpegComponent only = frame.Components[scan.Components[0]];
        int units = interleaved ? frame.UnitsWide * frame.UnitsHigh : only.BlocksWide * only.BlocksHigh;
        var dc = new List<JpegHuffman?>();
        var ac = new List<JpegHuffman?>();
        for (int i = 0; i < scan.Components.Length; i++)
        {
            // A table for each block of a unit, in their order.
            JpegComponent component = frame.Components[scan.Components[i]];
            int blocks = interleaved ? component.Across * component.Down : 1;
            dc.AddRange(Enumerable.Repeat(Table(data, scan.DcTables[i]), blocks));
            ac.AddRange(Enumerable.Repeat(Table(data, scan.AcTables[i]), blocks));
        }

        bool isDc = frame.IsProgressive;
        if (!(isDc && scan.High > 0) && (dc.Contains(null) || (!isDc && ac.Contains(null))))
        {
            return JpegCompleteness.Unknown;
        }

        var bits = new JpegBits(data, scan.Data);
        int left = scan.RestartInterval;
        for (int unit = 0; unit < units; unit++, left--)
        {
            if (left == 0 && unit > 0 && scan.RestartInterval > 0)
            {
                bits = JpegBits.AfterRestart(bits, out bool isThere);
                left = scan.RestartInterval;
                if (!isThere)
                {
                    return JpegCompleteness.Cut;
                }
            }

            for (int b = 0; b < dc.Count; b++)
            {
                bits.Fill();
                if (isDc && scan.High > 0)
                {
                    bits.Skip(1);
                    continue;
                }

                int code = dc[b]!.Find(bits.Peek(16));
                int size = code & 255;
                if (code < 0 || size > 16)
                {
                    return bits.RanOut ? JpegBits.Ended(bits) : JpegCompleteness.Unknown;
                }

                bits.Skip((code >> 8) + size);
                if (isDc)
                {
                    continue;
                }

                JpegHuffman table = ac[b]!;
                for (int k = 1; k < 64; k++)
                {
                    bits.Fill();
                    code = table.Find(bits.Peek(16));
                    if (code < 0)
                    {
                        return bits.RanOut ? JpegBits.Ended(bits) : JpegCompleteness.Unknown;
                    }

                    int run = (code >> 4) & 15;
                    size = code & 15;
                    bits.Skip((code >> 8) + size);
                    if (size == 0 && run < 15)
                    {
                        break;
                    }

                    k += run;
                }
            }

            if (bits.RanOut)
            {
                return JpegBits.Ended(bits);
            }
        }

        return JpegCompleteness.Whole;
    }

    /// <summary>Reads a scan of a progressive file's AC coefficients to its end.</summary>
    /// <param name="data">The file.</param>
    /// <param name="scan">The scan.</param>
    /// <param name="nonzero">
    /// A number a block of the component, in which bit k says that coefficient k is not zero so far; brought up to
    /// date.
    /// </param>
    public static JpegCompleteness ReadAc(ReadOnlySpan<byte> data, JpegScan scan, Span<ulong> nonzero)
    {
        if (Table(data, scan.AcTables[0]) is not { } table)
        {
            return JpegCompleteness.Unknown;
        }

        var bits = new JpegBits(data, scan.Data);
        bool refines = scan.High > 0;
        int last = scan.Last;
        ulong band = (ulong.MaxValue << scan.First) & (ulong.MaxValue >> (63 - last));
        int run = 0; // blocks that have nothing new in the band
        int left = scan.RestartInterval > 0 ? scan.RestartInterval : int.MaxValue;
        for (int block = 0; block < nonzero.Length; )
        {
            if (left == 0)
            {
                bits = JpegBits.AfterRestart(bits, out bool isThere);
                (run, left) = (0, scan.RestartInterval);
                if (!isThere)
                {
                    return JpegCompleteness.Cut;
                }
            }

            if (run > 0)
            {
                int many = Math.Min(run, Math.Min(left, nonzero.Length - block));
                for (int i = block; refines && i < block + many; i++)
                {
                    bits.SkipMany(BitOperations.PopCount(nonzero[i] & band));
                }

                block += many;
                left -= many;
                run -= many;
            }
            else
            {
                // Coefficients that were not zero before have one more bit each, wherever they come among the codes.
                ulong before = refines ? nonzero[block] & band : 0;
                ulong now = nonzero[block];
                for (int k = scan.First; k <= last; k++)
                {
                    bits.Fill();
                    int code = table.Find(bits.Peek(16));
                    if (code < 0)
                    {
                        return bits.RanOut ? JpegBits.Ended(bits) : JpegCompleteness.Unknown;
                    }

                    int zeros = (code >> 4) & 15,
                        size = code & 15;
                    bits.Skip(code >> 8);
                    if (size == 0 && zeros < 15)
                    {
                        run = (1 << zeros) - 1 + (zeros > 0 ? bits.Peek(zeros) : 0);
                        bits.Skip(zeros);
                        bits.SkipMany(BitOperations.PopCount(before >> k << k));
                        break;
                    }

                    bits.Skip(size);
                    if (before == 0)
                    {
                        k += zeros;
                    }
                    else
                    {
                        // The zero coefficient after the run of other zeros.
                        ulong free = ~before >> k << k;
                        for (int i = 0; i < zeros; i++)
                        {
                            free &= free - 1;
                        }

                        int next = Math.Min(BitOperations.TrailingZeroCount(free), last + 1);
                        bits.SkipMany(BitOperations.PopCount(before & (((1UL << (next - 1) << 1) - 1) >> k << k)));
                        k = next;
                    }

                    if (size > 0 && k <= last)
                    {
                        now |= 1UL << k;
                    }
                }

                nonzero[block++] = now;
                left--;
            }

            if (bits.RanOut)
            {
                return JpegBits.Ended(bits);
            }
        }

        return JpegCompleteness.Whole;
    }

    private static JpegHuffman? Table(ReadOnlySpan<byte> data, int at)
    {
        int symbols = 0;
        for (int i = 0; at > 0 && i < 16; i++)
        {
            symbols += data[at + i];
        }

        return at == 0 ? null : JpegHuffman.Read(data.Slice(at, 16 + symbols));
    }
}
