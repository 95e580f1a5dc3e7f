using System.Text;

namespace Mien.Data;

/// <summary>
/// The little of CSV that data sets need, over bytes: fields between commas, in quotes or not, spaces around them
/// dropped. The files that Mien writes are read by <see cref="RecordReader"/>; this one is apart because it is about
/// speed: it gives views into the line and makes no strings, for files of hundreds of megabytes of pixels.
/// </summary>
internal static class Csv
{
    /// <summary>
    /// Finds the fields of a line. Returns their number, also where it is more than <paramref name="fields"/> holds, or
    /// −1 where a quoted field is not closed or has text after it. Doubled quotes inside a field do not occur in these
    /// files and count as text after it.
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
        // A foreign file may have a first line of any length: what stands far behind is no header of ours.
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

    /// <summary>The place of a column, in any case; −1 where there is none.</summary>
    public static int Find(string[] names, string name) =>
        Array.FindIndex(names, n => n.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// A short piece of a value for a message: at most 40 characters, what cannot be printed as a question mark.
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

    /// <summary>Whether a line has nothing but blanks.</summary>
    public static bool IsEmpty(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept((byte)' ', (byte)'\t', (byte)'\r') < 0;

    private static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t';
}
