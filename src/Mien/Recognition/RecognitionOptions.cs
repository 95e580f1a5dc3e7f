namespace Mien;

/// <summary>What one call of a <see cref="FaceExpressionRecognizer"/> does otherwise. Immutable.</summary>
public sealed record RecognitionOptions
{
    /// <summary>Which faces are looked for; <see langword="null"/>: as the recognizer's options say.</summary>
    public DetectionOptions? Detection { get; init; }

    /// <summary>
    /// Whether the image is the crop of one face: <see langword="true"/> looks for no face, <see langword="false"/>
    /// does whatever the image's size, <see langword="null"/> (unless set) goes by
    /// <see cref="RecognizerOptions.MaxFaceCropSize"/>.
    /// </summary>
    public bool? IsFaceCrop { get; init; }

    /// <summary>
    /// Faces that the caller found, as BlazeFace would box them (brows to chin, cheek to cheek), in pixels of the
    /// upright photo; then none is looked for. Their roll is taken as 0.
    /// </summary>
    public IReadOnlyList<FaceBox>? Boxes { get; init; }

    /// <summary>Whether each result keeps the crop that the network saw.</summary>
    public bool KeepCrops { get; init; }

    /// <summary>
    /// Whether each face says which parts of it speak for its expression; off unless set. Where the model has class
    /// activation maps this costs a run of the network more for up to 64 faces, elsewhere two or three runs more for
    /// each face.
    /// </summary>
    public bool Explain { get; init; }
}
