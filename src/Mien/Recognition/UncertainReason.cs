namespace Mien;

/// <summary>Why a result is not to be relied on. Later versions may add reasons.</summary>
public enum UncertainReason
{
    /// <summary>
    /// The confidence is under the threshold (<see cref="FaceExpressionRecognizer.UncertainBelow"/>): the model is more
    /// often wrong than right there. <c>lowConfidence</c> in JSON and CSV.
    /// </summary>
    LowConfidence,

    /// <summary>
    /// The crop that the network saw has no contrast: it is blank or almost so, and shows no face. <c>noContrast</c> in
    /// JSON and CSV.
    /// </summary>
    NoContrast,
}
