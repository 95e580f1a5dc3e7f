using System.Globalization;
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
internal sealed class StoredResults(string path, PredictionForm form, ModelContract model)
{
    private static readonly string Error = RecognitionStatus.Error.Name();

    /// <summary>Reads the file.</summary>
    /// <param name="stream">The file, at its start; stays open.</param>
    /// <exception cref="UsageException">The file has another format or was written with another model.</exception>
    public IEnumerable<StoredResult> Read(Stream stream) =>
        form == PredictionForm.Csv ? ReadCsv(stream) : ReadJsonLines(stream);

    private IEnumerable<StoredResult> ReadCsv(Stream stream)
    {
        var reader = new RecordReader(stream, isCsv: true);
        if (!reader.Read())
        {
            yield break;
        }

        // Labels may contain commas, so the header is parsed as a record with quotes.
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
            yield break; // Truncated.
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
                yield break; // Truncated.
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

                yield break; // Truncated.
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
            string.Create(CultureInfo.InvariantCulture, $"line {reader.Line} is not a result: '{Shorten(reader.Text)}'")
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
            throw Refuse($"it was written with the model '{found}', but this run uses '{model.Name}'");
        }
    }

    private UsageException Refuse(string why) =>
        new(
            $"--resume: {path} cannot be resumed as {form.Name()}: {why}. Choose another file, or omit --resume to "
                + $"overwrite it."
        );

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "...";
}
