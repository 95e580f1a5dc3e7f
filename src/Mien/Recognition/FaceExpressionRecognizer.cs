using System.Globalization;

namespace Mien;

/// <summary>
/// A photo goes in; every face in it comes out, with a probability per label. One instance serves any
/// number of threads; it holds the networks' weights, so create one and keep it. Disposing lets calls under way end
/// first.
/// </summary>
public sealed partial class FaceExpressionRecognizer : IDisposable
{
    private readonly ExpressionClassifier classifier;
    private readonly FaceFraming framing;
    private readonly UseCount uses;
    private readonly Lock loading = new();
    private FaceDetector? detector;

    private FaceExpressionRecognizer(ExpressionClassifier classifier, RecognizerOptions options)
    {
        this.classifier = classifier;
        Options = options;
        UncertainBelow =
            options.UncertainBelow ?? classifier.Contract.UncertainBelow ?? ModelContract.DefaultUncertainBelow;
        framing = FaceFraming.Of(options.Detector);
        uses = new UseCount(Free, typeof(FaceExpressionRecognizer));
    }

    /// <summary>The options that it was created with.</summary>
    public RecognizerOptions Options { get; }

    /// <summary>
    /// The confidence, 0..1, under which results are marked as uncertain: what the options say, else what the model's
    /// contract says, else 0.5.
    /// </summary>
    public float UncertainBelow { get; }

    /// <summary>What the model file says of the network that names the expressions.</summary>
    public ModelContract Contract => classifier.Contract;

    /// <summary>Loads the networks. The detector is loaded when the first photo is not a face crop.</summary>
    /// <param name="options">Model, detection, limits; <see langword="null"/>: the defaults.</param>
    /// <returns>A recognizer that the caller disposes of.</returns>
    /// <exception cref="MienException">
    /// As for <see cref="ExpressionClassifier.Load(string, ClassifierOptions)"/>.
    /// </exception>
    public static FaceExpressionRecognizer Create(RecognizerOptions? options = null)
    {
        options ??= new RecognizerOptions();
        return new FaceExpressionRecognizer(ExpressionClassifier.Load(options.Model, options.Inference), options);
    }

    /// <summary>Recognizes the expressions in an image file (JPEG, PNG, WebP, BMP or GIF). Thread-safe.</summary>
    /// <param name="path">The file. URLs are not fetched.</param>
    /// <param name="options">What this call does otherwise; <see langword="null"/>: nothing.</param>
    /// <param name="cancellationToken">Ends the work between two runs of a network.</param>
    /// <returns>Every face; none is no failure.</returns>
    /// <exception cref="MienException">
    /// <c>fileNotFound</c>, <c>isDirectory</c>, <c>noPermission</c>, <c>badPath</c>, <c>unreadableFile</c>,
    /// <c>emptyFile</c>, <c>tooLarge</c>, <c>notAnImage</c>, <c>truncatedImage</c>, <c>corruptImage</c>;
    /// <c>noNativeLibrary</c>; <c>modelFailed</c>; <c>boxOutside</c>: a box of <paramref name="options"/> lies beside
    /// the picture.
    /// </exception>
    /// <exception cref="ArgumentException">A box of <paramref name="options"/> is empty or not finite.</exception>
    /// <exception cref="ObjectDisposedException">This recognizer was disposed of.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public RecognitionResult Recognize(
        string path,
        RecognitionOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        using FileBytes data = InputFile.Open(path, "image", Options.Limits.MaxBytes);
        return Recognize(data.Span, path, options, cancellationToken);
    }

    /// <summary>
    /// Recognizes the expressions in an image that is read from a stream, from its position to its end. Thread-safe.
    /// </summary>
    /// <param name="stream">A readable stream, which need not be seekable and stays open.</param>
    /// <param name="name">Where it comes from, for the result and for messages.</param>
    /// <param name="options">What this call does otherwise; <see langword="null"/>: nothing.</param>
    /// <param name="cancellationToken">Ends the work between two runs of a network.</param>
    /// <returns>Every face; none is no failure.</returns>
    /// <exception cref="MienException">As for a file.</exception>
    public RecognitionResult Recognize(
        Stream stream,
        string? name = null,
        RecognitionOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        using FileBytes data = InputFile.Open(stream, name ?? "image", "image", Options.Limits.MaxBytes);
        return Recognize(data.Span, name, options, cancellationToken);
    }

    /// <summary>Recognizes the expressions in an image file's bytes. Thread-safe.</summary>
    /// <param name="data">The file's bytes; not kept.</param>
    /// <param name="name">Where it comes from, for the result and for messages.</param>
    /// <param name="options">What this call does otherwise; <see langword="null"/>: nothing.</param>
    /// <param name="cancellationToken">Ends the work between two runs of a network.</param>
    /// <returns>Every face; none is no failure.</returns>
    /// <exception cref="MienException">As for a file.</exception>
    public RecognitionResult Recognize(
        ReadOnlySpan<byte> data,
        string? name = null,
        RecognitionOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        uses.Enter();
        try
        {
            options ??= new RecognitionOptions();
            CheckBoxes(options.Boxes);
            cancellationToken.ThrowIfCancellationRequested();
            return RecognizeFile(data, name, options, cancellationToken);
        }
        finally
        {
            uses.Leave();
        }
    }

    /// <summary>
    /// Recognizes the expressions in a photo that is decoded already, such as a frame of a video. Thread-safe.
    /// </summary>
    /// <param name="photo">The photo; not disposed of.</param>
    /// <param name="name">A name for the result.</param>
    /// <param name="options">What this call does otherwise; <see langword="null"/>: nothing.</param>
    /// <param name="cancellationToken">Ends the work between two runs of a network.</param>
    /// <returns>Every face; none is no failure.</returns>
    /// <exception cref="MienException">
    /// <c>modelFailed</c>; <c>boxOutside</c>: a box of <paramref name="options"/> lies beside the picture.
    /// </exception>
    /// <exception cref="ArgumentException">A box of <paramref name="options"/> is empty or not finite.</exception>
    /// <exception cref="ObjectDisposedException">This recognizer or the photo was disposed of.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public RecognitionResult Recognize(
        Photo photo,
        string? name = null,
        RecognitionOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(photo);
        uses.Enter();
        try
        {
            options ??= new RecognitionOptions();
            CheckBoxes(options.Boxes);
            cancellationToken.ThrowIfCancellationRequested();
            return options.Boxes is null && IsCrop(photo.Width, photo.Height, options)
                ? RecognizeCrop(photo.ToGray(), name, options, cancellationToken)
                : RecognizePhoto(photo, name, options, cancellationToken);
        }
        finally
        {
            uses.Leave();
        }
    }

    /// <summary>
    /// Frees the networks' weights once the calls under way have ended, which is after this returns; later calls throw.
    /// </summary>
    public void Dispose() => uses.Close();

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
                        $"{name ?? "image"}: the face at {box.X:0},{box.Y:0} of {box.Width:0}×{box.Height:0} "
                            + $"lies outside the picture, which is {photo.Width}×{photo.Height}. Give boxes in "
                            + $"pixels of the upright picture."
                    )
                );
            }
        }
    }

    private static void CheckBoxes(IReadOnlyList<FaceBox>? boxes)
    {
        foreach (FaceBox box in boxes ?? [])
        {
            // One that is larger than any photo would take the memory of its crop's surroundings.
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
                    $"The box {box} is no face: expected a width and height over 0 and at most 100,000 pixels, "
                        + $"and finite numbers.",
                    nameof(boxes)
                );
            }
        }
    }

    private RecognitionResult RecognizeFile(
        ReadOnlySpan<byte> data,
        string? name,
        RecognitionOptions options,
        CancellationToken cancellationToken
    )
    {
        if (IsCrop(data, name, options))
        {
            GrayImage crop = ImageDecoder.Decode(data, name ?? "image", Options.Limits);
            return RecognizeCrop(crop, name, options, cancellationToken);
        }

        using Photo photo = DecodePhoto(data, name, options);
        return RecognizePhoto(photo, name, options, cancellationToken);
    }

    private bool IsCrop(ReadOnlySpan<byte> data, string? name, RecognitionOptions options)
    {
        if (options.Boxes is not null || options.IsFaceCrop == false)
        {
            return false;
        }

        (int width, int height) = ImageCodec.SizeOf(data, name ?? "image", Options.Limits);
        return IsCrop(width, height, options);
    }

    /// <summary>With given boxes any face may be small: then nothing of the photo is left out.</summary>
    private Photo DecodePhoto(ReadOnlySpan<byte> data, string? name, RecognitionOptions options)
    {
        Tiling tiles = (options.Detection ?? Options.Detection).Tiles;
        int side = Math.Max(Contract.Width, Contract.Height);
        return PhotoDecoder.Decode(
            data,
            name ?? "image",
            Options.Limits,
            options.Boxes is null ? longer => TilePlan.NeededSide(longer, tiles, side, Options.Detector) : null
        );
    }

    private RecognitionResult RecognizePhoto(
        Photo photo,
        string? name,
        RecognitionOptions options,
        CancellationToken cancellationToken
    )
    {
        CheckInside(options.Boxes, photo, name);
        int runs = 0;
        IReadOnlyList<DetectedFace>? found = options.Boxes is null
            ? Detector().Detect(photo, options.Detection ?? Options.Detection, out runs, cancellationToken)
            : null;
        int count = found?.Count ?? options.Boxes!.Count;
        int size = Contract.Width * Contract.Height;
        byte[] crops = new byte[count * size];
        int threads = Options.Inference.Threads == 0 ? Environment.ProcessorCount : Options.Inference.Threads;
        Concurrent.For(count, threads, i => Crop(photo, found, options, i, crops), cancellationToken);
        float[] probabilities = new float[count * Contract.Labels.Count];
        classifier.Classify(crops, count, probabilities);
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
                    cancellationToken: cancellationToken
                )
                : null;
        var faces = new RecognizedFace[count];
        for (int i = 0; i < count; i++)
        {
            ExpressionResult result = results[i];
            faces[i] = new RecognizedFace(
                found?[i].Box ?? options.Boxes![i],
                result,
                result.Confidence < UncertainBelow
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

        return new RecognitionResult(name, photo.Width, photo.Height, faces) { DetectorRuns = runs };
    }

    private void Crop(Photo photo, IReadOnlyList<DetectedFace>? found, RecognitionOptions options, int i, byte[] crops)
    {
        int size = Contract.Width * Contract.Height;
        FaceBox box = found?[i].Box ?? options.Boxes![i];
        FaceCropper.Crop(photo, box, found?[i].Keypoints.Roll ?? 0, framing, Contract, crops.AsSpan(i * size, size));
    }

    private bool IsCrop(int width, int height, RecognitionOptions options) =>
        options.IsFaceCrop ?? (width <= Options.MaxFaceCropSize && height <= Options.MaxFaceCropSize);

    private RecognitionResult RecognizeCrop(
        GrayImage image,
        string? name,
        RecognitionOptions options,
        CancellationToken cancellationToken
    )
    {
        GrayImage crop = image.Resize(Contract.Width, Contract.Height, Contract.Resize);
        float[] probabilities = new float[Contract.Labels.Count];
        classifier.Classify(crop.Pixels, 1, probabilities);
        ExpressionResult result = classifier.Result(probabilities);
        var face = new RecognizedFace(
            new FaceBox(0, 0, image.Width, image.Height),
            result,
            result.Confidence < UncertainBelow
        )
        {
            Crop = options.KeepCrops ? crop : null,
            Explanation = options.Explain
                ? classifier.Explain(crop.Pixels, [result.LabelScores.Top], cancellationToken: cancellationToken)[0]
                : null,
        };
        return new RecognitionResult(name, image.Width, image.Height, [face]) { IsFaceCrop = true };
    }

    /// <summary>
    /// The detector, loaded by the first call that needs it: a program that only has face crops never does.
    /// </summary>
    private FaceDetector Detector()
    {
        lock (loading)
        {
            return detector ??= FaceDetector.Load(Options.Detector, Options.Inference);
        }
    }

    /// <summary>No call is under way any more, so none can be loading the detector.</summary>
    private void Free()
    {
        classifier.Dispose();
        detector?.Dispose();
    }
}
