namespace Mien;

/// <summary>
/// Writes CSV according to RFC 4180, but with LF as line ending; <see cref="RecordReader"/> reads it. Thread-safe.
/// </summary>
internal static class CsvText
{
    /// <summary>Formats a field, with quotes if it needs them.</summary>
    public static string Quote(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0
            ? field
            : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Formats a line, including the line feed.</summary>
    public static string Line(params IEnumerable<string> fields) => string.Join(',', fields.Select(Quote)) + "\n";
}
