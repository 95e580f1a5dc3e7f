using System.Text;

namespace Mien;

/// <summary>
/// Reads the record files that Mien writes: CSV, in which quoted fields may contain line breaks, and JSON Lines. It
/// reports the position of each record, so that a truncated file can be resumed. Memory is bounded by the longest
/// record. Not thread-safe. (FER2013 has a separate reader that is optimised for speed.)
/// </summary>
/// <param name="stream">The file, read from its current position; left open.</param>
/// <param name="isCsv">Whether the file is CSV; otherwise every line is a record.</param>
/// <param name="longest">
/// The maximum length of a record in bytes, so that a foreign file without line breaks is not loaded completely.
/// </param>
internal sealed class RecordReader(Stream stream, bool isCsv, int longest = RecordReader.Longest)
{
    private const int Longest = 64 * 1024 * 1024;
    private const byte Quote = (byte)'"';

    /// <summary>The positions of the commas between the fields, relative to the first byte of the record.</summary>
    private readonly List<int> commas = [];
    private byte[] buffer = new byte[Math.Min(64 * 1024, longest)];
    private long bufferAt = stream.CanSeek ? stream.Position : 0;
    private int start;
    private int length;
    private int next;
    private int filled;
    private long nextLine = 1;

    /// <summary>The line number, from 1, at which the record starts.</summary>
    public long Line { get; private set; }

    /// <summary>The position of the record in the stream.</summary>
    public long Start => bufferAt + start;

    /// <summary>The position of the next record in the stream.</summary>
    public long End => bufferAt + next;

    /// <summary>Whether the record ends with a line feed; otherwise the file ends with it, or it is too long.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Whether the line of the record ends with CR and LF.</summary>
    public bool EndsWithCrLf => IsWhole && Bytes is [.., (byte)'\r'];

    /// <summary>Whether the record exceeds the maximum length.</summary>
    public bool IsTooLong => length == longest;

    /// <summary>Whether the file ends inside a quoted field.</summary>
    public bool IsUnterminated { get; private set; }

    /// <summary>The record without its line feed.</summary>
    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(start, length);

    /// <summary>Whether the record is an empty line.</summary>
    public bool IsEmpty => Bytes is [] or [(byte)'\r'];

    /// <summary>The record as text, without its line feed.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Reads the next record.</summary>
    /// <returns>Whether there is one; <see langword="false"/> at the end of the file.</returns>
    public bool Read()
    {
        start = next;
        length = 0;
        commas.Clear();
        Line = nextLine;
        IsWhole = false;
        IsUnterminated = false;
        bool quoted = false;
        int closed = -1; // position of the last closing quote: a quote right after it is an escaped quote
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

    /// <summary>Splits the CSV record into its fields, without quotes.</summary>
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

        // Mien writes nothing between a closing quote and the comma; text from elsewhere is kept.
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

    /// <summary>
    /// Reads more bytes after those of the current record; moves the record to the start of the buffer first.
    /// </summary>
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
