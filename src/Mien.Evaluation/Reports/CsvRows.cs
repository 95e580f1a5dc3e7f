using System.Text;

namespace Mien.Evaluation;

/// <summary>
/// Splits CSV text (RFC 4180) into rows; empty lines are left out. Line breaks inside quotes are kept as they are.
/// </summary>
internal sealed class CsvRows(TextReader reader)
{
    // Longer lines are never ours: a foreign file without line breaks must not be read whole.
    private const int LongestLine = 1 << 16;

    private readonly StringBuilder field = new();
    private int nextLine = 1;

    /// <summary>The line, counted from 1, on which the last row began.</summary>
    public int Line { get; private set; }

    /// <summary>Whether the text ended inside quotes.</summary>
    public bool Unterminated { get; private set; }

    /// <summary>The fields of the next row; <c>null</c> at the end.</summary>
    public List<string>? Read()
    {
        while (reader.Peek() is '\n' or '\r')
        {
            nextLine += reader.Read() == '\n' ? 1 : 0;
        }

        Line = nextLine;
        if (reader.Peek() < 0)
        {
            return null;
        }

        var fields = new List<string>();
        field.Clear();
        bool quoted = false;
        for (int length = 0; length < LongestLine; length++)
        {
            int c = reader.Read();
            nextLine += c == '\n' ? 1 : 0;
            if (c < 0 && quoted)
            {
                Unterminated = true;
                return null;
            }

            if (!quoted && c is (< 0 or '\n' or '\r' or ','))
            {
                fields.Add(field.ToString());
                field.Clear();
                if (c != ',')
                {
                    return fields;
                }
            }
            else if (quoted && c == '"' && reader.Peek() == '"')
            {
                field.Append((char)reader.Read());
            }
            else if (c == '"' && (quoted || field.Length == 0))
            {
                quoted = !quoted;
            }
            else
            {
                field.Append((char)c);
            }
        }

        fields.Add(field.ToString());
        return fields;
    }
}
