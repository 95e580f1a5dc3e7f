using System.Globalization;

namespace Mien.Evaluation;

/// <summary>
/// Writes what became of each labelled face as CSV: a header and one row per face, UTF-8, numbers in the invariant
/// culture. Columns that do not apply to a face are empty.
/// </summary>
internal static class DetectionPredictionFile
{
    private static readonly string[] ColumnsBefore =
    [
        "index",
        "source",
        "label",
        "person",
        "status",
        "faces",
        "boxX",
        "boxY",
        "boxWidth",
        "boxHeight",
        "overlap",
    ];

    private static readonly string[] ColumnsAfter = ["predicted", "error"];

    /// <summary>Writes a file; an existing one is replaced only when the new one is complete.</summary>
    /// <param name="path">The file.</param>
    /// <param name="predictions">All labelled faces.</param>
    /// <param name="names">The labels of the model, in the order of the columns.</param>
    /// <param name="isSafe">Whether to escape texts that a spreadsheet would run as formulas.</param>
    /// <exception cref="MienException"><c>cannotWrite</c>: the file cannot be written.</exception>
    public static void Write(
        string path,
        IReadOnlyList<PhotoPrediction> predictions,
        IReadOnlyList<string> names,
        bool isSafe
    )
    {
        ArgumentNullException.ThrowIfNull(predictions);
        OutputFile.WriteText(
            path,
            writer =>
            {
                writer.Write(CsvText.Line([.. ColumnsBefore, .. names.Select(Text), .. ColumnsAfter]));
                for (int i = 0; i < predictions.Count; i++)
                {
                    writer.Write(CsvText.Line(Row(i, predictions[i], names, isSafe)));
                }
            }
        );

        string Text(string text) => isSafe ? CsvText.Escape(text) : text;
    }

    private static IEnumerable<string> Row(
        int index,
        PhotoPrediction prediction,
        IReadOnlyList<string> names,
        bool isSafe
    )
    {
        RecognizedFace? face = prediction.Face;
        FaceBox? box = face?.Box;
        return
        [
            index.ToString(CultureInfo.InvariantCulture),
            Text(prediction.Photo.Path),
            Text(prediction.Photo.Label),
            Text(prediction.Photo.Person ?? ""),
            face is not null ? "found"
            : prediction.IsMissed ? "missed"
            : "error",
            prediction.IsFailed ? "" : prediction.Result.Faces.Count.ToString(CultureInfo.InvariantCulture),
            Pixels(box?.X),
            Pixels(box?.Y),
            Pixels(box?.Width),
            Pixels(box?.Height),
            face is null || prediction.Photo.Box is not { } labelled
                ? ""
                : labelled.IntersectionOverUnion(face.Box).ToString("0.###", CultureInfo.InvariantCulture),
            .. face is null
                ? names.Select(_ => "")
                : DetectionResult.Probabilities(face, names).Select(p => p.ToString(CultureInfo.InvariantCulture)),
            Text(face is null ? "" : face.Expression?.Name() ?? face.Label),
            Text(prediction.Result.Error is { } e ? $"{e.Code}: {e.Message}" : ""),
        ];

        string Text(string text) => isSafe ? CsvText.Escape(text) : text;
    }

    private static string Pixels(float? value) => value?.ToString("0.##", CultureInfo.InvariantCulture) ?? "";
}
