namespace Mien;

/// <summary>
/// The six points that BlazeFace finds in a face. Left and right are those of the picture: of a person who looks into
/// the camera, <see cref="LeftEye"/> is the right eye.
/// </summary>
/// <param name="LeftEye">The eye on the picture's left.</param>
/// <param name="RightEye">The eye on the picture's right.</param>
/// <param name="Nose">The tip of the nose.</param>
/// <param name="Mouth">The middle of the mouth.</param>
/// <param name="LeftEar">The ear (tragion) on the picture's left.</param>
/// <param name="RightEar">The ear (tragion) on the picture's right.</param>
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
    /// How far the face is turned in the picture's plane: the angle of the line from <see cref="LeftEye"/> to
    /// <see cref="RightEye"/> in degrees, −180..180; 0 is upright, over 0 clockwise.
    /// </summary>
    public float Roll => MathF.Atan2(RightEye.Y - LeftEye.Y, RightEye.X - LeftEye.X) * (180 / MathF.PI);
}
