using System.CommandLine;
using System.Globalization;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;

namespace Mien.Lab;

/// <summary><c>mien-lab mean-faces</c>: one picture an expression in which nobody is recognisable.</summary>
internal static class MeanFacesCommand
{
    public static Command Create()
    {
        const int least = MeanFace.LeastImages;
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
        Option<bool> quiet = TrainCommand.QuietOption();
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
                CommandConsole console = CommandConsole.Of(result);
                int wanted = result.GetValue(count);
                if (wanted < least)
                {
                    throw new UsageException(
                        $"--count is {wanted}, expected {least} or more: fewer would let people be recognised."
                    );
                }

                string folder =
                    result.GetValue(output) is { Length: > 0 } named && !File.Exists(named)
                        ? named
                        : throw new UsageException(
                            $"--output: '{result.GetValue(output)}' "
                                + $"is {(result.GetValue(output)!.Length == 0 ? "empty" : "a file")}, expected a "
                                + $"folder to write to."
                        );

                FaceDataset images = (data.Source(result) with { Votes = null })
                    .Read(console, cancellationToken)
                    .Only(DatasetSplit.Training);
                foreach (Expression expression in Enum.GetValues<Expression>())
                {
                    int there = images.Labels.Count(l => l == (byte)expression);
                    if (there < least)
                    {
                        throw new UsageException(
                            $"{images.Name} has {there} Training images of {expression.Name()}, "
                                + $"expected {least} or more: a mean of fewer would let people be recognised."
                        );
                    }
                }

                using ExpressionClassifier classifier = result.GetValue(model) is { } chosenModel
                    ? ExpressionClassifier.Load(chosenModel)
                    : ExpressionClassifier.Load();
                float[] probabilities;
                using (
                    WorkProgress bar = WorkProgress.Start(
                        "Classifying",
                        images.Count,
                        new WorkProgressOptions
                        {
                            Console = console,
                            Quiet = result.GetValue(quiet),
                            Unit = "images",
                        }
                    )
                )
                {
                    probabilities = new ModelEvaluator(classifier)
                        .Predict(images, new BarProgress(bar), cancellationToken)
                        .Probabilities;
                }

                string? photoFile = result.GetValue(photo) is { } photoName
                    ? OutputFiles.Check(photoName, "--photo")
                    : null;
                Directory.CreateDirectory(folder);
                var faces = new List<GrayImage>();
                foreach (Expression expression in Enum.GetValues<Expression>())
                {
                    int[] chosen = MeanFace.Surest(images, probabilities, expression, wanted);
                    GrayImage face = MeanFace.Of(images, chosen);
                    string path = Path.Combine(folder, expression.Name() + ".png");
                    File.WriteAllBytes(path, face.EncodePng());
                    faces.Add(face);
                    ExpressionResult seen = classifier.Classify(face);
                    console.Out.WriteLine(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{path}: mean of {chosen.Length} images, named {seen.Label} ({seen.Confidence:P1})"
                        )
                    );
                }

                if (photoFile is not null)
                {
                    File.WriteAllBytes(photoFile, SamplePhoto.Draw(faces));
                    console.Out.WriteLine($"{photoFile}: all of them in one picture");
                }

                return Task.FromResult(ExitCodes.Done);
            }
        );
        return command.WithExamples(
            (
                "mien-lab mean-faces --data fer2013.csv.gz --output samples/faces --photo samples/faces.jpg",
                "as the samples were made"
            )
        );
    }
}
