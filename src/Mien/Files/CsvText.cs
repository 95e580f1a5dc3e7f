namespace Mien;

/// <summary>
/// Writes CSV according to RFC 4180, but with LF as line ending; <see cref="RecordReader"/> reads it. Thread-safe.
/// </summary>
internal static class CsvText
{
    /// <summary>Those that OWASP names, with their full-width forms, which some spreadsheets take for them.</summary>
    private const string FormulaStarts = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";

    /// <summary>Formats a field, with quotes if it needs them.</summary>
    public static string Quote(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0
            ? field
            : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>
    /// A text as a field. A spreadsheet runs a text that begins like a formula, whatever quotes stand around it
    /// (OWASP, "CSV injection"), so on demand an apostrophe is put before it.
    /// </summary>
    /// <param name="text">A path, a label, a message; never a number.</param>
    /// <param name="isSafe">Whether formulas are disarmed.</param>
    public static string Field(string text, bool isSafe) => Quote(isSafe ? Disarm(text) : text);

    /// <summary>
    /// The text with an apostrophe before it where a spreadsheet would run it. One that begins with an apostrophe and
    /// then so gets another, so that taking one away always gives the text.
    /// </summary>
    public static string Disarm(string text)
    {
        string behind = text.TrimStart('\'');
        return behind.Length > 0 && FormulaStarts.Contains(behind[0]) ? "'" + text : text;
    }

    /// <summary>The text of a field that may have been disarmed.</summary>
    public static string Rearm(string field) =>
        field.Length > 1 && field[0] == '\'' && Disarm(field[1..]) == field ? field[1..] : field;

    /// <summary>Formats a line, including the line feed.</summary>
    public static string Line(params IEnumerable<string> fields) => string.Join(',', fields.Select(Quote)) + "\n";
}
