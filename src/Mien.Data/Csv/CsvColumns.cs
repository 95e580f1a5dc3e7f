namespace Mien.Data;

/// <summary>The column indices of a data set, found by name in the header line.</summary>
/// <param name="Count">The number of columns.</param>
/// <param name="Emotion">The index of the label column, or −1.</param>
/// <param name="Pixels">The index of the pixel column, or −1.</param>
/// <param name="Usage">The index of the split column, or −1.</param>
internal readonly record struct CsvColumns(int Count, int Emotion, int Pixels, int Usage)
{
    /// <summary>The maximum number of columns that are parsed.</summary>
    public const int Max = 64;

    /// <summary>Whether the rows are labelled images: they have labels and pixels.</summary>
    public bool HasImages => Emotion >= 0 && Pixels >= 0;

    public static CsvColumns Parse(ReadOnlySpan<byte> header)
    {
        string[] names = Csv.Names(header);
        return new(names.Length, Csv.Find(names, "emotion"), Csv.Find(names, "pixels"), Csv.Find(names, "Usage"));
    }

    /// <summary>Parses the columns from the first bytes of a text.</summary>
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
