namespace Mien.Data;

/// <summary>Where the columns of a data set stand, found by name in the header line.</summary>
/// <param name="Count">The number of columns.</param>
/// <param name="Emotion">The place of the label, or −1.</param>
/// <param name="Pixels">The place of the pixels, or −1.</param>
/// <param name="Usage">The place of the split, or −1.</param>
internal readonly record struct CsvColumns(int Count, int Emotion, int Pixels, int Usage)
{
    /// <summary>At most so many columns are looked at.</summary>
    public const int Max = 64;

    /// <summary>Whether the rows can be learned from: they have labels and pixels.</summary>
    public bool HasImages => Emotion >= 0 && Pixels >= 0;

    public static CsvColumns Parse(ReadOnlySpan<byte> header)
    {
        string[] names = Csv.Names(header);
        return new(names.Length, Csv.Find(names, "emotion"), Csv.Find(names, "pixels"), Csv.Find(names, "Usage"));
    }

    /// <summary>The columns of a text from its first bytes.</summary>
    public static CsvColumns Peek(ReadOnlySpan<byte> text)
    {
        if (text is [0xEF, 0xBB, 0xBF, ..])
        {
            text = text[3..];
        }

        int end = text.IndexOfAny((byte)'\n', (byte)'\r');
        return Parse(end < 0 ? text : text[..end]);
    }
}
