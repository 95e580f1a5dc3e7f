using Mien.Evaluation;

namespace Mien.Adaptation;

/// <summary>
/// Turns labelled faces into the crops that the network gets, as prediction does. Thread-safe, but for disposal.
/// </summary>
internal sealed class FaceReader : IDisposable
{
    // These mean that nothing can be predicted here, and not that a picture is bad.
    private static readonly string[] Fatal = ["noNativeLibrary", "modelFailed"];

    private readonly AdaptationOptions options;
    private readonly ModelContract contract;
    private readonly Lazy<FaceExpressionRecognizer> recognizer;

    /// <summary>Creates a reader. The detector is loaded with the first picture that is not a face crop.</summary>
    public FaceReader(AdaptationOptions options, ModelContract contract)
    {
        this.options = options;
        this.contract = contract;
        recognizer = new Lazy<FaceExpressionRecognizer>(() =>
            FaceExpressionRecognizer.Create(
                options.Recognizer with
                {
                    Model = options.Model,
                    Head = options.Head,
                    Inference = new ClassifierOptions { Threads = 1, Spinning = false },
                }
            )
        );
    }

    /// <summary>Reads one face.</summary>
    /// <returns>The crop in the size of the network's input, or the problem.</returns>
    public FaceCrop Read(LabelledFace face, CancellationToken cancellationToken)
    {
        if (face.Problem is { } problem)
        {
            return new FaceCrop(null, problem);
        }

        try
        {
            if (face.Crop is { } crop)
            {
                return Crop(crop);
            }

            if (face.Dataset is { } dataset)
            {
                byte[] pixels = dataset.Image(face.Index).ToArray();
                return Crop(new GrayImage(dataset.Width, dataset.Height, pixels));
            }

            return face.Photo is { } photo
                ? FromPhoto(face, photo, cancellationToken)
                : FromFile(face, cancellationToken);
        }
        catch (MienException e) when (!Fatal.Contains(e.Code))
        {
            // A failure during cancellation may be a consequence of it.
            cancellationToken.ThrowIfCancellationRequested();
            return Bad(face, AdaptationProblem.Unreadable, e.Message);
        }
        catch (OutOfMemoryException)
        {
            return Bad(
                face,
                AdaptationProblem.Unreadable,
                $"{face.Name}: there is not enough memory for this picture. Make it smaller, or use fewer threads."
            );
        }
    }

    public void Dispose()
    {
        if (recognizer.IsValueCreated)
        {
            recognizer.Value.Dispose();
        }
    }

    private FaceCrop FromPhoto(LabelledFace face, Photo photo, CancellationToken cancellationToken) =>
        IsCrop(photo.Width, photo.Height)
            ? Crop(photo.ToGray())
            : Choose(face, recognizer.Value.Recognize(photo, face.Name, Found, cancellationToken));

    private FaceCrop FromFile(LabelledFace face, CancellationToken cancellationToken)
    {
        ImageLimits limits = options.Recognizer.Limits;
        using FileBytes? file = face.Path is { } path ? InputFile.Open(path, "image", limits.MaxBytes) : null;
        ReadOnlySpan<byte> data = file is null ? face.Data!.Value.Span : file.Span;
        (int width, int height) = ImageCodec.SizeOf(data, face.Name, limits);
        return IsCrop(width, height)
            ? Crop(ImageDecoder.Decode(data, face.Name, limits))
            : Choose(face, recognizer.Value.Recognize(data, face.Name, Found, cancellationToken));
    }

    private static RecognitionOptions Found { get; } = new() { KeepCrops = true, IsFaceCrop = false };

    private bool IsCrop(int width, int height) =>
        width <= options.Recognizer.MaxFaceCropSize && height <= options.Recognizer.MaxFaceCropSize;

    private FaceCrop Crop(GrayImage image) =>
        new(image.Resize(contract.Width, contract.Height, contract.Resize).Pixels, null);

    private static FaceCrop Choose(LabelledFace face, RecognitionResult result)
    {
        int count = result.Faces.Count;
        if (count == 0)
        {
            return Bad(
                face,
                AdaptationProblem.NoFace,
                $"{face.Name}: no face was found in this picture of {result.Width}×{result.Height} pixels. Take "
                    + "another picture, or give a crop of at most 64×64 pixels, which is taken as it is."
            );
        }

        if (count > 1 && face.Box is null)
        {
            return Bad(
                face,
                AdaptationProblem.SeveralFaces,
                $"{face.Name}: {count} faces were found, and it is not known whose label '{face.Label}' is. Crop the "
                    + "picture, or give the face's box (boxX, boxY, boxWidth, boxHeight of a CSV file)."
            );
        }

        RecognizedFace? chosen = FaceChoice.Choose(result.Faces, face.Box);
        return chosen is null
            ? Bad(
                face,
                AdaptationProblem.NoFace,
                $"{face.Name}: no face was found at the box; {count} {(count == 1 ? "was" : "were")} found elsewhere. "
                    + "Give the box in pixels of the upright photo."
            )
            : new FaceCrop(chosen.Crop!.Pixels, null);
    }

    private static FaceCrop Bad(LabelledFace face, string code, string message) =>
        new(null, new AdaptationProblem(code, face.Name, face.Label, message));
}

/// <summary>The crop of one face, or why there is none.</summary>
/// <param name="Pixels">The pixels in the size of the network's input.</param>
/// <param name="Problem">Why there is no crop.</param>
internal readonly record struct FaceCrop(byte[]? Pixels, AdaptationProblem? Problem);
