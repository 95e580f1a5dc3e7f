using System.Globalization;

namespace Mien.Cli;

/// <summary>
/// Writes CSV (RFC 4180, with LF line ends): one row per face, and one row for an image that failed or has no face.
/// Scripts rely on the columns; docs/predict.md describes them.
/// </summary>
/// <param name="output">Where it goes.</param>
/// <param name="model">The model whose results they are.</param>
/// <param name="isSafe">Whether to escape texts that a spreadsheet would run as formulas.</param>
/// <param name="newLine">The line end: that of the file that is resumed.</param>
internal sealed class CsvPredictionWriter(
    TextWriter output,
    ModelContract model,
    bool isSafe = false,
    string newLine = "\n"
) : PredictionWriter(output)
{
    /// <summary>The separators of the columns after the model, empty without a face.</summary>
    private const string NoQuality = ",,,,,,";

    /// <summary>The separators of the columns from the box to the one before the error, empty without a face.</summary>
    private readonly string noFace = new(',', 9 + model.Labels.Count);

    /// <summary>The header row, without a line end.</summary>
    /// <param name="labels">The labels of the model.</param>
    /// <param name="hasHeads">Whether it has several heads.</param>
    /// <param name="isSafe">Whether to escape texts that a spreadsheet would run as formulas.</param>
    public static string Header(IEnumerable<string> labels, bool hasHeads, bool isSafe) =>
        $"path,status,isFaceCrop,imageWidth,imageHeight,faces,face,{FaceCsv.PlaceColumns},"
        + "label,confidence,uncertain,"
        + $"{string.Join(',', labels.Select(l => CsvText.Field(l, isSafe)))},"
        + $"error,model,expression,uncertainReason,{FaceCsv.QualityColumns}"
        + (hasHeads ? $",{FaceCsv.HeadColumn}" : "");

    public override void Begin() => Output.Write(Header(model.Labels, model.Heads is not null, isSafe) + newLine);

    public override void Write(RecognitionResult result)
    {
        string path = CsvText.Field(result.Name ?? "", isSafe);
        string status = result.Status.Name();
        string end =
            $"{CsvText.Field(result.Error is { } e ? $"{e.Code}: {e.Message}" : "", isSafe)},"
            + CsvText.Field(model.Name, isSafe);
        string head = model.Heads is null ? "" : $",{CsvText.Field(result.Head ?? "", isSafe)}";
        if (result.Error is not null)
        {
            Output.Write($"{path},{status},,,,0,,{noFace}{end},{NoQuality}{head}{newLine}");
            return;
        }

        string image = string.Create(
            CultureInfo.InvariantCulture,
            $"{path},{status},{FaceCsv.Text(result.IsFaceCrop)},{result.Width},{result.Height},"
                + $"{result.Faces.Count}"
        );
        if (result.Faces.Count == 0)
        {
            Output.Write($"{image},,{noFace}{end},{NoQuality}{head}{newLine}");
        }

        for (int i = 0; i < result.Faces.Count; i++)
        {
            RecognizedFace face = result.Faces[i];
            string number = (i + 1).ToString(CultureInfo.InvariantCulture);
            Output.Write(
                $"{image},{number},{FaceCsv.Place(face)},{FaceCsv.Label(face.Result, face.IsUncertain, isSafe)},"
                    + $"{FaceCsv.Scores(face.LabelScores)},{end},{FaceCsv.Reasons(face)},"
                    + $"{FaceCsv.Quality(face.Quality)}{head}{newLine}"
            );
        }
    }
}
