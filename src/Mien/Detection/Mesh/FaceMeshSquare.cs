namespace Mien;

/// <summary>
/// The part of a photo that the face mesh sees, as in MediaPipe's face_detection_front_detection_to_roi.pbtxt: a square
/// around the centre of the box, 1.5 times its longer side, turned so that the eyes are level.
/// </summary>
/// <param name="Center">The centre, in pixels of the photo in full resolution.</param>
/// <param name="Length">The side, in the same pixels.</param>
/// <param name="Sin">The sine of the roll angle.</param>
/// <param name="Cos">The cosine of the roll angle.</param>
internal readonly record struct FaceMeshSquare(FacePoint Center, float Length, float Sin, float Cos)
{
    /// <summary>The side of the network's input, in input pixels.</summary>
    public const int Side = 192;

    private const float Scale = 1.5f;

    /// <summary>Gets the square for a face.</summary>
    /// <param name="box">The bounding box, in pixels of the photo in full resolution.</param>
    /// <param name="roll">The roll angle in degrees, positive clockwise.</param>
    public static FaceMeshSquare Of(FaceBox box, float roll)
    {
        (float sin, float cos) = MathF.SinCos(roll * (MathF.PI / 180));
        return new FaceMeshSquare(box.Center, Scale * MathF.Max(box.Width, box.Height), sin, cos);
    }

    /// <summary>Converts a position in the input, in input pixels, to a position in the photo.</summary>
    public FacePoint ToPhoto(float x, float y)
    {
        float u = ((x / Side) - 0.5f) * Length,
            v = ((y / Side) - 0.5f) * Length;
        return new FacePoint(Center.X + (u * Cos) - (v * Sin), Center.Y + (u * Sin) + (v * Cos));
    }
}
