using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary><c>mien merge DIR</c>: checks the results of many shards and writes them to one file.</summary>
internal static class MergeCommand
{
    public static Command Create()
    {
        Argument<string> folder = new Argument<string>("DIR")
        {
            Description =
                "Folder with the parts: Parquet, CSV or JSON Lines files of mien predict, all of one form, or the "
                + "results of mien work.",
        }.RejectUnknownOptions();
        var photos = new Option<string?>("--photos")
        {
            HelpName = "FOLDER|@FILE",
            Description = "Photos that must have exactly one result each: a folder, or a list with one path per line.",
        };
        var root = new Option<string?>("--root")
        {
            HelpName = "DIR",
            Description =
                "What the paths in the results begin with, as it was given to predict; default: found from the names.",
        };
        var output = new Option<string?>("--output", "-o")
        {
            HelpName = "FILE",
            Description =
                "Write all results to one file in the form of the parts, or from Parquet parts to a .csv file. Nothing "
                + "is written if photos are missing or double.",
        };
        Option<bool> safeCsv = CommonOptions.SafeCsv();
        var json = new Option<bool>("--json") { Description = "Write all findings and counts as a JSON object." };
        Option<bool> quiet = SharedOptions.Quiet();
        var command = new Command(
            "merge",
            "Check that every photo has exactly one result in the parts of many runs, and merge them into one file."
        )
        {
            folder,
            photos,
            root,
            output,
            safeCsv,
            json,
            quiet,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                Task.FromResult(
                    new MergeRun(
                        CommandConsole.Of(parsed),
                        new MergeRequest
                        {
                            Folder = parsed.GetValue(folder)!,
                            Photos = parsed.GetValue(photos),
                            Root = parsed.GetValue(root),
                            OutputFile = parsed.GetValue(output),
                            SafeCsv = parsed.GetValue(safeCsv),
                            Json = parsed.GetValue(json),
                            Quiet = parsed.GetValue(quiet),
                        },
                        cancellationToken
                    ).Execute()
                )
        );
        return command.WithExamples(
            ("mien merge results --photos photos", "Is there exactly one result of every photo?"),
            (
                "mien merge results --photos @photos.txt -o all.parquet",
                "Check the photos of a list, and write one file if all are there."
            ),
            ("mien merge results -o all.csv", "Write the Parquet parts as one CSV file."),
            ("mien merge results --photos photos --json", "All missing photos, for a program.")
        );
    }
}
