using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary><c>mien predict IMAGE…</c>: finds the faces in photos and names their expressions.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        var options = new PredictOptions();
        var command = new Command(
            "predict",
            "Find the faces in photos and name their expressions: seven probabilities a face, and the most "
                + "probable one."
        );
        options.AddTo(command);
        command.SetAction(
            (parsed, cancellationToken) =>
                Task.FromResult(
                    new PredictRun(CommandConsole.Of(parsed), options.ToRequest(parsed), cancellationToken).Execute()
                )
        );
        return command.WithExamples(
            ("mien predict samples/photo.jpg", "Every face in a photo, with the seven probabilities as bars."),
            (
                "mien predict samples/faces",
                "Every image in a folder and its folders. Images of at most 64 pixels a side count as one face each."
            ),
            (
                "mien predict \"photos/**/*.jpg\" --jsonl -o faces.jsonl --resume",
                "A batch that goes on where it was cut off, an object a photo. Probabilities are fractions 0..1."
            ),
            ("mien predict photos --csv -o faces.csv", "A line a face, for a spreadsheet."),
            (
                "mien predict photos --annotate marked --save-crops crops",
                "Photos with boxes and labels, and what the network saw of each face."
            ),
            ("mien predict samples/faces --explain maps", "Heat maps: which parts of each face the network went by."),
            (
                "mien predict crowd.jpg --tiles all --min-score 0.6",
                "Look for very small faces too, and for doubtful ones."
            ),
            ("mien predict - --json < photo.jpg", "An image on standard input.")
        );
    }
}
