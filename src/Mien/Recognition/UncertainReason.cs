namespace Mien;

/// <summary>The reason why a prediction should not be relied on. Later versions may add reasons.</summary>
public enum UncertainReason
{
    /// <summary>
    /// The confidence is below the threshold (<see cref="FaceExpressionRecognizer.UncertainBelow"/>), where the model
    /// is more often wrong than right. <c>lowConfidence</c> in JSON and CSV.
    /// </summary>
    LowConfidence,

    /// <summary>
    /// The crop that the network saw is blank or almost blank, so it shows no face. <c>noContrast</c> in JSON and CSV.
    /// </summary>
    NoContrast,

    /// <summary>
    /// The face has less than 16 pixels (<see cref="FaceQuality.Size"/>). <c>tooSmall</c> in JSON and CSV.
    /// </summary>
    TooSmall,

    /// <summary>
    /// A box of <see cref="RecognitionOptions.Boxes"/> in which MediaPipe's face mesh finds no upright face.
    /// <c>notAFace</c> in JSON and CSV.
    /// </summary>
    NotAFace,

    /// <summary>
    /// The head is turned to the side by more than 60 degrees (<see cref="FaceQuality.Yaw"/>). <c>profile</c> in JSON
    /// and CSV.
    /// </summary>
    Profile,

    /// <summary>
    /// The face is unlike all faces that the model was adapted to (<see cref="ModelContract.Guard"/>).
    /// <c>unlikeTrainingFaces</c> in JSON and CSV.
    /// </summary>
    UnlikeTrainingFaces,
}
