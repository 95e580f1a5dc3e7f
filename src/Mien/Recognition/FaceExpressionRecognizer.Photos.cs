using System.Globalization;

namespace Mien;

/// <summary>Photos: detection, crops, classification, and the checks of boxes that the caller gives.</summary>
public sealed partial class FaceExpressionRecognizer
{
    private RecognitionResult RecognizePhoto(
        Photo photo,
        string? name,
        RecognitionOptions options,
        CancellationToken cancellationToken
    )
    {
        HeadReader head = HeadOf(options);
        CheckInside(options.Boxes, photo, name);
        int runs = 0;
        IReadOnlyList<DetectedFace>? found = options.Boxes is null
            ? Detector().Detect(photo, options.Detection ?? Options.Detection, out runs, cancellationToken)
            : null;
        return RecognizeFaces(photo, found, runs, name, options, head, cancellationToken);
    }

    /// <summary>Recognizes the expressions of detected faces, or of the boxes that the caller gives.</summary>
    private RecognitionResult RecognizeFaces(
        Photo photo,
        IReadOnlyList<DetectedFace>? found,
        int runs,
        string? name,
        RecognitionOptions options,
        HeadReader head,
        CancellationToken cancellationToken
    )
    {
        int count = found?.Count ?? options.Boxes!.Count;
        int size = Contract.Width * Contract.Height;
        byte[] crops = new byte[count * size];
        int threads = Options.Inference.Threads == 0 ? Environment.ProcessorCount : Options.Inference.Threads;
        Concurrent.For(count, threads, i => Crop(photo, found, options, i, crops), cancellationToken);
        float[]? presence = found is null ? Presence(photo, options.Boxes!, threads, cancellationToken) : null;
        float[] probabilities = new float[count * Contract.Labels.Count];
        float[] distances = Distances(count);
        classifier.Classify(crops, count, probabilities, head, distances);
        var results = new ExpressionResult[count];
        for (int i = 0; i < count; i++)
        {
            results[i] = classifier.Result(probabilities.AsSpan(i * Contract.Labels.Count, Contract.Labels.Count));
        }

        FaceExplanation[]? explanations =
            options.Explain && count > 0
                ? classifier.Explain(
                    crops,
                    [.. results.Select(r => r.LabelScores.Top)],
                    head,
                    cancellationToken: cancellationToken
                )
                : null;
        float uncertainBelow = UncertainBelowOf(head);
        var faces = new RecognizedFace[count];
        for (int i = 0; i < count; i++)
        {
            ExpressionResult result = results[i];
            FaceBox box = found?[i].Box ?? options.Boxes![i];
            Span<byte> crop = crops.AsSpan(i * size, size);
            FaceQuality quality = FaceQuality.OfFace(box, found?[i].Keypoints, photo, crop, Contract);
            faces[i] = new RecognizedFace(
                found is null ? box : box.ClippedTo(photo.Width, photo.Height),
                result,
                quality,
                Uncertainty.Of(result, uncertainBelow, crop, quality, presence?[i] ?? 1, IsUnlike(distances, i))
            )
            {
                Keypoints = found?[i].Keypoints,
                DetectionScore = found?[i].Score,
                Crop = options.KeepCrops
                    ? new GrayImage(Contract.Width, Contract.Height, crops[(i * size)..((i + 1) * size)])
                    : null,
                Explanation = explanations?[i],
            };
        }

        return new RecognitionResult(name, photo.Width, photo.Height, faces)
        {
            Head = head.Head.Name,
            DetectorRuns = runs,
        };
    }

    private void Crop(Photo photo, IReadOnlyList<DetectedFace>? found, RecognitionOptions options, int i, byte[] crops)
    {
        int size = Contract.Width * Contract.Height;
        FaceFraming framing = FaceFraming.Of(found?[i].Detector ?? DetectorModel.Back);
        CropSquare square = found is null
            ? framing.Square(options.Boxes![i])
            : framing.Square(found[i].Box, found[i].Keypoints);
        FaceCropper.Crop(photo, square, Contract, crops.AsSpan(i * size, size));
    }

    /// <summary>Asks the face mesh whether given boxes contain a face. Their roll is assumed to be 0.</summary>
    private float[] Presence(
        Photo photo,
        IReadOnlyList<FaceBox> boxes,
        int threads,
        CancellationToken cancellationToken
    )
    {
        float[] presence = new float[boxes.Count];
        Concurrent.For(boxes.Count, threads, i => presence[i] = mesh.Presence(photo, boxes[i], 0), cancellationToken);
        return presence;
    }

    private static void CheckInside(IReadOnlyList<FaceBox>? boxes, Photo photo, string? name)
    {
        var all = new FaceBox(0, 0, photo.Width, photo.Height);
        foreach (FaceBox box in boxes ?? [])
        {
            if (box.Overlap(all) <= 0)
            {
                throw new MienException(
                    ErrorKind.BadUsage,
                    "boxOutside",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{name ?? "image"}: the box at {box.X:0},{box.Y:0} of {box.Width:0}×{box.Height:0} is "
                            + $"outside the image of {photo.Width}×{photo.Height}. Give boxes in pixels of the "
                            + $"upright image."
                    )
                );
            }
        }
    }

    private static void CheckBoxes(IReadOnlyList<FaceBox>? boxes)
    {
        foreach (FaceBox box in boxes ?? [])
        {
            // The cropper copies the part of the photo under a box, so a huge box would exhaust the memory.
            bool good =
                box.Width > 0
                && box.Height > 0
                && MathF.Abs(box.X) < 1e6f
                && MathF.Abs(box.Y) < 1e6f
                && box.Width < 1e5f
                && box.Height < 1e5f;
            if (!good)
            {
                throw new ArgumentException(
                    $"The box {box} is invalid: expected finite numbers, and a width and height over 0 and under "
                        + $"100,000 pixels.",
                    nameof(boxes)
                );
            }
        }
    }
}
