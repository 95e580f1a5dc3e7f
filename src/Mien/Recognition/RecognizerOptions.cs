namespace Mien;

/// <summary>Options of a <see cref="FaceExpressionRecognizer"/>. Immutable.</summary>
public sealed record RecognizerOptions
{
    /// <summary>
    /// The expression network: one of <see cref="BuiltInModels.Names"/>, or the path of an ONNX file with a contract.
    /// The default is <see cref="BuiltInModels.Default"/>.
    /// </summary>
    public string Model { get; init; } = BuiltInModels.Default;

    /// <summary>
    /// The head of the expression network whose predictions are used, unless a call sets
    /// <see cref="RecognitionOptions.Head"/>: one of <see cref="ModelContract.HeadNames"/> of the model.
    /// <see langword="null"/> (the default) uses the default of the model, which is the blend of its heads if it has
    /// one.
    /// </summary>
    public string? Head { get; init; }

    /// <summary>
    /// Threads and device of the networks. By default, waiting threads do not spin: the two networks have separate
    /// thread pools and decoding runs between them, so a spinning thread takes time from the others (measured on two
    /// cores: 46 ms for a photo of 1920×1280, instead of 55 to 61 ms with spinning).
    /// </summary>
    public ClassifierOptions Inference { get; init; } = new() { Spinning = false };

    /// <summary>The face detector; the default is <see cref="DetectorModel.Auto"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a known detector.</exception>
    public DetectorModel Detector
    {
        get;
        init =>
            field = Enum.IsDefined(value)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected Auto, Back, Front or Full.");
    }

    /// <summary>Options for face detection, unless a call sets <see cref="RecognitionOptions.Detection"/>.</summary>
    public DetectionOptions Detection { get; init; } = DetectionOptions.Default;

    /// <summary>Limits that are checked before an image is decoded.</summary>
    public ImageLimits Limits { get; init; } = ImageLimits.Default;

    /// <summary>
    /// Predictions with a calibrated confidence under this value, 0..1, are marked as uncertain. <see langword="null"/>
    /// (the default) uses the threshold in the contract of the head in use, or
    /// <see cref="ModelContract.DefaultUncertainBelow"/> if it has none; below either, the predicted label is more
    /// often wrong than right.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in 0..1.</exception>
    public float? UncertainBelow
    {
        get;
        init =>
            field = value is null or (>= 0 and <= 1)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected 0 to 1.");
    }

    /// <summary>
    /// The maximum side, in pixels, of images that are treated as face crops without face detection; the default is 64
    /// (the images of FER2013 have 48). With 0, only images with <see cref="RecognitionOptions.IsFaceCrop"/> set are
    /// face crops.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int MaxFaceCropSize
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 64;
}
