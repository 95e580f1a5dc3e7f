using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>The output format of results.</summary>
internal enum PredictionForm
{
    /// <summary>For people: bars, or one line per face.</summary>
    Text,

    /// <summary>One JSON array.</summary>
    Json,

    /// <summary>JSON Lines: one object per image and line.</summary>
    JsonLines,

    /// <summary>CSV: one row per face.</summary>
    Csv,
}

/// <summary>Selects the output format.</summary>
internal static class PredictionForms
{
    /// <summary>Gets the format of an output file from its extension.</summary>
    /// <param name="path">The file; <c>null</c> for standard output.</param>
    /// <exception cref="UsageException">Mien cannot write files with this extension.</exception>
    public static PredictionForm OfFile(string? path)
    {
        string ending = Path.GetExtension(path ?? "");
        return ending.ToUpperInvariant() switch
        {
            ".JSON" => PredictionForm.Json,
            ".JSONL" or ".NDJSON" => PredictionForm.JsonLines,
            ".CSV" => PredictionForm.Csv,
            "" or ".TXT" or ".LOG" or ".OUT" => PredictionForm.Text,
            _ => throw new UsageException(
                $"--output: Mien cannot write {ending} files. Use the extension .json, .jsonl, .csv or .txt, or "
                    + $"select the format with --json, --jsonl or --csv."
            ),
        };
    }

    /// <summary>
    /// Rejects an output file with an image extension. After <c>-o</c> it is usually a photo from a pattern that the
    /// shell has expanded, and would be overwritten.
    /// </summary>
    /// <param name="path">The file; <c>null</c> for standard output.</param>
    /// <exception cref="UsageException">The file has an image extension.</exception>
    public static void RefusePicture(string? path)
    {
        if (ImageNames.IsPicture(path))
        {
            throw new UsageException(
                $"--output: '{path}' has the extension of an image, but the output is a table or text. "
                    + $"Use the extension .json, .jsonl, .csv or .txt."
            );
        }
    }

    /// <summary>Whether a file of this format consists of independent lines, so that it can be resumed.</summary>
    public static bool IsLines(this PredictionForm form) => form is PredictionForm.JsonLines or PredictionForm.Csv;

    /// <summary>The name of the format in messages.</summary>
    public static string Name(this PredictionForm form) =>
        form switch
        {
            PredictionForm.Json => "JSON",
            PredictionForm.JsonLines => "JSON Lines",
            PredictionForm.Csv => "CSV",
            _ => "text",
        };
}
