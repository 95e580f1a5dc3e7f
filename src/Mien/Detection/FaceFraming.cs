namespace Mien;

/// <summary>
/// How a detector's bounding box becomes the square crop that FER2013 would have used. The values were measured with
/// <c>mien-tools framing</c>, which runs the detector on the images of FER2013 and reports the position of its boxes in
/// them; docs/detection.md has the command and the results. Lengths are in sides of the box, where a side is the mean
/// of width and height; "down" is along the face, from the eyes to the mouth.
/// </summary>
/// <remarks>
/// These two values are medians, and the complete framing of a box without keypoints. The framings of
/// <see cref="Of"/> also follow the eyes of a detected face.
/// </remarks>
/// <param name="Scale">The side of the crop, in sides of the box.</param>
/// <param name="Down">
/// The distance of the crop's centre below that of the box, in sides of the box; negative is above.
/// </param>
public readonly record struct FaceFraming(float Scale, float Down)
{
    /// <summary>
    /// The roll angle in degrees that a crop may keep. The images of FER2013 were not rotated upright, so the networks
    /// are trained on tilted heads, while a rotation adds the errors of the keypoints. A larger value would suit
    /// FER2013 better, and photos taken with a tilted camera worse; docs/detection.md has both.
    /// </summary>
    internal const float MaxRoll = 10;

    /// <summary>
    /// The maximum change of the crop's side by the keypoints, in sides of the box, and that of its centre: about the
    /// range of 98 % of FER2013. Misplaced keypoints must not lead the crop away from the face.
    /// </summary>
    internal const float MaxResize = 0.2f,
        MaxShift = 0.12f;

    /// <summary>How the crop follows the eyes; the default value ignores them.</summary>
    internal EyeFraming Eyes { get; init; }

    /// <summary>Gets the framing that the library uses for a detector.</summary>
    /// <param name="detector">The detector.</param>
    /// <returns>The framing.</returns>
    public static FaceFraming Of(DetectorModel detector) =>
        detector switch
        {
            DetectorModel.Front => new(1.16f, -0.10f)
            {
                Eyes = new(1.165f, -0.344f, -0.828f, 0.178f, -0.214f, 0.821f, 0.451f),
            },
            DetectorModel.Full => new(1.125f, -0.036f)
            {
                Eyes = new(1.075f, -0.284f, -1.270f, 0.147f, -0.126f, 0.889f, 0.581f),
            },
            _ => new(1.155f, -0.084f) { Eyes = new(1.224f, -0.651f, -1.011f, 0.151f, -0.212f, 0.717f, 0.439f) },
        };

    /// <summary>
    /// Computes the rotation of the crop from the roll angle of the face. Up to <see cref="MaxRoll"/> the crop is not
    /// rotated, up to twice that angle the rest is rotated away, and from three times that angle the crop is upright.
    /// Continuous, so that the crop does not jump in a video.
    /// </summary>
    /// <param name="roll">The roll angle of the face in degrees, −180..180.</param>
    /// <returns>The rotation in degrees, with the sign of the roll angle.</returns>
    internal static float Rotation(float roll)
    {
        float angle = MathF.Abs(roll);
        float kept = MathF.Min(MathF.Min(angle, MaxRoll), MathF.Max(0, (3 * MaxRoll) - angle));
        return roll < 0 ? kept - angle : angle - kept;
    }

    /// <summary>Computes the crop of a box without keypoints.</summary>
    /// <param name="box">The bounding box.</param>
    /// <param name="roll">The roll angle of the face in degrees, clockwise; the crop is rotated back by it.</param>
    internal CropSquare Square(FaceBox box, float roll = 0) =>
        Place(box, roll, Scale, 0, Down) with
        {
            Rotation = roll,
        };

    /// <summary>
    /// Computes the crop of a detected face. Mirroring, moving, scaling and rotating the face does the same to the
    /// centre and the side of its crop, since both are computed relative to the upright face.
    /// </summary>
    /// <param name="box">The bounding box.</param>
    /// <param name="keypoints">The keypoints of the face.</param>
    internal CropSquare Square(FaceBox box, FaceKeypoints keypoints)
    {
        float roll = keypoints.Roll;
        CropSquare square;
        if (Eyes == default)
        {
            square = Place(box, roll, Scale, 0, Down);
        }
        else
        {
            EyePosition eyes = EyePosition.Of(box, keypoints);
            square = Place(
                box,
                roll,
                Within(Eyes.Side(eyes), Scale, MaxResize),
                Within(Eyes.Right(eyes), 0, MaxShift),
                Within(Eyes.Down(eyes), Down, MaxShift)
            );
        }

        return square with
        {
            Rotation = Rotation(roll),
        };
    }

    private static float Within(float value, float middle, float most) =>
        float.IsNaN(value) ? middle : Math.Clamp(value, middle - most, middle + most);

    private static CropSquare Place(FaceBox box, float roll, float scale, float right, float down)
    {
        (float sin, float cos) = MathF.SinCos(roll * (MathF.PI / 180));
        float side = (box.Width + box.Height) / 2;
        return new CropSquare(
            new FacePoint(
                box.Center.X + (side * ((right * cos) - (down * sin))),
                box.Center.Y + (side * ((right * sin) + (down * cos)))
            ),
            side * scale,
            0
        );
    }
}

/// <summary>A square part of the photo, in pixels of the full resolution.</summary>
/// <param name="Center">The centre.</param>
/// <param name="Side">The side in pixels.</param>
/// <param name="Rotation">The rotation of the square in degrees, clockwise; the crop is rotated back by it.</param>
internal readonly record struct CropSquare(FacePoint Center, float Side, float Rotation);

/// <summary>
/// The position of the eyes in the box, relative to the upright face and in sides of the box.
/// </summary>
/// <param name="Distance">The distance between the eyes.</param>
/// <param name="Right">The distance of their midpoint to the right of the box's centre.</param>
/// <param name="Down">The distance of their midpoint below the box's centre; usually negative.</param>
internal readonly record struct EyePosition(float Distance, float Right, float Down)
{
    public static EyePosition Of(FaceBox box, FaceKeypoints keypoints)
    {
        (float sin, float cos) = MathF.SinCos(keypoints.Roll * (MathF.PI / 180));
        FacePoint left = keypoints.LeftEye,
            right = keypoints.RightEye;
        float side = (box.Width + box.Height) / 2;
        float x = ((left.X + right.X) / 2) - box.Center.X,
            y = ((left.Y + right.Y) / 2) - box.Center.Y;
        float width = right.X - left.X,
            height = right.Y - left.Y;
        return new EyePosition(
            MathF.Sqrt((width * width) + (height * height)) / side,
            ((x * cos) + (y * sin)) / side,
            ((y * cos) - (x * sin)) / side
        );
    }
}

/// <summary>
/// The side and the centre of the crop as linear functions of the eyes, fitted on FER2013's Training by
/// <c>mien-tools framing --fit</c>. The other keypoints improve the fit by very little; those that describe the width
/// of the head, such as the ears, partly encode the size of the face in the network's input, which predicts the crop
/// only where all crops have one size.
/// </summary>
internal readonly record struct EyeFraming(
    float SideConstant,
    float SideByDistance,
    float SideByDown,
    float DownConstant,
    float DownByDistance,
    float DownByDown,
    float RightByRight
)
{
    /// <summary>The side of the crop, in sides of the box.</summary>
    public float Side(EyePosition eyes) => SideConstant + (SideByDistance * eyes.Distance) + (SideByDown * eyes.Down);

    /// <summary>The distance of the crop's centre below that of the box, in sides of the box.</summary>
    public float Down(EyePosition eyes) => DownConstant + (DownByDistance * eyes.Distance) + (DownByDown * eyes.Down);

    /// <summary>The distance of the crop's centre to the right of that of the box, in sides of the box.</summary>
    public float Right(EyePosition eyes) => RightByRight * eyes.Right;
}
