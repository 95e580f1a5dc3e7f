using System.Globalization;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>The result of one image in an output file: a line of JSON, or the lines of its faces in CSV.</summary>
/// <param name="Image">The image's path.</param>
/// <param name="IsError">Whether it failed.</param>
/// <param name="Start">Where the result begins in the file.</param>
/// <param name="End">Where the next one begins.</param>
internal readonly record struct StoredResult(string Image, bool IsError, long Start, long End);

/// <summary>
/// Reads the results that an output file holds, one at a time. A torn line at the end and the faces of an image that is
/// not complete are no result.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="form">CSV or JSON Lines.</param>
/// <param name="model">The model that must have made them.</param>
internal sealed class StoredResults(string path, PredictionForm form, ModelContract model)
{
    private static readonly string Error = RecognitionStatus.Error.Name();

    /// <summary>Reads the file.</summary>
    /// <param name="stream">The file from its start; stays open.</param>
    /// <exception cref="UsageException">It is something else, or of another model.</exception>
    public IEnumerable<StoredResult> Read(Stream stream) =>
        form == PredictionForm.Csv ? ReadCsv(stream) : ReadJsonLines(stream);

    private IEnumerable<StoredResult> ReadCsv(Stream stream)
    {
        var reader = new RecordReader(stream, isCsv: true);
        if (!reader.Read())
        {
            yield break;
        }

        // Labels may hold commas, so the header is a record with quotes like any other.
        string expectedHeader = CsvPredictionWriter.Header(model);
        string header = reader.Text;
        if (
            header != expectedHeader
            && (reader.IsWhole || !expectedHeader.StartsWith(header, StringComparison.Ordinal))
        )
        {
            throw Refuse($"its columns are '{Shorten(header)}', expected '{Shorten(expectedHeader)}'");
        }

        if (!reader.IsWhole)
        {
            yield break; // Torn.
        }

        List<string> columns = reader.Fields();
        int pathColumn = columns.IndexOf("path");
        int statusColumn = columns.IndexOf("status");
        int facesColumn = columns.IndexOf("faces");
        int faceColumn = columns.IndexOf("face");
        int modelColumn = columns.LastIndexOf("model");

        int expected = 1;
        long start = reader.End;
        for (long record = 2; reader.Read(); record++)
        {
            if (!reader.IsWhole && !reader.IsTooLong)
            {
                yield break; // Torn.
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
                        $"record {record} is no result: '{Shorten(reader.Text)}'"
                    )
                );
            }

            CheckModel(fields[modelColumn]);
            if (expected < faces)
            {
                expected++;
                continue;
            }

            yield return new StoredResult(fields[pathColumn], fields[statusColumn] == Error, start, reader.End);
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
                const string Begin = "{\"path\":";
                string torn = reader.Text;
                if (
                    !torn.StartsWith(Begin, StringComparison.Ordinal)
                    && !Begin.StartsWith(torn, StringComparison.Ordinal)
                )
                {
                    throw NoResult(reader);
                }

                yield break; // Torn.
            }

            if (reader.IsTooLong || ReadObject(reader.Text) is not { } result)
            {
                throw NoResult(reader);
            }

            CheckModel(result.Model);
            yield return new StoredResult(result.Image, result.IsError, reader.Start, reader.End);
        }
    }

    private UsageException NoResult(RecordReader reader) =>
        Refuse(
            string.Create(CultureInfo.InvariantCulture, $"line {reader.Line} is no result: '{Shorten(reader.Text)}'")
        );

    private static (string Image, string Model, bool IsError)? ReadObject(string text)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            return Text(json.RootElement, "path") is { } image && Text(json.RootElement, "model") is { } model
                ? (image, model, Text(json.RootElement, "status") == Error)
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

    private void CheckModel(string found)
    {
        if (found != model.Name)
        {
            throw Refuse($"it was made with the model '{found}', and this run uses '{model.Name}'");
        }
    }

    private UsageException Refuse(string why) =>
        new(
            $"--resume: {path} cannot be gone on with as {form.Name()}: {why}. Name another file, or leave "
                + $"--resume out to write it anew."
        );

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "...";
}
