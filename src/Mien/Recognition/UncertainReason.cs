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
}
