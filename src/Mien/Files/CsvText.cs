namespace Mien;

/// <summary>
/// How Mien writes CSV (RFC 4180, lines end with LF); <see cref="RecordReader"/> reads it. Thread-safe.
/// </summary>
internal static class CsvText
{
    /// <summary>A field, in quotes where it needs them.</summary>
    public static string Quote(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0
            ? field
            : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A line with its end.</summary>
    public static string Line(params IEnumerable<string> fields) => string.Join(',', fields.Select(Quote)) + "\n";
}
