using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Lab;

/// <summary><c>mien-lab data info</c>: statistics of a data set.</summary>
internal static class DataCommand
{
    public static Command Create()
    {
        var command = new Command("data", "Describes data sets.") { CreateInfo() };
        return command.WithExamples(
            ("mien-lab data info --data fer2013.csv.gz --sheet faces.png", "counts, duplicates, and a contact sheet")
        );
    }

    private static Command CreateInfo()
    {
        var json = new Option<bool>("--json") { Description = "Write the counts as JSON." };
        var sheet = new Option<string?>("--sheet")
        {
            Description = "Write a contact sheet with some images of each class.",
            HelpName = "FILE.png",
        };
        var data = new DataArguments();
        var command = new Command(
            "info",
            "Prints the images per class and split, exact duplicates within and across splits, and images without "
                + "content."
        )
        {
            json,
            sheet,
        };
        data.AddTo(command);
        command.SetAction(
            (result, cancellationToken) =>
                Task.FromResult(
                    new DataInfoRun(CommandConsole.Of(result))
                    {
                        Data = data.Of(result),
                        Sheet = result.GetValue(sheet),
                        Json = result.GetValue(json),
                    }.Execute(cancellationToken)
                )
        );
        return command.WithExamples(
            ("mien-lab data info --data fer2013.tar.gz", "the archive from Kaggle"),
            ("mien-lab data info --data faces/ --sheet faces.png", "a folder with split/class/*.png"),
            ("mien-lab data info --data fer2013.csv --random-split 1 --json", "a random 80:10:10 split, as JSON")
        );
    }
}
