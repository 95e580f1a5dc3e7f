using System.Globalization;

namespace Mien.Cli;

/// <summary>The columns of a face in CSV, which several commands write. Numbers are in the invariant culture.</summary>
internal static class FaceCsv
{
    /// <summary>The last column, for a model with several heads: the head that was used.</summary>
    public const string HeadColumn = "head";

    /// <summary>The columns of <see cref="Place"/>.</summary>
    public const string PlaceColumns = "boxX,boxY,boxWidth,boxHeight,roll,detectionScore";

    /// <summary>The columns of <see cref="Quality"/>.</summary>
    public const string QualityColumns = "size,sharpness,contrast,touchesEdge,yaw";

    /// <summary>A truth value as every column writes it.</summary>
    public static string Text(bool value) => value ? "true" : "false";

    /// <summary>The bounding box, the rotation and the detection score.</summary>
    public static string Place(RecognizedFace face)
    {
        FaceBox box = face.Box;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Rounded(box.X)},{Rounded(box.Y)},{Rounded(box.Width)},{Rounded(box.Height)},"
                + $"{Rounded(face.Roll)},{face.DetectionScore:R}"
        );
    }

    /// <summary>The label, its confidence and whether it is uncertain.</summary>
    public static string Label(ExpressionResult result, bool isUncertain, bool isSafe) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{CsvText.Field(result.Label, isSafe)},{result.Confidence:R},{Text(isUncertain)}"
        );

    /// <summary>The scores in the order of the labels.</summary>
    public static string Scores(LabelScores scores) =>
        string.Join(',', scores.Values.Select(p => p.ToString("R", CultureInfo.InvariantCulture)));

    /// <summary>The expression and the reasons not to rely on the label.</summary>
    public static string Reasons(RecognizedFace face) =>
        $"{face.Expression?.Name()},{string.Join(';', face.UncertainReasons.Select(r => r.Name()))}";

    /// <summary>How well the face can be seen.</summary>
    public static string Quality(FaceQuality quality)
    {
        double? yaw = quality.Yaw is { } angle ? Rounded(angle) : null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Rounded(quality.Size)},{Math.Round((double)quality.Sharpness, 4)},{Rounded(quality.Contrast)},"
                + $"{Text(quality.TouchesEdge)},{yaw}"
        );
    }

    private static double Rounded(float value) => Math.Round((double)value, 2);
}
