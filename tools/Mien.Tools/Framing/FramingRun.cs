using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;

namespace Mien.Tools;

/// <summary>Runs the face detector on the images of FER2013.</summary>
internal sealed class FramingRun(CommandConsole console, FramingRequest request, CancellationToken cancellationToken)
{
    /// <summary>The side of the padded image in pixels; docs/detection.md compares other shares.</summary>
    private const int Canvas = 256;

    public FramingReport Run()
    {
        FaceDataset images = Images();
        using WorkProgress bar = WorkProgress.Start(
            "Detecting",
            images.Count,
            new WorkProgressOptions
            {
                Console = console,
                Quiet = request.Quiet,
                Unit = "images",
            }
        );
        var measurement = new FramingMeasurement();
        FramingAccuracy? accuracy = Measure(images, measurement, bar);
        return new FramingReport(images.Name, measurement, accuracy, FaceFraming.Of(request.Detector));
    }

    private FaceDataset Images()
    {
        FaceDataset all = request.Data.Read(console, cancellationToken).Only(request.Split);
        if (all.Count == 0)
        {
            throw new UsageException($"{all.Name} has no images of {request.Split}.");
        }

        int count = request.Images == 0 ? all.Count : Math.Min(request.Images, all.Count);
        return all.Select([.. Enumerable.Range(0, count).Select(i => (int)((long)i * all.Count / count))]);
    }

    private FramingAccuracy? Measure(FaceDataset images, FramingMeasurement measurement, WorkProgress bar)
    {
        var inference = new ClassifierOptions { Threads = 1 }; // the images are processed in parallel
        using FaceDetector detector = FaceDetector.Load(request.Detector, inference);
        using FaceExpressionRecognizer? recognizer = request.Model is null
            ? null
            : FaceExpressionRecognizer.Create(
                new RecognizerOptions
                {
                    Model = request.Model,
                    Detector = request.Detector,
                    Inference = inference,
                }
            );
        if (recognizer is not null)
        {
            SevenLabels.Check(recognizer.Contract);
        }

        int found = 0;
        int rightAsTheyAre = 0;
        int rightWhenFound = 0;
        var parallel = new ParallelOptions
        {
            CancellationToken = cancellationToken,
            MaxDegreeOfParallelism = Environment.ProcessorCount,
        };
        Parallel.For(
            0,
            images.Count,
            parallel,
            i =>
            {
                using Photo photo = FramingMeasurement.OnCanvas(
                    images.Image(i),
                    images.Width,
                    images.Height,
                    Canvas,
                    request.Share
                );
                DetectedFace? face = measurement.Add(detector, photo, request.Share, request.MinScore);
                if (recognizer is not null && face is not null)
                {
                    Interlocked.Increment(ref found);
                    Interlocked.Add(ref rightAsTheyAre, IsRight(AsItIs(recognizer, images, i), images, i) ? 1 : 0);
                    Interlocked.Add(ref rightWhenFound, IsRight(WhenFound(recognizer, photo), images, i) ? 1 : 0);
                }

                bar.Add(1);
            }
        );
        return recognizer is null || found == 0
            ? null
            : new FramingAccuracy(
                recognizer.Contract.Name,
                found,
                (double)rightAsTheyAre / found,
                (double)rightWhenFound / found
            );
    }

    private static bool IsRight(RecognizedFace face, FaceDataset images, int i) => face.Expression == images.Label(i);

    private static RecognizedFace AsItIs(FaceExpressionRecognizer recognizer, FaceDataset images, int i)
    {
        using Photo crop = Photo.FromPixels(images.Image(i), images.Width, images.Height, PixelLayout.Gray);
        return recognizer.Recognize(crop, options: new RecognitionOptions { IsFaceCrop = true }).Faces[0];
    }

    private RecognizedFace WhenFound(FaceExpressionRecognizer recognizer, Photo photo)
    {
        var detection = new DetectionOptions { Tiles = Tiling.None, MinScore = request.MinScore };
        return recognizer
            .Recognize(photo, options: new RecognitionOptions { Detection = detection, IsFaceCrop = false })
            .Faces.MaxBy(f => f.DetectionScore)!;
    }
}
