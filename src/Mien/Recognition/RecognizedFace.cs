namespace Mien;

/// <summary>A face and its predicted expression. Immutable.</summary>
public sealed class RecognizedFace
{
    internal RecognizedFace(
        FaceBox box,
        ExpressionResult result,
        FaceQuality quality,
        IReadOnlyList<UncertainReason> uncertainReasons
    )
    {
        Box = box;
        Result = result;
        Quality = quality;
        UncertainReasons = uncertainReasons;
    }

    /// <summary>
    /// The bounding box in pixels of the upright image; the whole image if it was treated as a face crop.
    /// </summary>
    public FaceBox Box { get; }

    /// <summary>
    /// Eyes, nose, mouth and ears in pixels of the upright image; <see langword="null"/> if face detection was skipped.
    /// </summary>
    public FaceKeypoints? Keypoints { get; internal init; }

    /// <summary>
    /// The in-plane rotation (roll) of the face in degrees, −180..180, positive clockwise; 0 if there are no keypoints.
    /// </summary>
    public float Roll => Keypoints?.Roll ?? 0;

    /// <summary>
    /// The detection score, 0..1, not calibrated; <see langword="null"/> if face detection was skipped.
    /// </summary>
    public float? DetectionScore { get; internal init; }

    /// <summary>How well the face can be seen: its size, sharpness, contrast and yaw.</summary>
    public FaceQuality Quality { get; }

    /// <summary>The most probable label, as spelled in <see cref="ModelContract.Labels"/>.</summary>
    public string Label => Result.Label;

    /// <summary>
    /// The calibrated probabilities by label, 0..1, in the order of <see cref="ModelContract.Labels"/>.
    /// </summary>
    public LabelScores LabelScores => Result.LabelScores;

    /// <summary>
    /// The expression that <see cref="Label"/> stands for; <see langword="null"/> if it is not one of the seven.
    /// </summary>
    public Expression? Expression => Result.Expression;

    /// <summary>
    /// The calibrated probability of <see cref="Label"/>, 0..1. Calibrated on FER2013: of similar faces with a
    /// confidence of 0.8, about 80 % have this label.
    /// </summary>
    public float Confidence => Result.Confidence;

    /// <summary>
    /// Whether <see cref="Label"/> should not be relied on: <see cref="UncertainReasons"/> is not empty.
    /// </summary>
    public bool IsUncertain => UncertainReasons.Count > 0;

    /// <summary>
    /// The reasons why <see cref="Label"/> should not be relied on, each at most once and in the order of the enum;
    /// empty if there are none.
    /// </summary>
    public IReadOnlyList<UncertainReason> UncertainReasons { get; }

    /// <summary>
    /// The crop that the network saw: the face in gray, in the network's input size; <see langword="null"/>
    /// unless <see cref="RecognitionOptions.KeepCrops"/> was set.
    /// </summary>
    public GrayImage? Crop { get; internal init; }

    /// <summary>
    /// The regions of the crop that drove the prediction of <see cref="Label"/>; <see langword="null"/> unless
    /// <see cref="RecognitionOptions.Explain"/> was set.
    /// </summary>
    public FaceExplanation? Explanation { get; internal init; }

    internal ExpressionResult Result { get; }

    /// <summary>The track that its mark on a picture names; <see langword="null"/> for none.</summary>
    internal int? Track { get; init; }

    /// <summary>
    /// Formats the label and its probability, such as <c>happiness 93.1 %</c> or <c>fear 41.0 % (uncertain)</c>.
    /// </summary>
    /// <returns>The text.</returns>
    public override string ToString() => IsUncertain ? $"{Result} (uncertain)" : Result.ToString();
}
