using System.Globalization;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// What an output file that was cut off holds already. Images with a whole result are not done again, those that failed
/// included; a torn line at the end, and the faces of an image that is not complete, are taken away.
/// </summary>
internal sealed class ResumePoint
{
    private readonly string path;
    private readonly PredictionForm form;
    private readonly ModelContract model;

    // How often a path was done, since it may be given twice.
    private readonly Dictionary<string, int> done = new(StringComparer.Ordinal);

    private ResumePoint(string path, PredictionForm form, ModelContract model) =>
        (this.path, this.form, this.model) = (path, form, model);

    /// <summary>Images whose results are in the file.</summary>
    public long Images { get; private set; }

    /// <summary>How long the part of the file is that is kept.</summary>
    public long Length { get; private set; }

    /// <summary>Images of the file that were not given to this run, so far.</summary>
    public long Unclaimed { get; private set; }

    /// <summary>Reads a file; changes nothing.</summary>
    /// <param name="path">The file; one that is missing or empty holds nothing.</param>
    /// <param name="form">CSV or JSON Lines.</param>
    /// <param name="model">The model that this run uses.</param>
    /// <exception cref="UsageException">It is something else, or of another model.</exception>
    public static ResumePoint Read(string path, PredictionForm form, ModelContract model)
    {
        var point = new ResumePoint(path, form, model);
        if (File.Exists(path))
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            if (form == PredictionForm.Csv)
            {
                point.ReadCsv(stream);
            }
            else
            {
                point.ReadJsonLines(stream);
            }
        }

        point.Unclaimed = point.Images;
        return point;
    }

    /// <summary>Whether an image is done; each result counts once.</summary>
    public bool Claim(string image)
    {
        if (!done.TryGetValue(image, out int times))
        {
            return false;
        }

        if (times == 1)
        {
            done.Remove(image);
        }
        else
        {
            done[image] = times - 1;
        }

        Unclaimed--;
        return true;
    }

    private void ReadCsv(Stream stream)
    {
        string header = CsvPredictionWriter.Header(model);
        int columns = Records.Fields(header).Count;
        long line = 0;
        int expected = 1;
        foreach ((string text, long end, bool whole) in Records.Read(stream, csv: true))
        {
            line++;
            if (line == 1)
            {
                if (text != header && (whole || !header.StartsWith(text, StringComparison.Ordinal)))
                {
                    throw Refuse($"its columns are '{Shorten(text)}', expected '{Shorten(header)}'");
                }

                Length = whole ? end : 0;
                continue;
            }

            if (!whole)
            {
                return; // Torn.
            }

            List<string> fields = Records.Fields(text);
            if (
                fields.Count != columns
                || !int.TryParse(fields[5], CultureInfo.InvariantCulture, out int faces)
                || (faces > 0 && fields[6] != expected.ToString(CultureInfo.InvariantCulture))
            )
            {
                throw Refuse(
                    string.Create(CultureInfo.InvariantCulture, $"record {line} is no result: '{Shorten(text)}'")
                );
            }

            CheckModel(fields[^CsvPredictionWriter.ModelFromEnd]);
            if (expected >= faces)
            {
                Add(fields[0], end);
                expected = 1;
            }
            else
            {
                expected++;
            }
        }
    }

    private void ReadJsonLines(Stream stream)
    {
        long line = 0;
        foreach ((string text, long end, bool whole) in Records.Read(stream, csv: false))
        {
            line++;
            if (!whole)
            {
                const string Start = "{\"path\":";
                if (
                    !text.StartsWith(Start, StringComparison.Ordinal)
                    && !Start.StartsWith(text, StringComparison.Ordinal)
                )
                {
                    throw Refuse(
                        string.Create(CultureInfo.InvariantCulture, $"line {line} is no result: '{Shorten(text)}'")
                    );
                }

                return; // Torn.
            }

            (string Image, string Model)? read = ReadObject(text);
            if (read is not { } result)
            {
                throw Refuse(
                    string.Create(CultureInfo.InvariantCulture, $"line {line} is no result: '{Shorten(text)}'")
                );
            }

            CheckModel(result.Model);
            Add(result.Image, end);
        }
    }

    private static (string Image, string Model)? ReadObject(string text)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            return
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("path", out JsonElement image)
                && image.ValueKind == JsonValueKind.String
                && json.RootElement.TryGetProperty("model", out JsonElement model)
                && model.ValueKind == JsonValueKind.String
                ? (image.GetString()!, model.GetString()!)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Add(string image, long end)
    {
        done[image] = done.GetValueOrDefault(image) + 1;
        Images++;
        Length = end;
    }

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
