namespace Mien;

/// <summary>Options for one call of a <see cref="FaceExpressionRecognizer"/>. Immutable.</summary>
public sealed record RecognitionOptions
{
    /// <summary>
    /// Options for face detection; <see langword="null"/> (the default) uses <see cref="RecognizerOptions.Detection"/>.
    /// </summary>
    public DetectionOptions? Detection { get; init; }

    /// <summary>
    /// The head of the expression network whose predictions are used, one of <see cref="ModelContract.HeadNames"/> of
    /// the model; <see langword="null"/> (the default) uses <see cref="RecognizerOptions.Head"/>. A model with one head
    /// has no names to select.
    /// </summary>
    public string? Head { get; init; }

    /// <summary>
    /// Whether the image is a face crop. <see langword="true"/> classifies the whole image without face detection,
    /// <see langword="false"/> always runs face detection, and <see langword="null"/> (the default) treats images up to
    /// <see cref="RecognizerOptions.MaxFaceCropSize"/> as face crops.
    /// </summary>
    public bool? IsFaceCrop { get; init; }

    /// <summary>
    /// Bounding boxes of faces found by the caller, in pixels of the upright photo; face detection is then skipped.
    /// They should be framed like those of BlazeFace: from the brows to the chin and from cheek to cheek. Their roll is
    /// assumed to be 0. A box in which the face mesh finds no upright face gets <see cref="UncertainReason.NotAFace"/>.
    /// <see langword="null"/> (the default) runs face detection.
    /// </summary>
    public IReadOnlyList<FaceBox>? Boxes { get; init; }

    /// <summary>
    /// Whether each face keeps the crop that the network saw, in <see cref="RecognizedFace.Crop"/>; the default is
    /// <see langword="false"/>.
    /// </summary>
    public bool KeepCrops { get; init; }

    /// <summary>
    /// Whether each face gets an explanation, the heat map of the regions that drove its prediction; the default is
    /// <see langword="false"/>. It takes one additional run of the network for up to 64 faces if the model has class
    /// activation maps, otherwise two or three additional runs for each face.
    /// </summary>
    public bool Explain { get; init; }
}
