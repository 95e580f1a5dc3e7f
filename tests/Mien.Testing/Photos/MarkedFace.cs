using System.Numerics;

namespace Mien.Testing;

/// <summary>A face that a person marked in a picture, in pixels of the upright picture.</summary>
/// <param name="Box">From the middle of the forehead to the chin, from one edge of the face to the other.</param>
/// <param name="LeftEye">The eye on the picture's left; <see langword="null"/>: not to be seen.</param>
/// <param name="RightEye">The eye on the picture's right; <see langword="null"/>: not to be seen.</param>
/// <param name="Mouth">The middle of the mouth.</param>
internal sealed record MarkedFace(FaceBox Box, FacePoint? LeftEye, FacePoint? RightEye, FacePoint Mouth)
{
    /// <summary>The side of a square as large as the box: what tables call the size of a face.</summary>
    public float Size => MathF.Sqrt(Box.Area);

    /// <summary>The distance of the eyes; <see langword="null"/> where one is not to be seen.</summary>
    public float? EyeDistance =>
        LeftEye is { } left && RightEye is { } right
            ? Vector2.Distance(new Vector2(left.X, left.Y), new Vector2(right.X, right.Y))
            : null;

    /// <summary>The mark in a picture that was turned, scaled and moved (not mirrored).</summary>
    public MarkedFace Transformed(Matrix3x2 transform)
    {
        // The box becomes what surrounds the ellipse inside it: a turned face is no wider at its corners.
        FacePoint center = Transformed(Box.Center, transform);
        float width = Box.Width * MathF.Sqrt(Square(transform.M11) + Square(transform.M21 * Box.Height / Box.Width));
        float height = Box.Height * MathF.Sqrt(Square(transform.M22) + Square(transform.M12 * Box.Width / Box.Height));
        return new MarkedFace(
            new FaceBox(center.X - (width / 2), center.Y - (height / 2), width, height),
            LeftEye is { } left ? Transformed(left, transform) : null,
            RightEye is { } right ? Transformed(right, transform) : null,
            Transformed(Mouth, transform)
        );
    }

    private static FacePoint Transformed(FacePoint point, Matrix3x2 transform)
    {
        Vector2 moved = Vector2.Transform(new Vector2(point.X, point.Y), transform);
        return new FacePoint(moved.X, moved.Y);
    }

    private static float Square(float value) => value * value;
}
