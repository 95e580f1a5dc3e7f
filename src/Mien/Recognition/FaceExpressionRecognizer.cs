namespace Mien;

/// <summary>
/// Recognizes facial expressions: detects the faces in a photo and returns the class probabilities of each.
/// Thread-safe. An instance holds the weights of the networks, so create one and share it. Calls in progress complete
/// after disposal; later calls throw.
/// </summary>
public sealed partial class FaceExpressionRecognizer : IDisposable
{
    private readonly ExpressionClassifier classifier;
    private readonly FaceMesh mesh;
    private readonly UseCount uses;
    private readonly Lock loading = new();
    private FaceDetector? detector;

    private FaceExpressionRecognizer(ExpressionClassifier classifier, RecognizerOptions options)
    {
        this.classifier = classifier;
        Options = options;
        UncertainBelow = UncertainBelowOf(classifier.Head(options.Head));
        mesh = new FaceMesh(options.Inference);
        uses = new UseCount(Free, typeof(FaceExpressionRecognizer));
    }

    /// <summary>The options with which the recognizer was created.</summary>
    public RecognizerOptions Options { get; }

    /// <summary>
    /// The confidence, 0..1, under which predictions are marked as uncertain
    /// (<see cref="UncertainReason.LowConfidence"/>): <see cref="RecognizerOptions.UncertainBelow"/> if set, otherwise
    /// that of <see cref="RecognizerOptions.Head"/> in the model's contract, otherwise 0.5.
    /// </summary>
    public float UncertainBelow { get; }

    /// <summary>The contract of the expression network: input size, labels and other metadata.</summary>
    public ModelContract Contract => classifier.Contract;

    /// <summary>
    /// Creates a recognizer and loads the expression network. The detector is loaded by the first photo that is not a
    /// face crop.
    /// </summary>
    /// <param name="options">Model, detection and limits; <see langword="null"/> uses the defaults.</param>
    /// <returns>A recognizer that the caller must dispose.</returns>
    /// <exception cref="MienException">
    /// As for <see cref="ExpressionClassifier.Load(string, ClassifierOptions)"/>; <c>noSuchHead</c>: the model has no
    /// such head.
    /// </exception>
    public static FaceExpressionRecognizer Create(RecognizerOptions? options = null)
    {
        options ??= new RecognizerOptions();
        ExpressionClassifier classifier = ExpressionClassifier.Load(options.Model, options.Inference);
        try
        {
            return new FaceExpressionRecognizer(classifier, options);
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    /// <summary>Recognizes the expressions in an image file (JPEG, PNG, WebP, BMP or GIF). Thread-safe.</summary>
    /// <param name="path">The path of the file; URLs are not supported.</param>
    /// <param name="options">Options for this call; <see langword="null"/> uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the work between two runs of a network.</param>
    /// <returns>The faces; an image without faces is not an error.</returns>
    /// <exception cref="MienException">
    /// <c>fileNotFound</c>, <c>isDirectory</c>, <c>noPermission</c>, <c>badPath</c>, <c>unreadableFile</c>,
    /// <c>emptyFile</c>, <c>tooLarge</c>, <c>notAnImage</c>, <c>truncatedImage</c>, <c>corruptImage</c>;
    /// <c>noNativeLibrary</c>; <c>modelFailed</c>; <c>boxOutside</c>: a box of <paramref name="options"/> lies outside
    /// the image; <c>noSuchHead</c>: the model has no such head.
    /// </exception>
    /// <exception cref="ArgumentException">A box of <paramref name="options"/> is empty or not finite.</exception>
    /// <exception cref="ObjectDisposedException">This recognizer was disposed.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
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
    /// Recognizes the expressions in an image, reading a stream from the current position to the end. Thread-safe.
    /// </summary>
    /// <param name="stream">A readable stream; need not be seekable and is left open.</param>
    /// <param name="name">
    /// The name of the source for the result and for error messages; may be <see langword="null"/>.
    /// </param>
    /// <param name="options">Options for this call; <see langword="null"/> uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the work between two runs of a network.</param>
    /// <returns>The faces; an image without faces is not an error.</returns>
    /// <exception cref="MienException">
    /// As for <see cref="Recognize(string, RecognitionOptions, CancellationToken)"/>.
    /// </exception>
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

    /// <summary>Recognizes the expressions in an image, given the bytes of its file. Thread-safe.</summary>
    /// <param name="data">The bytes of the file; not retained.</param>
    /// <param name="name">
    /// The name of the source for the result and for error messages; may be <see langword="null"/>.
    /// </param>
    /// <param name="options">Options for this call; <see langword="null"/> uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the work between two runs of a network.</param>
    /// <returns>The faces; an image without faces is not an error.</returns>
    /// <exception cref="MienException">
    /// As for <see cref="Recognize(string, RecognitionOptions, CancellationToken)"/>.
    /// </exception>
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

    /// <summary>Recognizes the expressions in a decoded photo, such as a video frame. Thread-safe.</summary>
    /// <param name="photo">The photo; neither modified nor disposed.</param>
    /// <param name="name">A name for the result; may be <see langword="null"/>.</param>
    /// <param name="options">Options for this call; <see langword="null"/> uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the work between two runs of a network.</param>
    /// <returns>The faces; an image without faces is not an error.</returns>
    /// <exception cref="MienException">
    /// <c>modelFailed</c>; <c>boxOutside</c>: a box of <paramref name="options"/> lies outside the image;
    /// <c>noSuchHead</c>: the model has no such head.
    /// </exception>
    /// <exception cref="ArgumentException">A box of <paramref name="options"/> is empty or not finite.</exception>
    /// <exception cref="ObjectDisposedException">This recognizer or the photo was disposed.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
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
    /// Frees the networks once the calls in progress have ended, possibly after this method returns. Later calls throw.
    /// </summary>
    public void Dispose() => uses.Close();

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

    /// <summary>
    /// Decodes a photo in the resolution that the detector and the crops need. Boxes given by the caller may be of any
    /// size, so the photo is then decoded in full resolution.
    /// </summary>
    private Photo DecodePhoto(ReadOnlySpan<byte> data, string? name, RecognitionOptions options)
    {
        Tiling tiles = (options.Detection ?? Options.Detection).Tiles;
        int side = Math.Max(Contract.Width, Contract.Height);
        return PhotoDecoder.Decode(
            data,
            name ?? "image",
            Options.Limits,
            options.Boxes is null
                ? (width, height) => TilePlan.NeededSide(width, height, tiles, side, Options.Detector)
                : null
        );
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
        HeadReader head = HeadOf(options);
        GrayImage crop = image.Resize(Contract.Width, Contract.Height, Contract.Resize);
        float[] probabilities = new float[Contract.Labels.Count];
        float[] distances = Distances(1);
        classifier.Classify(crop.Pixels, 1, probabilities, head, distances);
        ExpressionResult result = classifier.Result(probabilities);
        FaceQuality quality = FaceQuality.OfCrop(image.Width, image.Height, crop);
        var face = new RecognizedFace(
            new FaceBox(0, 0, image.Width, image.Height),
            result,
            quality,
            Uncertainty.Of(result, UncertainBelowOf(head), crop.Pixels, quality, isUnlike: IsUnlike(distances, 0))
        )
        {
            Crop = options.KeepCrops ? crop : null,
            Explanation = options.Explain
                ? classifier.Explain(crop.Pixels, [result.LabelScores.Top], head, cancellationToken: cancellationToken)[
                    0
                ]
                : null,
        };
        return new RecognitionResult(name, image.Width, image.Height, [face])
        {
            IsFaceCrop = true,
            Head = head.Head.Name,
        };
    }

    /// <summary>Room for the distances to the training faces; empty if the model has no guard.</summary>
    private float[] Distances(int count) => Contract.Guard is null ? [] : new float[count];

    private bool IsUnlike(float[] distances, int face) =>
        distances.Length > 0 && distances[face] > Contract.Guard!.Threshold;

    /// <summary>Gets the threshold for uncertain predictions of a head.</summary>
    /// <exception cref="MienException"><c>noSuchHead</c>: the model has no such head.</exception>
    internal float UncertainBelowOf(string? head) => UncertainBelowOf(classifier.Head(head ?? Options.Head));

    private float UncertainBelowOf(HeadReader head) => Options.UncertainBelow ?? head.Head.UncertainBelow;

    /// <summary>Gets the head that a call uses.</summary>
    private HeadReader HeadOf(RecognitionOptions options) => classifier.Head(options.Head ?? Options.Head);

    /// <summary>Gets the detector, loaded on first use. Programs that only classify face crops never load it.</summary>
    private FaceDetector Detector()
    {
        lock (loading)
        {
            return detector ??= FaceDetector.LoadWithMesh(Options.Detector, Options.Inference, mesh);
        }
    }

    /// <summary>Frees the networks. No call is in progress any more, so none can be loading the detector.</summary>
    private void Free()
    {
        classifier.Dispose();
        detector?.Dispose();
        mesh.Dispose();
    }
}
