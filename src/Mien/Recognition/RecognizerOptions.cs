namespace Mien;

/// <summary>How a <see cref="FaceExpressionRecognizer"/> works. Immutable.</summary>
public sealed record RecognizerOptions
{
    /// <summary>
    /// One of <see cref="BuiltInModels.Names"/>, or the path of an ONNX file with a contract; by default the best
    /// built-in model.
    /// </summary>
    public string Model { get; init; } = BuiltInModels.Default;

    /// <summary>
    /// Threads and device of the networks. Unless set, waiting threads do not spin: there are two networks with threads
    /// of their own and decoding between them, and who spins takes the others' time (measured on two cores: a photo of
    /// 1920×1280 in 46 instead of 55 to 61 ms).
    /// </summary>
    public ClassifierOptions Inference { get; init; } = new() { Spinning = false };

    /// <summary>The network that finds the faces.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no known model.</exception>
    public DetectorModel Detector
    {
        get;
        init =>
            field = Enum.IsDefined(value)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected Back or Front.");
    }

    /// <summary>Which faces are looked for where a call does not say it itself.</summary>
    public DetectionOptions Detection { get; init; } = DetectionOptions.Default;

    /// <summary>What is refused before decoding.</summary>
    public ImageLimits Limits { get; init; } = ImageLimits.Default;

    /// <summary>
    /// Results whose calibrated confidence is under this, 0..1, are marked as uncertain. <see langword="null"/> (unless
    /// set): what the model's contract says (<see cref="ModelContract.UncertainBelow"/>), or
    /// <see cref="ModelContract.DefaultUncertainBelow"/> where it says nothing. Under either the top expression is more
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
    /// Images of at most this many pixels a side count as face crops, in which no face is looked for; 64 unless set
    /// (the pictures of FER2013 have 48). 0: only what <see cref="RecognitionOptions.IsFaceCrop"/> says.
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
