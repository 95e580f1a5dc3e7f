using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Tools;

/// <summary><c>mien-tools mean-faces</c>: one picture an expression in which nobody is recognisable.</summary>
internal static class MeanFacesCommand
{
    public static Command Create()
    {
        const int least = MeanFace.MinImages;
        var output = new Option<string>("--output", "-o")
        {
            Description = "The folder for anger.png … neutral.png.",
            HelpName = "DIR",
            Required = true,
        };
        var model = new Option<string?>("--model", "-m")
        {
            Description = "The model that chooses; by default the library's default model.",
            HelpName = "NAME|FILE",
        };
        var count = new Option<int>("--count")
        {
            Description =
                $"Images that go into each mean; fewer than {least} would let people be recognised and are refused.",
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
            "Makes the sample faces: for each expression the pixel mean of the training images of that label "
                + "that a model is most sure of, stretched in contrast."
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
