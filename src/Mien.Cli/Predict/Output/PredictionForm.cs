using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>How results are written.</summary>
internal enum PredictionForm
{
    /// <summary>For people: bars, or a line a face.</summary>
    Text,

    /// <summary>One JSON array.</summary>
    Json,

    /// <summary>JSON Lines: an object a line.</summary>
    JsonLines,

    /// <summary>CSV: a line a face.</summary>
    Csv,
}

/// <summary>Which form is meant.</summary>
internal static class PredictionForms
{
    /// <summary>The form of an output file by its ending.</summary>
    /// <param name="path">The file; <c>null</c>: standard output.</param>
    /// <exception cref="UsageException">The ending promises something else than Mien writes.</exception>
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
                $"--output: Mien writes no {ending} files. Choose the ending .json, .jsonl, .csv or .txt, or "
                    + $"name the form with --json, --jsonl or --csv."
            ),
        };
    }

    /// <summary>
    /// Refuses an output file that has a picture's name: a pattern that the shell spread out after -o names a photo.
    /// </summary>
    /// <param name="path">The file; <c>null</c>: standard output.</param>
    /// <exception cref="UsageException">It ends like a picture.</exception>
    public static void RefusePicture(string? path)
    {
        if (ImageNames.IsPicture(path))
        {
            throw new UsageException(
                $"--output: '{path}' has the name of a picture, and a table or text would be written over it. "
                    + $"Choose the ending .json, .jsonl, .csv or .txt."
            );
        }
    }

    /// <summary>Whether a file of this form can be gone on with: each line stands for itself.</summary>
    public static bool IsLines(this PredictionForm form) => form is PredictionForm.JsonLines or PredictionForm.Csv;

    /// <summary>The form's name in messages.</summary>
    public static string Name(this PredictionForm form) =>
        form switch
        {
            PredictionForm.Json => "JSON",
            PredictionForm.JsonLines => "JSON Lines",
            PredictionForm.Csv => "CSV",
            _ => "text",
        };
}
