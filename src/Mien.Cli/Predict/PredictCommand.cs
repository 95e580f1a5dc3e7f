using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary><c>mien predict IMAGE…</c>: finds the faces in photos and classifies their expressions.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        var options = new PredictOptions();
        var command = new Command(
            "predict",
            "Find the faces in photos and classify their expressions: seven probabilities per face, and the most "
                + "probable label."
        );
        options.AddTo(command);
        command.SetAction(
            (parsed, cancellationToken) =>
                Task.FromResult(
                    new PredictRun(CommandConsole.Of(parsed), options.ToRequest(parsed), cancellationToken).Execute()
                )
        );
        return command.WithExamples(
            (
                "mien predict samples/photo.jpg",
                "Find all faces in a photo and show the seven probabilities of each as bars."
            ),
            (
                "mien predict samples/faces",
                "All images in a folder and its subfolders. Images of at most 64x64 pixels are treated as face crops."
            ),
            (
                "mien predict \"photos/**/*.jpg\" --jsonl -o faces.jsonl --resume",
                "A batch that can be interrupted and continued, one JSON object per photo."
            ),
            (
                "mien predict @photos.txt --shard auto -o \"faces-{shard}.csv\" --resume",
                "One of the tasks of an array job: its part of the photos that a list names."
            ),
            ("mien predict photos --csv -o faces.csv", "One row per face, for a spreadsheet."),
            (
                "mien predict photos --shard 3/100 --parquet results --resume",
                "One of 100 machines; 'mien merge results --photos photos' checks the results of all."
            ),
            (
                "mien predict photos --annotate marked --save-crops crops",
                "Write photos with boxes and labels, and each face crop exactly as the network receives it."
            ),
            ("mien predict samples/faces --explain maps", "Write heat maps of the regions that drove the predictions."),
            (
                "mien predict crowd.jpg --tiles all --min-score 0.6",
                "Find very small faces too, with a lower detection threshold."
            ),
            ("mien predict - --json < photo.jpg", "An image on standard input.")
        );
    }
}
