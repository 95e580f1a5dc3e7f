using System.Buffers;
using System.Text;

namespace Mien.Cli;

/// <summary>
/// Splits a file into the records that its lines make; a CSV record may hold line ends between quotes.
/// </summary>
internal static class Records
{
    private const byte Quote = (byte)'"';

    /// <summary>The records in order, in constant memory but for the longest one.</summary>
    /// <param name="stream">The file, from its position on.</param>
    /// <param name="csv">Whether line ends between quotes belong to a record.</param>
    /// <returns>
    /// The text without its line end, where the next record begins in the file, and whether there was a line end.
    /// </returns>
    public static IEnumerable<(string Text, long End, bool Whole)> Read(Stream stream, bool csv)
    {
        var record = new ArrayBufferWriter<byte>();
        byte[] chunk = new byte[64 * 1024];
        bool quoted = false;
        long position = stream.Position;
        int count;
        while ((count = stream.Read(chunk)) > 0)
        {
            int start = 0;
            for (int i = 0; i < count; i++)
            {
                if (csv && chunk[i] == Quote)
                {
                    quoted = !quoted;
                }
                else if (chunk[i] == '\n' && !quoted)
                {
                    record.Write(chunk.AsSpan(start, i - start));
                    yield return (Encoding.UTF8.GetString(record.WrittenSpan), position + i + 1, true);
                    record.ResetWrittenCount();
                    start = i + 1;
                }
            }

            record.Write(chunk.AsSpan(start, count - start));
            position += count;
        }

        if (record.WrittenCount > 0)
        {
            yield return (Encoding.UTF8.GetString(record.WrittenSpan), position, false);
        }
    }

    /// <summary>The fields of a CSV record (RFC 4180).</summary>
    public static List<string> Fields(string record)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < record.Length; i++)
        {
            if (record[i] == '"')
            {
                if (quoted && i + 1 < record.Length && record[i + 1] == '"')
                {
                    field.Append('"');
                    i++;
                }
                else
                {
                    quoted = !quoted;
                }
            }
            else if (record[i] == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(record[i]);
            }
        }

        fields.Add(field.ToString());
        return fields;
    }
}
