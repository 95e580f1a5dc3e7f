using System.Globalization;
using System.Text;
using Mien.Video;

namespace Mien.Cli;

/// <summary>Writes rows as CSV (RFC 4180, with LF line ends).</summary>
internal sealed class CsvVideoWriter(TextWriter output, VideoRowOptions options, string newLine)
    : VideoRowWriter(output)
{
    private readonly ModelContract model = options.Model;

    /// <summary>The header row, without a line end.</summary>
    public static string Header(VideoRowOptions options, bool isSafe) =>
        $"path,frame,time,status,cut,imageWidth,imageHeight,faces,face,track,{FaceCsv.PlaceColumns},"
        + $"label,confidence,uncertain,{Labels(options.Model, l => l, isSafe)},"
        + "smoothedLabel,smoothedConfidence,smoothedUncertain,"
        + $"{Labels(options.Model, VideoRowFormat.Smoothed, isSafe)},"
        + $"expression,uncertainReason,{FaceCsv.QualityColumns}"
        + (options.Derived ? ",valence,intensity" : "")
        + ",model"
        + (options.Model.Heads is null ? "" : $",{FaceCsv.HeadColumn}");

    public override void Begin() => Output.Write(Header(options, options.SafeCsv) + newLine);

    protected override string Rows(string path, FrameResult frame)
    {
        string image =
            CsvText.Field(path, options.SafeCsv)
            + string.Create(
                CultureInfo.InvariantCulture,
                $",{frame.Frame},{VideoRowFormat.Seconds(frame.Time)},{frame.Status.Name()},"
                    + $"{FaceCsv.Text(frame.IsCut)},{frame.Width},{frame.Height},{frame.Faces.Count},"
            );
        string end =
            $",{CsvText.Field(model.Name, options.SafeCsv)}"
            + (model.Heads is null ? "" : $",{CsvText.Field(options.Head ?? "", options.SafeCsv)}")
            + newLine;
        if (frame.Faces.Count == 0)
        {
            // From the track to the last column before the model: 1 + 6 + 3 + labels + 3 + labels + 2 + 5.
            return image + new string(',', 20 + (2 * model.Labels.Count) + (options.Derived ? 2 : 0)) + end;
        }

        var rows = new StringBuilder();
        for (int i = 0; i < frame.Faces.Count; i++)
        {
            TrackedFace tracked = frame.Faces[i];
            RecognizedFace face = tracked.Face;
            rows.Append(image)
                .Append(CultureInfo.InvariantCulture, $"{i + 1},{tracked.Id},{FaceCsv.Place(face)},")
                .Append(FaceCsv.Label(face.Result, face.IsUncertain, options.SafeCsv))
                .Append(CultureInfo.InvariantCulture, $",{FaceCsv.Scores(face.LabelScores)},")
                .Append(FaceCsv.Label(tracked.Smoothed, tracked.IsUncertain, options.SafeCsv))
                .Append(CultureInfo.InvariantCulture, $",{FaceCsv.Scores(tracked.Smoothed.LabelScores)},")
                .Append(CultureInfo.InvariantCulture, $"{FaceCsv.Reasons(face)},{FaceCsv.Quality(face.Quality)}");
            if (options.Derived)
            {
                rows.Append(
                    CultureInfo.InvariantCulture,
                    $",{DerivedScores.Valence(face.LabelScores):R},{DerivedScores.Intensity(face.LabelScores):R}"
                );
            }

            rows.Append(end);
        }

        return rows.ToString();
    }

    private static string Labels(ModelContract model, Func<string, string> name, bool isSafe) =>
        string.Join(',', model.Labels.Select(l => CsvText.Field(name(l), isSafe)));
}
