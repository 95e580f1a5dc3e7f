using System.Globalization;
using System.Text;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>The result of one image in an output file: one JSON line, or the CSV rows of its faces.</summary>
/// <param name="Image">The path of the image.</param>
/// <param name="IsError">Whether the image failed.</param>
/// <param name="Start">The offset of the result in bytes.</param>
/// <param name="End">The offset of the next result.</param>
internal readonly record struct StoredResult(string Image, bool IsError, long Start, long End);

/// <summary>
/// Reads the results in an output file one at a time. A truncated last line and an incomplete last image (some of its
/// faces are missing) are ignored.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="form">CSV or JSON Lines.</param>
/// <param name="model">The contract of the model that the results must be from.</param>
/// <param name="head">The head that they must be from; <c>null</c> for a model with one head.</param>
internal sealed class StoredResults(string path, PredictionForm form, ModelContract model, string? head)
{
    private const char ByteOrderMark = '\uFEFF';

    private static readonly string Error = RecognitionStatus.Error.Name();

    /// <summary>How the lines of the file end; <c>null</c> where none was read.</summary>
    public string? NewLine { get; private set; }

    /// <summary>Reads the file.</summary>
    /// <param name="stream">The file, at its start; stays open.</param>
    /// <exception cref="UsageException">
    /// The file has another format or was written with another model or head.
    /// </exception>
    public IEnumerable<StoredResult> Read(Stream stream) =>
        form == PredictionForm.Csv ? ReadCsv(stream) : ReadJsonLines(stream);

    private IEnumerable<StoredResult> ReadCsv(Stream stream)
    {
        var reader = new RecordReader(stream, isCsv: true);
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
        List<string> columns = reader.Fields();
        columns[0] = columns[0].TrimStart(ByteOrderMark);
        int pathColumn = columns.IndexOf("path");
        int statusColumn = columns.IndexOf("status");
        int facesColumn = columns.IndexOf("faces");
        int faceColumn = columns.IndexOf("face");
        int modelColumn = columns.LastIndexOf("model");
        int headColumn = columns.LastIndexOf(CsvPredictionWriter.HeadColumn);

        int expected = 1;
        long start = reader.End;
        for (long record = 2; reader.Read(); record++)
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
            if (
                reader.IsTooLong
                || fields.Count != columns.Count
                || !int.TryParse(fields[facesColumn], CultureInfo.InvariantCulture, out int faces)
                || (faces > 0 && fields[faceColumn] != expected.ToString(CultureInfo.InvariantCulture))
            )
            {
                throw Refuse(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"record {record} is not a result: '{Shorten(reader.Text)}'"
                    )
                );
            }

            bool isError = fields[statusColumn] == Error;
            CheckModel(fields[modelColumn], model.Heads is null ? null : fields[headColumn], isError);
            if (expected < faces)
            {
                expected++;
                continue;
            }

            yield return new StoredResult(fields[pathColumn], isError, start, reader.End);
            expected = 1;
            start = reader.End;
        }
    }

    private IEnumerable<StoredResult> ReadJsonLines(Stream stream)
    {
        var reader = new RecordReader(stream, isCsv: false);
        while (reader.Read())
        {
            if (!reader.IsWhole && !reader.IsTooLong)
            {
                if (!IsTorn(reader, "{\"path\":"))
                {
                    throw NoResult(reader);
                }

                yield break; // Truncated.
            }

            if (reader.IsEmpty)
            {
                continue;
            }

            if (
                reader.IsTooLong
                || ReadObject(reader.Start == 0 ? reader.Text.TrimStart(ByteOrderMark) : reader.Text) is not { } result
            )
            {
                throw NoResult(reader);
            }

            CheckModel(result.Model, result.Head, result.IsError);
            NewLine ??= reader.EndsWithCrLf ? "\r\n" : "\n";
            yield return new StoredResult(result.Image, result.IsError, reader.Start, reader.End);
        }
    }

    /// <summary>Checks the columns; of a torn header that it begins like one.</summary>
    private void CheckHeader(RecordReader reader)
    {
        // Labels may hold commas, so the header is a record with quotes like any other.
        List<string> expected = Columns(CsvPredictionWriter.Header(model, isSafe: false));
        if (!reader.IsWhole)
        {
            if (
                !IsTorn(reader, CsvPredictionWriter.Header(model, isSafe: false))
                && !IsTorn(reader, CsvPredictionWriter.Header(model, isSafe: true))
            )
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
    private static bool IsSame(string found, string meant) => found == meant || found == CsvText.Escape(meant);

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

    private UsageException NoResult(RecordReader reader) =>
        Refuse(
            string.Create(CultureInfo.InvariantCulture, $"line {reader.Line} is not a result: '{Shorten(reader.Text)}'")
        );

    private static (string Image, string Model, string? Head, bool IsError)? ReadObject(string text)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            return Text(json.RootElement, "path") is { } image && Text(json.RootElement, "model") is { } model
                ? (image, model, Text(json.RootElement, "head"), Text(json.RootElement, "status") == Error)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>Checks the model and the head of a result; an image that failed has no head.</summary>
    private void CheckModel(string found, string? foundHead, bool isError)
    {
        if (!IsSame(found, model.Name))
        {
            throw Refuse($"it was written with the model '{found}', but this run uses '{model.Name}'");
        }

        if (!isError && !IsSame(foundHead ?? "", head ?? ""))
        {
            string before = foundHead is null ? "without a head" : $"with the head '{foundHead}'";
            string now = head is null ? "a model with one head" : $"'{head}'";
            throw Refuse($"it was written {before}, but this run uses {now}");
        }
    }

    private UsageException Refuse(string why) =>
        new(
            $"--resume: {path} cannot be resumed as {form.Name()}: {why}. Choose another file, or omit --resume to "
                + $"overwrite it."
        );

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "...";
}
