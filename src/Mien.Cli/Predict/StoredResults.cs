using System.Globalization;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>The result of one image in an output file: one JSON line, or the CSV rows of its faces.</summary>
/// <param name="Image">The path of the image.</param>
/// <param name="IsError">Whether the image failed.</param>
/// <param name="Start">The offset of the result in bytes.</param>
/// <param name="End">The offset of the next result.</param>
/// <param name="ErrorCode">The code of the error; <c>null</c> if there is none.</param>
internal readonly record struct StoredResult(string Image, bool IsError, long Start, long End, string? ErrorCode);

/// <summary>
/// Reads the results in an output file one at a time. A truncated last line and an incomplete last image (some of its
/// faces are missing) are ignored.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="form">CSV or JSON Lines.</param>
/// <param name="origin">The model and head that the results must be from.</param>
/// <param name="isResumed">Whether the run resumes the file, for messages.</param>
internal sealed class StoredResults(string path, PredictionForm form, ResultOrigin origin, bool isResumed = true)
    : StoredFile(path, form, origin, isResumed)
{
    private static readonly string Error = RecognitionStatus.Error.Name();

    private readonly PredictionForm form = form;

    /// <summary>Reads the file.</summary>
    /// <param name="stream">The file, at its start; stays open.</param>
    /// <exception cref="UsageException">
    /// The file has another format or was written with another model or head.
    /// </exception>
    public IEnumerable<StoredResult> Read(Stream stream) =>
        form == PredictionForm.Csv ? ReadCsv(stream) : ReadJsonLines(stream);

    protected override string Header(bool isSafe) => CsvPredictionWriter.Header(Origin.Labels, Origin.HasHeads, isSafe);

    private IEnumerable<StoredResult> ReadCsv(Stream stream)
    {
        // By position: a label may have the name of another column.
        const int PathColumn = 0,
            StatusColumn = 1,
            FacesColumn = 5,
            FaceColumn = 6;
        int modelColumn = 17 + Origin.Labels.Count;

        var reader = new RecordReader(stream, isCsv: true);
        int expected = 1;
        long start = -1;
        foreach (List<string> fields in CsvRows(reader))
        {
            start = start < 0 ? RowsStart : start;
            if (
                !int.TryParse(fields[FacesColumn], CultureInfo.InvariantCulture, out int faces)
                || (faces > 0 && fields[FaceColumn] != expected.ToString(CultureInfo.InvariantCulture))
            )
            {
                throw NoResult(reader);
            }

            bool isError = fields[StatusColumn] == Error;
            CheckModel(fields[modelColumn], Origin.HasHeads ? fields[^1] : null, isError);
            if (expected < faces)
            {
                expected++;
                continue;
            }

            string? code = isError ? CsvText.Unescape(fields[modelColumn - 1]).Split(':')[0] : null;
            yield return new StoredResult(fields[PathColumn], isError, start, reader.End, code);
            expected = 1;
            start = reader.End;
        }
    }

    private IEnumerable<StoredResult> ReadJsonLines(Stream stream)
    {
        var reader = new RecordReader(stream, isCsv: false);
        foreach (JsonResult result in JsonLines(reader, "{\"path\":", ReadObject))
        {
            CheckModel(result.Model, result.Head, result.IsError);
            yield return new StoredResult(result.Image, result.IsError, reader.Start, reader.End, result.ErrorCode);
        }
    }

    /// <summary>Reads a JSON object of a result; <c>null</c> if it is none.</summary>
    public static JsonResult? ReadObject(JsonElement json) =>
        Text(json, "path") is { } image && Text(json, "model") is { } model
            ? new JsonResult(image, model, Text(json, "head"), Text(json, "status") == Error, Code(json))
            : null;

    private static string? Code(JsonElement json) =>
        json.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.Object
            ? Text(error, "code")
            : null;

    /// <summary>A result in JSON, as far as reading it again needs it.</summary>
    internal sealed record JsonResult(string Image, string Model, string? Head, bool IsError, string? ErrorCode);
}
