using System.Text;

namespace Mien.Data;

/// <summary>
/// The subset of CSV that data sets use, over bytes: fields between commas, quoted or not, with surrounding spaces
/// removed. It is separate from <see cref="RecordReader"/>, which reads the files that Mien writes, for speed: it
/// returns views into the line and creates no strings, for files with hundreds of megabytes of pixels.
/// </summary>
internal static class Csv
{
    /// <summary>
    /// Splits a line into fields. Returns their number, even if it exceeds the length of <paramref name="fields"/>, or
    /// −1 if a quoted field is not closed or is followed by text. Doubled quotes inside a field do not occur in these
    /// files and count as such text.
    /// </summary>
    public static int Split(ReadOnlySpan<byte> line, Span<Range> fields)
    {
        int count = 0;
        int start = 0;
        while (true)
        {
            int from = start;
            while (from < line.Length && IsBlank(line[from]))
            {
                from++;
            }

            int to;
            int next;
            if (from < line.Length && line[from] == '"')
            {
                from++;
                int close = line[from..].IndexOf((byte)'"');
                if (close < 0)
                {
                    return -1;
                }

                to = from + close;
                next = to + 1;
                while (next < line.Length && line[next] != ',')
                {
                    if (!IsBlank(line[next++]))
                    {
                        return -1;
                    }
                }
            }
            else
            {
                int comma = line[from..].IndexOf((byte)',');
                next = comma < 0 ? line.Length : from + comma;
                to = next;
            }

            while (to > from && IsBlank(line[to - 1]))
            {
                to--;
            }

            if (count < fields.Length)
            {
                fields[count] = from..to;
            }

            count++;
            if (next >= line.Length)
            {
                return count;
            }

            start = next + 1;
        }
    }

    /// <summary>The column names of a header line.</summary>
    public static string[] Names(ReadOnlySpan<byte> line)
    {
        // The first line of a foreign file may have any length; a header is never longer than this.
        line = line[..Math.Min(line.Length, 4096)];
        Span<Range> fields = stackalloc Range[64];
        int count = Math.Min(Split(line, fields), fields.Length);
        string[] names = new string[Math.Max(count, 0)];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = Encoding.UTF8.GetString(line[fields[i]]);
        }

        return names;
    }

    /// <summary>The index of a column, ignoring case; −1 if there is none.</summary>
    public static int Find(string[] names, string name) =>
        Array.FindIndex(names, n => n.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// A short excerpt of a value for a message: at most 40 characters, unprintable ones replaced by question marks.
    /// </summary>
    public static string Excerpt(ReadOnlySpan<byte> value)
    {
        const int Max = 40;
        string text = Encoding.UTF8.GetString(value[..Math.Min(value.Length, Max * 4)]);
        var shown = new StringBuilder();
        foreach (char c in text)
        {
            if (shown.Length == Max)
            {
                return shown.Append('…').ToString();
            }

            shown.Append(char.IsControl(c) || c == '\uFFFD' ? '?' : c);
        }

        return shown.ToString();
    }

    /// <summary>Whether a line consists of blanks only.</summary>
    public static bool IsEmpty(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept((byte)' ', (byte)'\t', (byte)'\r') < 0;

    private static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t';
}
