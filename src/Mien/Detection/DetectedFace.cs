namespace Mien;

/// <summary>A face that a <see cref="FaceDetector"/> found. Immutable.</summary>
/// <param name="Box">Where it is: about from the brows to the chin and from cheek to cheek; nearly a square.</param>
/// <param name="Keypoints">Eyes, nose, mouth and ears.</param>
/// <param name="Score">
/// How sure the detector is, 0..1. Not calibrated: 0.8 does not mean that 80 % of such boxes hold faces.
/// </param>
public sealed record DetectedFace(FaceBox Box, FaceKeypoints Keypoints, float Score);
