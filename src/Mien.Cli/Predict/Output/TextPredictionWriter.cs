using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// Writes text for people: the scores of each face as bars, or one line per face. Errors go to standard error.
/// </summary>
internal sealed class TextPredictionWriter(CommandConsole console, ModelContract model, bool brief)
    : PredictionWriter(console.Out)
{
    private readonly int labelWidth = model.Labels.Max(TextWidth.Of);
    private bool any;

    public override void Write(RecognitionResult result)
    {
        if (result.Error is { } error)
        {
            Output.Flush();
            console.Error.WriteLine($"error: {error.Message}");
        }
        else if (brief)
        {
            WriteBrief(result);
        }
        else
        {
            if (any)
            {
                Output.WriteLine();
            }

            any = true;
            WriteBars(result);
        }
    }

    private void WriteBrief(RecognitionResult result)
    {
        if (result.Faces.Count == 0)
        {
            Output.WriteLine($"{Padded("no face")}             {Name(result)}");
        }

        for (int i = 0; i < result.Faces.Count; i++)
        {
            RecognizedFace face = result.Faces[i];
            string number =
                result.Faces.Count == 1
                    ? ""
                    : string.Create(CultureInfo.InvariantCulture, $"  ({i + 1} of {result.Faces.Count})");
            string why = Uncertainty.Text(face.UncertainReasons);
            Output.WriteLine(
                $"{Padded(face.Label)}  {Percent(face.Confidence), 7} {(face.IsUncertain ? '?' : ' ')} "
                    + $" {Name(result)}{number}{(why.Length > 0 ? $"  (uncertain: {why})" : "")}"
            );
        }
    }

    private void WriteBars(RecognitionResult result)
    {
        string size = string.Create(CultureInfo.InvariantCulture, $"{result.Width}{Times}{result.Height}");
        if (result.IsFaceCrop)
        {
            WriteTop($"{Name(result)}: ", result.Faces[0], $"{size}, treated as a face crop");
            WriteBars(result.Faces[0], 2);
            return;
        }

        string faces = result.Faces.Count switch
        {
            0 => "no face found",
            1 => "1 face",
            var count => string.Create(CultureInfo.InvariantCulture, $"{count} faces"),
        };
        Output.WriteLine($"{Name(result)}: {faces}  ({size})");
        for (int i = 0; i < result.Faces.Count; i++)
        {
            RecognizedFace face = result.Faces[i];
            WriteTop(string.Create(CultureInfo.InvariantCulture, $"  {i + 1}  "), face, Place(face));
            WriteBars(face, 5);
        }
    }

    private void WriteBars(RecognizedFace face, int indent)
    {
        var rows = face.LabelScores.Select(s => (s.Key, (double)s.Value, Percent(s.Value)));
        foreach (string line in HorizontalBars.Lines(console, [.. rows], indent))
        {
            Output.WriteLine(line);
        }
    }

    private string Times => console.Unicode ? "×" : "x";

    private void WriteTop(string before, RecognizedFace face, string place)
    {
        Output.Write(before);
        console.WriteBold(face.Label);
        Output.WriteLine($" {Percent(face.Confidence)}{(face.IsUncertain ? $", {Uncertain(face)}" : "")}  ({place})");
    }

    /// <summary>Escaped in files too: the format is for people, and a line end in a name would break a line.</summary>
    private static string Name(RecognitionResult result) => TerminalText.Escape(result.Name ?? "");

    /// <summary>Includes the reason if it is not the low confidence, which the percentage shows.</summary>
    private static string Uncertain(RecognizedFace face) =>
        Uncertainty.Text(face.UncertainReasons) is { Length: > 0 } why ? $"uncertain: {why}" : "uncertain";

    /// <summary>Size and position of a face, its rotation from 5 degrees on, and its detection score.</summary>
    private string Place(RecognizedFace face)
    {
        FaceBox box = face.Box;
        string place = string.Create(
            CultureInfo.InvariantCulture,
            $"{box.Width:0}{Times}{box.Height:0} at {box.X:0},{box.Y:0}"
        );
        string turned =
            MathF.Abs(face.Roll) < 5
                ? ""
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $", rotated {MathF.Abs(face.Roll):0}{(console.Unicode ? "°" : " degrees")} "
                        + $"{(face.Roll > 0 ? "clockwise" : "counterclockwise")}"
                );
        string score = face.DetectionScore is { } s
            ? string.Create(CultureInfo.InvariantCulture, $", detection score {s:0.00}")
            : "";
        return place + turned + score;
    }

    private string Padded(string label) => label + new string(' ', Math.Max(0, labelWidth - TextWidth.Of(label)));

    private static string Percent(float share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %");
}
