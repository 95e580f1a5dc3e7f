using System.Globalization;
using System.Text;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// Reads the records of an output file that is to be resumed or merged: CSV with a header, or JSON Lines. A truncated
/// last record is ignored.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="form">CSV or JSON Lines.</param>
/// <param name="origin">The model and head that the results must be from.</param>
/// <param name="isResumed">Whether the run resumes the file, for messages; otherwise it is merged.</param>
internal abstract class StoredFile(string path, PredictionForm form, ResultOrigin origin, bool isResumed = true)
{
    private const char ByteOrderMark = '\uFEFF';

    /// <summary>How the lines of the file end; <c>null</c> where none was read.</summary>
    public string? NewLine { get; private set; }

    protected ResultOrigin Origin => origin;

    /// <summary>The header that the CSV file must have.</summary>
    protected abstract string Header(bool isSafe);

    /// <summary>Reads the records of a CSV file.</summary>
    /// <returns>The fields of each row below the header, while the reader is at the row.</returns>
    /// <exception cref="UsageException">The columns are others, or a row has another number of fields.</exception>
    protected IEnumerable<List<string>> CsvRows(RecordReader reader)
    {
        do
        {
            if (!reader.Read())
            {
                yield break;
            }
        } while (reader.IsEmpty && reader.IsWhole);

        CheckHeader(reader);
        if (!reader.IsWhole)
        {
            yield break; // Truncated.
        }

        NewLine = reader.EndsWithCrLf ? "\r\n" : "\n";
        int columns = reader.Fields().Count;
        RowsStart = reader.End;
        while (reader.Read())
        {
            if (!reader.IsWhole && !reader.IsTooLong)
            {
                yield break; // Truncated.
            }

            if (reader.IsEmpty)
            {
                continue;
            }

            List<string> fields = reader.Fields();
            yield return !reader.IsTooLong && fields.Count == columns ? fields : throw NoResult(reader);
        }
    }

    /// <summary>The offset of the first row of a CSV file.</summary>
    protected long RowsStart { get; private set; }

    /// <summary>Reads the records of a JSON Lines file.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="begin">What each record begins with.</param>
    /// <param name="parse">Parses a record; <c>null</c> if it is no result.</param>
    /// <exception cref="UsageException">A line is no result.</exception>
    protected IEnumerable<T> JsonLines<T>(RecordReader reader, string begin, Func<JsonElement, T?> parse)
        where T : class
    {
        while (reader.Read())
        {
            if (!reader.IsWhole && !reader.IsTooLong)
            {
                if (!IsTorn(reader, begin))
                {
                    throw NoResult(reader);
                }

                yield break; // Truncated.
            }

            if (reader.IsEmpty)
            {
                continue;
            }

            string text = reader.Start == 0 ? reader.Text.TrimStart(ByteOrderMark) : reader.Text;
            T result = (reader.IsTooLong ? null : Parse(text, parse)) ?? throw NoResult(reader);
            NewLine ??= reader.EndsWithCrLf ? "\r\n" : "\n";
            yield return result;
        }
    }

    /// <summary>Parses a line; <c>null</c> if it is no JSON object, or <paramref name="parse"/> gives none.</summary>
    public static T? Parse<T>(string text, Func<JsonElement, T?> parse)
        where T : class
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object ? parse(json.RootElement) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    protected static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    protected UsageException NoResult(RecordReader reader) =>
        Refuse(
            string.Create(CultureInfo.InvariantCulture, $"line {reader.Line} is not a result: '{Shorten(reader.Text)}'")
        );

    /// <summary>Checks the columns; of a torn header that it begins like one.</summary>
    private void CheckHeader(RecordReader reader)
    {
        // Labels may hold commas, so the header is a record with quotes like any other.
        List<string> expected = Columns(Header(isSafe: false));
        if (!reader.IsWhole)
        {
            if (!IsTorn(reader, Header(isSafe: false)) && !IsTorn(reader, Header(isSafe: true)))
            {
                throw RefuseColumns(reader.Text, expected);
            }

            return;
        }

        List<string> found = reader.Fields();
        found[0] = found[0].TrimStart(ByteOrderMark);
        if (found.Count != expected.Count || !found.Zip(expected).All(c => IsSame(c.First, c.Second)))
        {
            throw RefuseColumns(string.Join(',', found), expected, found);
        }
    }

    private UsageException RefuseColumns(string text, List<string> expected, List<string>? found = null)
    {
        int first = found is null ? 0 : found.Zip(expected).TakeWhile(c => IsSame(c.First, c.Second)).Count();
        string shown = Shorten(text),
            wanted = Shorten(string.Join(',', expected));
        return Refuse(
            shown != wanted
                ? $"its columns are '{shown}', expected '{wanted}'"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"its column {first + 1} is {Column(found!, first)}, expected {Column(expected, first)}"
                )
        );

        static string Column(List<string> columns, int at) =>
            at < columns.Count ? $"'{Shorten(columns[at])}'" : "missing";
    }

    private static List<string> Columns(string header)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(header));
        var reader = new RecordReader(stream, isCsv: true);
        reader.Read();
        return reader.Fields();
    }

    /// <summary>Whether a text of the file equals an expected one, escaped for spreadsheets or not.</summary>
    protected static bool IsSame(string found, string meant) => found == meant || found == CsvText.Escape(meant);

    /// <summary>
    /// Whether the record at the file's end begins as results do, cut off anywhere: also inside a character, behind the
    /// first of two characters that end a line, or in zeros that a power cut left.
    /// </summary>
    private static bool IsTorn(RecordReader reader, string begin)
    {
        ReadOnlySpan<byte> torn = reader.Bytes.TrimEnd((byte)0).TrimEnd((byte)'\r');
        ReadOnlySpan<byte> mark = Encoding.UTF8.Preamble;
        if (reader.Start == 0 && torn.StartsWith(mark))
        {
            torn = torn[mark.Length..];
        }

        ReadOnlySpan<byte> expected = Encoding.UTF8.GetBytes(begin);
        return torn.StartsWith(expected) || expected.StartsWith(torn) || (reader.Start == 0 && mark.StartsWith(torn));
    }

    /// <summary>Checks the model and the head of a result; an image that failed has no head.</summary>
    protected void CheckModel(string found, string? foundHead, bool isError)
    {
        if (!IsSame(found, origin.Model))
        {
            throw Refuse($"it was written with the model '{found}', but {Other} '{origin.Model}'");
        }

        if (!isError && !IsSame(foundHead ?? "", origin.Head ?? ""))
        {
            string before = foundHead is null ? "without a head" : $"with the head '{foundHead}'";
            string now = origin.Head is null ? "a model with one head" : $"'{origin.Head}'";
            throw Refuse($"it was written {before}, but {Other} {now}");
        }
    }

    private string Other => isResumed ? "this run uses" : "others with";

    protected UsageException Refuse(string why) =>
        new(
            isResumed
                ? $"--resume: {path} cannot be resumed as {form.Name()}: {why}. Choose another file, or omit "
                    + $"--resume to overwrite it."
                : $"{path}: cannot be merged as {form.Name()}: {why}. Move it to another folder."
        );

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "...";
}
