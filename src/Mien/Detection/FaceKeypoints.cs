namespace Mien;

/// <summary>
/// The six keypoints that BlazeFace detects in a face, in pixels of the upright photo. Left and right are those of the
/// image: for a person who looks into the camera, <see cref="LeftEye"/> is that person's right eye. Immutable.
/// </summary>
/// <param name="LeftEye">The eye on the left of the image.</param>
/// <param name="RightEye">The eye on the right of the image.</param>
/// <param name="Nose">The tip of the nose.</param>
/// <param name="Mouth">The centre of the mouth.</param>
/// <param name="LeftEar">The ear (tragion) on the left of the image.</param>
/// <param name="RightEar">The ear (tragion) on the right of the image.</param>
public sealed record FaceKeypoints(
    FacePoint LeftEye,
    FacePoint RightEye,
    FacePoint Nose,
    FacePoint Mouth,
    FacePoint LeftEar,
    FacePoint RightEar
)
{
    /// <summary>
    /// The in-plane rotation (roll) of the face: the angle of the line from <see cref="LeftEye"/> to
    /// <see cref="RightEye"/> in degrees, −180..180; 0 is upright, positive is clockwise.
    /// </summary>
    public float Roll => MathF.Atan2(RightEye.Y - LeftEye.Y, RightEye.X - LeftEye.X) * (180 / MathF.PI);
}
