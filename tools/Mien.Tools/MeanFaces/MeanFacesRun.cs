using System.Globalization;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;

namespace Mien.Tools;

/// <summary>Makes the sample faces.</summary>
internal sealed class MeanFacesRun(
    CommandConsole console,
    MeanFacesRequest request,
    CancellationToken cancellationToken
)
{
    public void Run()
    {
        using OutputLock alone = OutputLock.Take([request.Photo], [request.Folder]);
        FaceDataset images = Images();
        using ExpressionClassifier classifier = request.Model is { } model
            ? ExpressionClassifier.Load(model)
            : ExpressionClassifier.Load();
        float[] probabilities = Probabilities(classifier, images);
        var faces = new List<GrayImage>();
        foreach (Expression expression in Enum.GetValues<Expression>())
        {
            int[] chosen = MeanFace.Surest(images, probabilities, expression, request.Count);
            GrayImage face = MeanFace.Of(images, chosen);
            string path = Path.Combine(request.Folder, expression.Name() + ".png");
            OutputFile.WriteBytes(path, face.EncodePng());
            faces.Add(face);
            ExpressionResult seen = classifier.Classify(face);
            console.Out.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path}: mean of {chosen.Length} images, named {seen.Label} ({seen.Confidence:P1})"
                )
            );
        }

        if (request.Photo is { } photo)
        {
            OutputFile.WriteBytes(photo, SamplePhoto.Draw(faces));
            console.Out.WriteLine($"{photo}: all of them in one picture");
        }
    }

    private FaceDataset Images()
    {
        FaceDataset images = request.Data.Read(console, cancellationToken).Only(DatasetSplit.Training);
        foreach (Expression expression in Enum.GetValues<Expression>())
        {
            int there = images.Labels.Count(l => l == (byte)expression);
            if (there < MeanFace.MinImages)
            {
                throw new UsageException(
                    $"{images.Name} has {there} Training images of {expression.Name()}, expected "
                        + $"{MeanFace.MinImages} or more: a mean of fewer would let people be recognised."
                );
            }
        }

        return images;
    }

    private float[] Probabilities(ExpressionClassifier classifier, FaceDataset images)
    {
        using WorkProgress bar = WorkProgress.Start(
            "Classifying",
            images.Count,
            new WorkProgressOptions
            {
                Console = console,
                Quiet = request.Quiet,
                Unit = "images",
            }
        );
        return new ModelEvaluator(classifier)
            .Predict(images, new ImmediateProgress<int>(done => bar.Report(done)), cancellationToken)
            .Probabilities;
    }
}
