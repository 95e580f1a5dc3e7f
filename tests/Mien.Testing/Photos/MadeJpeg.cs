using System.Numerics;

namespace Mien.Testing;

/// <summary>
/// Writes JPEGs from coefficients, in every kind that comes from cameras and pages: sequential in one scan or in one a
/// component, progressive, gray or in colours of half the size, with restart markers or none. Skia writes only one.
/// </summary>
internal sealed class MadeJpeg
{
    // Bits of 9 each; all symbols that 8-bit pictures need are under 252, and a table holds 255 of a length at most.
    private const int CodeLength = 9;
    private const int Codes = 252;

    private readonly List<byte> file = [];
    private readonly int[][][] blocks; // component, block, coefficient in zigzag order
    private readonly int wide; // interleaved units
    private readonly int high;
    private readonly bool gray;
    private ulong held;
    private int count;
    private int run; // of blocks that end their band
    private List<int> runCorrections = [];

    private MadeJpeg(int wide, int high, bool gray, bool blank)
    {
        (this.wide, this.high, this.gray) = (wide, high, gray);
        var random = new Random(3);
        blocks =
        [
            .. (gray ? [1] : new[] { 4, 1, 1 }).Select(perUnit =>
                Enumerable.Range(0, wide * high * perUnit).Select(_ => Block(random, blank)).ToArray()
            ),
        ];
    }

    /// <summary>The kinds.</summary>
    public static string[] Kinds { get; } =
    ["baseline", "restarts", "gray", "scans", "progressive", "progressiveRestarts", "progressiveGray"];

    /// <summary>Writes one.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="wide">Width in units of 16 pixels, of 8 for gray ones.</param>
    /// <param name="high">Height in units.</param>
    /// <param name="blank">Whether all coefficients are zero: one gray.</param>
    public static byte[] Write(string kind, int wide = 6, int high = 5, bool blank = false)
    {
        bool gray = kind is "gray" or "progressiveGray";
        bool progressive = kind.StartsWith("progressive", StringComparison.Ordinal);
        var jpeg = new MadeJpeg(wide, high, gray, blank);
        jpeg.WriteHead(progressive, kind.Contains("estarts", StringComparison.Ordinal) ? 4 : 0);
        int[] all = gray ? [0] : [0, 1, 2];
        int restart = kind.Contains("estarts", StringComparison.Ordinal) ? 4 : 0;
        if (!progressive)
        {
            foreach (int[] scan in kind == "scans" ? all.Select(c => new[] { c }) : [all])
            {
                jpeg.WriteScan(scan, 0, 63, 0, 0, restart);
            }
        }
        else
        {
            // As libjpeg does it: first coarse, then the missing bits.
            jpeg.WriteScan(all, 0, 0, 0, 1, restart);
            foreach (int c in all)
            {
                jpeg.WriteScan([c], 1, 5, 0, 2, restart);
                jpeg.WriteScan([c], 6, 63, 0, 2, restart);
                jpeg.WriteScan([c], 1, 63, 2, 1, restart);
            }

            jpeg.WriteScan(all, 0, 0, 1, 0, restart);
            foreach (int c in all.Reverse())
            {
                jpeg.WriteScan([c], 1, 63, 1, 0, restart);
            }
        }

        jpeg.file.AddRange([0xFF, 0xD9]);
        return [.. jpeg.file];
    }

    private static int[] Block(Random random, bool blank)
    {
        int[] block = new int[64];
        if (!blank)
        {
            block[0] = random.Next(-60, 60);
            for (int i = random.Next(12); i > 0; i--)
            {
                block[1 + (int)(63 * Math.Pow(random.NextDouble(), 2))] = random.Next(-9, 10);
            }
        }

        return block;
    }

    private void WriteHead(bool progressive, int restart)
    {
        file.AddRange([0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)4, 64)]);
        int side = gray ? 8 : 16;
        byte[] components = gray ? [1, 1, 0x11, 0] : [3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0];
        file.AddRange([0xFF, (byte)(progressive ? 0xC2 : 0xC0), 0, (byte)(7 + components.Length), 8]);
        file.AddRange([(byte)(high * side >> 8), (byte)(high * side), (byte)(wide * side >> 8), (byte)(wide * side)]);
        file.AddRange(components);
        foreach (byte table in new byte[] { 0x00, 0x10 })
        {
            // A table of DC codes may name no larger size.
            int codes = table == 0 ? 12 : Codes;
            file.AddRange([0xFF, 0xC4, (byte)((19 + codes) >> 8), (byte)(19 + codes), table]);
            file.AddRange(Enumerable.Range(1, 16).Select(l => (byte)(l == CodeLength ? codes : 0)));
            file.AddRange(Enumerable.Range(0, codes).Select(s => (byte)s));
        }

        if (restart > 0)
        {
            file.AddRange([0xFF, 0xDD, 0, 4, 0, (byte)restart]);
        }
    }

    private void WriteScan(int[] components, int first, int last, int high, int low, int restart)
    {
        file.AddRange([0xFF, 0xDA, 0, (byte)(6 + (2 * components.Length)), (byte)components.Length]);
        file.AddRange(components.SelectMany(c => new byte[] { (byte)(c + 1), 0 }));
        file.AddRange([(byte)first, (byte)last, (byte)((high << 4) | low)]);
        bool sequential = first == 0 && last == 63;
        int[] before = new int[3];
        List<List<(int Component, int[] Block)>> units = [.. Units(components)];
        for (int i = 0; i < units.Count; i++)
        {
            if (restart > 0 && i > 0 && i % restart == 0)
            {
                EndRun();
                Pad();
                file.AddRange([0xFF, (byte)(0xD0 + (((i / restart) - 1) % 8))]);
                Array.Clear(before);
            }

            foreach ((int component, int[] block) in units[i])
            {
                if (first == 0 && high == 0)
                {
                    int dc = block[0] >> low;
                    WriteValue(0, dc - before[component]);
                    before[component] = dc;
                }
                else if (first == 0)
                {
                    Bits((block[0] >> low) & 1, 1);
                }

                if (sequential)
                {
                    WriteFirst(block, 1, 63, 0, inRuns: false);
                }
                else if (first > 0 && high == 0)
                {
                    WriteFirst(block, first, last, low, inRuns: true);
                }
                else if (first > 0)
                {
                    WriteRefinement(block, first, last, low);
                }
            }
        }

        EndRun();
        Pad();
    }

    private IEnumerable<List<(int Component, int[] Block)>> Units(int[] components)
    {
        int across = gray ? 1 : 2;
        if (components.Length == 1)
        {
            // Rows of blocks through the whole component; luma's blocks are kept in units of four.
            int each = components[0] == 0 ? across : 1;
            for (int y = 0; y < high * each; y++)
            {
                for (int x = 0; x < wide * each; x++)
                {
                    int unit = (y / each * wide) + (x / each);
                    yield return
                    [
                        (components[0], blocks[components[0]][(unit * each * each) + (y % each * each) + (x % each)]),
                    ];
                }
            }

            yield break;
        }

        for (int unit = 0; unit < wide * high; unit++)
        {
            yield return
            [
                .. Enumerable.Range(0, 4).Select(b => (0, blocks[0][(unit * 4) + b])),
                (1, blocks[1][unit]),
                (2, blocks[2][unit]),
            ];
        }
    }

    private void WriteFirst(int[] block, int first, int last, int low, bool inRuns)
    {
        int zeros = 0;
        for (int k = first; k <= last; k++)
        {
            int value = Math.Sign(block[k]) * (Math.Abs(block[k]) >> low);
            if (value == 0)
            {
                zeros++;
                continue;
            }

            EndRun();
            for (; zeros > 15; zeros -= 16)
            {
                Bits(0xF0, CodeLength);
            }

            WriteValue(zeros, value);
            zeros = 0;
        }

        if (zeros > 0 && inRuns)
        {
            run++;
        }
        else if (zeros > 0)
        {
            Bits(0, CodeLength);
        }
    }

    // ITU-T T.81, figures G.7 to G.9.
    private void WriteRefinement(int[] block, int first, int last, int low)
    {
        int[] sizes = [.. block.Select(v => Math.Abs(v) >> low)];
        int lastNew = Array.FindLastIndex(sizes, last, last - first + 1, s => s == 1);
        int zeros = 0;
        var corrections = new List<int>();
        for (int k = first; k <= last; k++)
        {
            if (sizes[k] == 0)
            {
                zeros++;
                continue;
            }

            for (; zeros > 15 && k <= lastNew; zeros -= 16)
            {
                EndRun();
                Bits(0xF0, CodeLength);
                corrections.ForEach(c => Bits(c, 1));
                corrections.Clear();
            }

            if (sizes[k] > 1)
            {
                corrections.Add(sizes[k] & 1);
                continue;
            }

            EndRun();
            Bits((zeros << 4) | 1, CodeLength);
            Bits(block[k] < 0 ? 0 : 1, 1);
            corrections.ForEach(c => Bits(c, 1));
            corrections.Clear();
            zeros = 0;
        }

        if (zeros > 0 || corrections.Count > 0)
        {
            run++;
            runCorrections.AddRange(corrections);
        }
    }

    private void EndRun()
    {
        if (run == 0)
        {
            return;
        }

        int size = BitOperations.Log2((uint)run);
        Bits(size << 4, CodeLength);
        Bits(run - (1 << size), size);
        runCorrections.ForEach(c => Bits(c, 1));
        (run, runCorrections) = (0, []);
    }

    private void WriteValue(int zeros, int value)
    {
        int size = value == 0 ? 0 : BitOperations.Log2((uint)Math.Abs(value)) + 1;
        Bits((zeros << 4) | size, CodeLength);
        Bits(value < 0 ? value + (1 << size) - 1 : value, size);
    }

    private void Bits(int value, int size)
    {
        held = (held << size) | ((ulong)value & ((1UL << size) - 1));
        for (count += size; count >= 8; count -= 8)
        {
            byte next = (byte)(held >> (count - 8));
            file.Add(next);
            if (next == 0xFF)
            {
                file.Add(0);
            }
        }
    }

    private void Pad()
    {
        if (count > 0)
        {
            Bits((1 << (8 - count)) - 1, 8 - count);
        }
    }
}
