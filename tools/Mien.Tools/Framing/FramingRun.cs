using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;

namespace Mien.Tools;

/// <summary>Runs the face detector on the images of FER2013.</summary>
internal sealed class FramingRun(CommandConsole console, FramingRequest request, CancellationToken cancellationToken)
{
    /// <summary>The side of the padded image in pixels; docs/detection.md compares other shares.</summary>
    private const int Canvas = 256;

    private readonly FaceFraming framing = FaceFraming.Of(request.Detector);
    private string? head;

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
        var measurement = new FramingMeasurement(framing);
        FramingFit? fit = request.Fit ? new FramingFit() : null;
        FramingAccuracy? accuracy = Measure(images, measurement, fit, bar);
        return new FramingReport(images.Name, measurement, accuracy, fit, framing);
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

    private FramingAccuracy? Measure(
        FaceDataset images,
        FramingMeasurement measurement,
        FramingFit? fit,
        WorkProgress bar
    )
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

            // The images have FER2013's labels, so a model with several heads is measured with the head for them.
            head = recognizer.Contract.HeadNames.Contains(LabelSets.Fer2013) ? LabelSets.Fer2013 : null;
        }

        int found = 0;
        int original = 0;
        int exact = 0;
        int cropped = 0;
        int gained = 0;
        int lost = 0;
        var canvas = new FramingCanvas(Canvas, request.Share, request.Padding);
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
                using Photo photo = canvas.Place(images.Image(i), images.Width, images.Height, out CropSquare square);
                DetectedFace? face = FramingMeasurement.Detect(detector, photo, request.MinScore);
                measurement.Add(face, square);
                if (recognizer is not null && face is not null)
                {
                    bool before = IsRight(AsItIs(recognizer, images, i), images, i);
                    bool after = IsRight(WhenFound(recognizer, photo), images, i);
                    Interlocked.Increment(ref found);
                    Interlocked.Add(ref original, before ? 1 : 0);
                    Interlocked.Add(ref exact, IsRight(Exactly(recognizer, photo, square), images, i) ? 1 : 0);
                    Interlocked.Add(ref cropped, after ? 1 : 0);
                    Interlocked.Add(ref gained, after && !before ? 1 : 0);
                    Interlocked.Add(ref lost, before && !after ? 1 : 0);
                }

                if (fit is not null)
                {
                    AddTo(fit, detector, images, i);
                }

                bar.Add(1);
            }
        );
        return recognizer is null || found == 0
            ? null
            : new FramingAccuracy(recognizer.Contract.Name, found, original, exact, cropped, gained, lost);
    }

    private void AddTo(FramingFit fit, FaceDetector detector, FaceDataset images, int i)
    {
        using Photo photo = FramingCanvas
            .Random(Canvas, i)
            .Place(images.Image(i), images.Width, images.Height, out CropSquare square);
        if (FramingMeasurement.Detect(detector, photo, request.MinScore) is { } face)
        {
            fit.Add(i, face, square);
        }
    }

    private static bool IsRight(RecognizedFace face, FaceDataset images, int i) => face.Expression == images.Label(i);

    private RecognizedFace AsItIs(FaceExpressionRecognizer recognizer, FaceDataset images, int i)
    {
        using Photo crop = Photo.FromPixels(images.Image(i), images.Width, images.Height, PixelLayout.Gray);
        return recognizer.Recognize(crop, options: new RecognitionOptions { IsFaceCrop = true, Head = head }).Faces[0];
    }

    /// <summary>Crops the true square, given as the box that the library frames with this square.</summary>
    private RecognizedFace Exactly(FaceExpressionRecognizer recognizer, Photo photo, CropSquare square)
    {
        float side = square.Side / framing.Scale;
        var box = new FaceBox(
            square.Center.X - (side / 2),
            square.Center.Y - (side / 2) - (framing.Down * side),
            side,
            side
        );
        return recognizer.Recognize(photo, options: new RecognitionOptions { Boxes = [box], Head = head }).Faces[0];
    }

    private RecognizedFace WhenFound(FaceExpressionRecognizer recognizer, Photo photo)
    {
        var detection = new DetectionOptions { Tiles = Tiling.None, MinScore = request.MinScore };
        return recognizer
            .Recognize(
                photo,
                options: new RecognitionOptions
                {
                    Detection = detection,
                    IsFaceCrop = false,
                    Head = head,
                }
            )
            .Faces.MaxBy(f => f.DetectionScore)!;
    }
}
