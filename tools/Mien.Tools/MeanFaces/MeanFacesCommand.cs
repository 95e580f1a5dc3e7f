using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Tools;

/// <summary><c>mien-tools mean-faces</c>: one synthetic face per expression.</summary>
internal static class MeanFacesCommand
{
    public static Command Create()
    {
        const int least = FaceSelection.MinImages;
        var output = new Option<string>("--output", "-o")
        {
            Description = "The folder for anger.png … neutral.png.",
            HelpName = "DIR",
            Required = true,
        };
        var model = new Option<string?>("--model", "-m")
        {
            Description = "The model that selects; by default the library's default model.",
            HelpName = "NAME|FILE",
        };
        var count = new Option<int>("--count")
        {
            Description =
                $"Images in each average, at least {least}: people could be recognised in an average of fewer.",
            HelpName = "N",
            DefaultValueFactory = _ => 60,
        };
        var photo = new Option<string?>("--photo")
        {
            Description =
                "Also: all seven in one picture (JPEG), turned and in several sizes, to try the face detector on.",
            HelpName = "FILE",
        };
        Option<bool> quiet = SharedOptions.Quiet();
        var data = new DataArguments();
        var command = new Command(
            "mean-faces",
            "Makes the sample faces: for each expression the average of aligned training images of that label, "
                + "selected by a model's probability of the label."
        )
        {
            output,
            model,
            count,
            photo,
            quiet,
        };
        data.WithoutVotes().AddTo(command);
        command.SetAction(
            (result, cancellationToken) =>
            {
                int wanted = result.GetValue(count);
                if (wanted < least)
                {
                    throw new UsageException(
                        $"--count is {wanted}, expected {least} or more: fewer would let people be recognised."
                    );
                }

                var request = new MeanFacesRequest
                {
                    Data = data.Source(result) with { Votes = null },
                    Folder = Folder(result.GetValue(output)!),
                    Model = result.GetValue(model),
                    Count = wanted,
                    Photo = result.GetValue(photo) is { } file ? OutputPath.Prepare(file, "--photo") : null,
                    Quiet = result.GetValue(quiet),
                };
                new MeanFacesRun(CommandConsole.Of(result), request, cancellationToken).Run();
                return Task.FromResult(ExitCodes.Done);
            }
        );
        return command.WithExamples(
            (
                "mien-tools mean-faces --data fer2013.csv.gz --output samples/faces --photo samples/photo.jpg",
                "as the samples were made"
            )
        );
    }

    private static string Folder(string path) =>
        path.Length > 0 && !File.Exists(path)
            ? path
            : throw new UsageException(
                $"--output: '{path}' is {(path.Length == 0 ? "empty" : "a file")}, expected a folder to write to."
            );
}
