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
    /// <summary>Side of the pictures in pixels.</summary>
    public const int Side = 256;

    /// <summary>The images to choose from, in multiples of those that are averaged.</summary>
    private const int PoolFactor = 3;

    public void Run()
    {
        using OutputLock alone = OutputLock.Take([request.Photo], [request.Folder]);
        FaceDataset images = Images();
        using ExpressionClassifier classifier = request.Model is { } model
            ? ExpressionClassifier.Load(model)
            : ExpressionClassifier.Load();
        using var detector = FaceDetector.Load();
        float[] probabilities = Probabilities(classifier, images);
        List<KeypointFace>[] pools = Pools(images, new FaceSelection(images, detector), probabilities);
        var faces = new List<GrayImage>();
        foreach (Expression expression in Enum.GetValues<Expression>())
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<KeypointFace> pool = pools[(int)expression];
            int count = Math.Min(request.Count, pool.Count);
            GrayImage face = FacePrint.Of(FaceAverage.Of(images, pool, count, Side));
            string path = Path.Combine(request.Folder, expression.Name() + ".png");
            OutputFile.WriteBytes(path, face.EncodePng());
            faces.Add(face);
            ExpressionResult seen = classifier.Classify(face);
            console.Out.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path}: average of {count} of {pool.Count} aligned images, classified as {seen.Label} "
                        + $"({seen.Confidence:P1})"
                )
            );
        }

        if (request.Photo is { } photo)
        {
            OutputFile.WriteBytes(photo, SamplePhoto.Draw(faces));
            console.Out.WriteLine($"{photo}: all of them in one picture");
        }
    }

    /// <summary>All are chosen before anything is written.</summary>
    private List<KeypointFace>[] Pools(FaceDataset images, FaceSelection selection, float[] probabilities)
    {
        var pools = new List<KeypointFace>[Expressions.Count];
        foreach (Expression expression in Enum.GetValues<Expression>())
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<KeypointFace> pool = selection.Choose(probabilities, expression, PoolFactor * request.Count);
            Expect(images, "different frontal faces in Training images of", expression, pool.Count);
            pools[(int)expression] = pool;
        }

        return pools;
    }

    private static void Expect(FaceDataset images, string what, Expression expression, int there)
    {
        if (there < FaceSelection.MinImages)
        {
            throw new UsageException(
                $"{images.Name} has {there} {what} {expression.Name()}, expected {FaceSelection.MinImages} or "
                    + "more: people could be recognised in an average of fewer."
            );
        }
    }

    private FaceDataset Images()
    {
        FaceDataset images = request.Data.Read(console, cancellationToken).Only(DatasetSplit.Training);
        foreach (Expression expression in Enum.GetValues<Expression>())
        {
            Expect(images, "Training images of", expression, images.Labels.Count(l => l == (byte)expression));
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
