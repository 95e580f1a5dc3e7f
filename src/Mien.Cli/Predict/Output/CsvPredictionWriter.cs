using System.Globalization;

namespace Mien.Cli;

/// <summary>
/// CSV (RFC 4180, lines end with LF): a line a face, and one for an image that failed or has no face. The columns are
/// what scripts rely on; docs/predict.md explains them.
/// </summary>
internal sealed class CsvPredictionWriter(TextWriter output, string model) : PredictionWriter(output)
{
    /// <summary>The first line, without its end.</summary>
    public static readonly string Header =
        $"path,status,countedAs,imageWidth,imageHeight,faces,face,boxX,boxY,boxWidth,boxHeight,roll,"
        + $"detectionScore,expression,confidence,uncertain,{string.Join(',', Expressions.Names)},error,model";

    /// <summary>Columns from the box on, up to and without the error, which are empty where there is no face.</summary>
    private static readonly string NoFace = new(',', 9 + Expressions.Count);

    public override void Begin() => Output.Write(Header + "\n");

    public override void Write(RecognitionResult result)
    {
        string path = Quote(result.Name ?? "");
        string status = result.Status.Name();
        string end = $"{Quote(result.Error is { } e ? $"{e.Code}: {e.Message}" : "")},{Quote(model)}\n";
        if (result.Error is not null)
        {
            Output.Write($"{path},{status},,,,0,,{NoFace}{end}");
            return;
        }

        string image = string.Create(
            CultureInfo.InvariantCulture,
            $"{path},{status},{(result.IsFaceCrop ? "faceCrop" : "photo")},{result.Width},{result.Height},{result.Faces.Count}"
        );
        if (result.Faces.Count == 0)
        {
            Output.Write($"{image},,{NoFace}{end}");
        }

        for (int i = 0; i < result.Faces.Count; i++)
        {
            RecognizedFace face = result.Faces[i];
            FaceBox box = face.Box;
            string place = string.Create(
                CultureInfo.InvariantCulture,
                $"{i + 1},{Rounded(box.X)},{Rounded(box.Y)},{Rounded(box.Width)},{Rounded(box.Height)},{Rounded(face.Roll)},{face.DetectionScore:R}"
            );
            string expression = string.Create(
                CultureInfo.InvariantCulture,
                $"{face.Expression.Name()},{face.Confidence:R},{(face.IsUncertain ? "true" : "false")}"
            );
            string probabilities = string.Join(
                ',',
                face.Expressions.Probabilities.Select(p => p.ToString("R", CultureInfo.InvariantCulture))
            );
            Output.Write($"{image},{place},{expression},{probabilities},{end}");
        }
    }

    private static double Rounded(float value) => Math.Round((double)value, 2);

    private static string Quote(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
