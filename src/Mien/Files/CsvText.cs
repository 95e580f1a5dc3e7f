namespace Mien;

/// <summary>
/// Writes CSV according to RFC 4180, but with LF as line ending; <see cref="RecordReader"/> reads it. Thread-safe.
/// </summary>
internal static class CsvText
{
    /// <summary>
    /// The characters that OWASP lists, with the full-width forms that some spreadsheets treat like them.
    /// </summary>
    private const string FormulaStarts = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";

    /// <summary>Formats a field, with quotes if it needs them.</summary>
    public static string Quote(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0
            ? field
            : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>
    /// Formats a text as a field. Spreadsheets evaluate a text that starts like a formula even if it is quoted (OWASP,
    /// "CSV injection"), so an apostrophe can be put before it.
    /// </summary>
    /// <param name="text">A path, a label, a message; never a number.</param>
    /// <param name="isSafe">Whether to escape formulas.</param>
    public static string Field(string text, bool isSafe) => Quote(isSafe ? Escape(text) : text);

    /// <summary>
    /// Puts an apostrophe before a text that a spreadsheet would evaluate. A text that starts with apostrophes followed
    /// by such a character gets another one, so that removing one always restores the text.
    /// </summary>
    public static string Escape(string text)
    {
        string behind = text.TrimStart('\'');
        return behind.Length > 0 && FormulaStarts.Contains(behind[0]) ? "'" + text : text;
    }

    /// <summary>Restores the text of a field that may have been escaped.</summary>
    public static string Unescape(string field) =>
        field.Length > 1 && field[0] == '\'' && Escape(field[1..]) == field ? field[1..] : field;

    /// <summary>Formats a line, including the line feed.</summary>
    public static string Line(params IEnumerable<string> fields) => string.Join(',', fields.Select(Quote)) + "\n";
}
