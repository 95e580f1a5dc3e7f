namespace Mien;

/// <summary>A Huffman table of a JPEG (ITU-T T.81, annex C). Immutable.</summary>
internal sealed class JpegHuffman
{
    private const int QuickBits = 9;

    private readonly ushort[] quick = new ushort[1 << QuickBits]; // length × 256 + symbol; 0: a longer code
    private readonly int[] limits = new int[17]; // by length: the first code that is longer, as 16 bits
    private readonly int[] offsets = new int[17]; // by length: from a code to the place of its symbol
    private readonly byte[] symbols;

    private JpegHuffman(byte[] symbols) => this.symbols = symbols;

    /// <summary>Reads a table.</summary>
    /// <param name="table">How many codes there are of each length 1 to 16, and their symbols.</param>
    /// <returns>The table; <see langword="null"/>: there are more codes of a length than there can be.</returns>
    public static JpegHuffman? Read(ReadOnlySpan<byte> table)
    {
        var huffman = new JpegHuffman(table[16..].ToArray());
        int code = 0,
            place = 0;
        for (int length = 1; length <= 16; length++)
        {
            huffman.offsets[length] = place - code;
            for (int i = table[length - 1]; i > 0; i--, code++, place++)
            {
                if (code >= 1 << length || place >= huffman.symbols.Length)
                {
                    return null;
                }

                if (length <= QuickBits)
                {
                    int left = QuickBits - length;
                    ushort entry = (ushort)((length << 8) | huffman.symbols[place]);
                    huffman.quick.AsSpan(code << left, 1 << left).Fill(entry);
                }
            }

            huffman.limits[length] = code << (16 - length);
            code <<= 1;
        }

        return huffman;
    }

    /// <summary>Finds the code that begins some bits.</summary>
    /// <param name="next">The next 16 bits.</param>
    /// <returns>Its length × 256 + its symbol; −1: there is no such code.</returns>
    public int Find(int next)
    {
        int entry = quick[next >> (16 - QuickBits)];
        return entry != 0 ? entry : FindLong(next);
    }

    private int FindLong(int next)
    {
        for (int length = QuickBits + 1; length <= 16; length++)
        {
            if (next < limits[length])
            {
                return (length << 8) | symbols[offsets[length] + (next >> (16 - length))];
            }
        }

        return -1;
    }
}
