namespace Mien;

/// <summary>A face found by a <see cref="FaceDetector"/>. Immutable.</summary>
/// <param name="Box">
/// The bounding box, in pixels of the upright photo: roughly from the brows to the chin and from cheek to cheek, and
/// nearly square.
/// </param>
/// <param name="Keypoints">Eyes, nose, mouth and ears, in pixels of the upright photo.</param>
/// <param name="Score">
/// The detection score, 0..1. Not calibrated: a score of 0.8 does not mean that 80 % of such boxes contain a face.
/// </param>
public sealed record DetectedFace(FaceBox Box, FaceKeypoints Keypoints, float Score)
{
    /// <summary>
    /// The network that gave the box, on which the framing of the crop depends (<see cref="FaceFraming.Of"/>).
    /// </summary>
    public DetectorModel Detector { get; init; } = DetectorModel.Back;
}
