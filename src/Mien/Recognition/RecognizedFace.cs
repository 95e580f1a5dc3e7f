namespace Mien;

/// <summary>One face and what its expression looks like. Immutable.</summary>
public sealed class RecognizedFace
{
    internal RecognizedFace(FaceBox box, ExpressionResult result, bool uncertain)
    {
        Box = box;
        Result = result;
        IsUncertain = uncertain;
    }

    /// <summary>Where the face is; the whole image where it counted as a face crop.</summary>
    public FaceBox Box { get; }

    /// <summary>Eyes, nose, mouth and ears; <see langword="null"/> where the face was not detected but given.</summary>
    public FaceKeypoints? Keypoints { get; internal init; }

    /// <summary>
    /// How far the face is turned in the picture's plane, in degrees, −180..180, clockwise; 0 where there are no
    /// keypoints.
    /// </summary>
    public float Roll => Keypoints?.Roll ?? 0;

    /// <summary>
    /// How sure the detector is that this is a face, 0..1, not calibrated; <see langword="null"/> where it was not
    /// asked.
    /// </summary>
    public float? DetectionScore { get; internal init; }

    /// <summary>The most probable label, as <see cref="ModelContract.Labels"/> names it.</summary>
    public string Label => Result.Label;

    /// <summary>The calibrated probabilities by label, in the order of <see cref="ModelContract.Labels"/>.</summary>
    public LabelScores LabelScores => Result.LabelScores;

    /// <summary>
    /// Which of the seven expressions <see cref="Label"/> is; <see langword="null"/> where it is none of them.
    /// </summary>
    public Expression? Expression => Result.Expression;

    /// <summary>
    /// The calibrated probability of <see cref="Label"/>, 0..1: of faces like those of FER2013 with 0.8, about 80 %
    /// carry this label.
    /// </summary>
    public float Confidence => Result.Confidence;

    /// <summary>
    /// Whether <see cref="Confidence"/> is under <see cref="FaceExpressionRecognizer.UncertainBelow"/>: do not rely on
    /// <see cref="Label"/>.
    /// </summary>
    public bool IsUncertain { get; }

    /// <summary>
    /// What the network saw: the face upright, in gray, in the network's input size; <see langword="null"/> unless
    /// <see cref="RecognitionOptions.KeepCrops"/> was set.
    /// </summary>
    public GrayImage? Crop { get; internal init; }

    /// <summary>
    /// Which parts of the crop speak for <see cref="Label"/>, as far as this network goes; <see langword="null"/>
    /// unless <see cref="RecognitionOptions.Explain"/> was set.
    /// </summary>
    public FaceExplanation? Explanation { get; internal init; }

    internal ExpressionResult Result { get; }

    /// <summary>The label and its probability, such as <c>happiness 93.1 %</c>.</summary>
    /// <returns>A text for people.</returns>
    public override string ToString() => IsUncertain ? $"{Result} (uncertain)" : Result.ToString();
}
