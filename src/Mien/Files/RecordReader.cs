using System.Text;

namespace Mien;

/// <summary>
/// Reads the files of lines that Mien writes: CSV, whose records may hold line ends between quotes, and JSON Lines.
/// Says where each record lies, so that a file that was cut off can be resumed. Constant memory except for the longest
/// record. Not thread-safe. (FER2013 has a reader of its own, which is about speed.)
/// </summary>
/// <param name="stream">The file, from its position on; stays open.</param>
/// <param name="isCsv">Whether it is CSV; otherwise every line is a record.</param>
/// <param name="longest">The most bytes of a record: a foreign file without line ends must not be read whole.</param>
internal sealed class RecordReader(Stream stream, bool isCsv, int longest = RecordReader.Longest)
{
    private const int Longest = 64 * 1024 * 1024;
    private const byte Quote = (byte)'"';

    /// <summary>Commas that part the fields of the record, counted from its first byte.</summary>
    private readonly List<int> commas = [];
    private byte[] buffer = new byte[Math.Min(64 * 1024, longest)];
    private long bufferAt = stream.CanSeek ? stream.Position : 0;
    private int start;
    private int length;
    private int next;
    private int filled;
    private long nextLine = 1;

    /// <summary>The line, counted from 1, on which the record begins.</summary>
    public long Line { get; private set; }

    /// <summary>Where the record begins in the stream.</summary>
    public long Start => bufferAt + start;

    /// <summary>Where the next one begins.</summary>
    public long End => bufferAt + next;

    /// <summary>Whether the record has its line end; else the file ends with it, or it is too long.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Whether the record is longer than is read.</summary>
    public bool IsTooLong => length == longest;

    /// <summary>Whether the file ends between quotes.</summary>
    public bool IsUnterminated { get; private set; }

    /// <summary>The record without its line feed.</summary>
    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(start, length);

    /// <summary>Whether the record is an empty line.</summary>
    public bool IsEmpty => Bytes is [] or [(byte)'\r'];

    /// <summary>The record as text, without its line feed.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Goes to the next record.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Read()
    {
        start = next;
        length = 0;
        commas.Clear();
        Line = nextLine;
        IsWhole = false;
        IsUnterminated = false;
        bool quoted = false;
        int closed = -1; // where the last quote closed: one right after it is a quote in the text
        int field = 0;
        while (true)
        {
            for (; start + length < filled && length < longest; length++)
            {
                byte b = buffer[start + length];
                nextLine += b == '\n' ? 1 : 0;
                if (b == Quote && isCsv)
                {
                    if (quoted)
                    {
                        quoted = false;
                        closed = length;
                    }
                    else
                    {
                        quoted = length == field || closed == length - 1;
                    }
                }
                else if (b == '\n' && !quoted)
                {
                    IsWhole = true;
                    next = start + length + 1;
                    return true;
                }
                else if (b == ',' && !quoted && isCsv)
                {
                    commas.Add(length);
                    field = length + 1;
                }
            }

            if (length == longest || !Fill())
            {
                next = start + length;
                IsUnterminated = quoted;
                return length > 0;
            }
        }
    }

    /// <summary>The fields of the CSV record.</summary>
    public List<string> Fields()
    {
        var fields = new List<string>(commas.Count + 1);
        int from = 0;
        foreach (int comma in commas)
        {
            fields.Add(Field(Bytes[from..comma]));
            from = comma + 1;
        }

        ReadOnlySpan<byte> last = Bytes[from..];
        fields.Add(Field(last is [.. var whole, (byte)'\r'] ? whole : last));
        return fields;
    }

    private static string Field(ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.UTF8.GetString(bytes);
        if (text is not ['"', ..])
        {
            return text;
        }

        // What stands behind the closing quote is none of ours, and is kept.
        var field = new StringBuilder(text.Length);
        bool quoted = true;
        for (int i = 1; i < text.Length; i++)
        {
            if (quoted && text[i] == '"')
            {
                if (i + 1 == text.Length || text[i + 1] != '"')
                {
                    quoted = false;
                    continue;
                }

                i++;
            }

            field.Append(text[i]);
        }

        return field.ToString();
    }

    /// <summary>Reads on, behind what the record has so far.</summary>
    private bool Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            bufferAt += start;
            filled -= start;
            start = 0;
        }

        if (filled == buffer.Length)
        {
            Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, longest));
        }

        int read = stream.Read(buffer, filled, buffer.Length - filled);
        filled += read;
        return read > 0;
    }
}
