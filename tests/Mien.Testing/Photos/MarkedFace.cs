using System.Numerics;

namespace Mien.Testing;

/// <summary>A face that was marked by hand, in pixels of the upright image.</summary>
/// <param name="Box">
/// The box from the middle of the forehead to the chin, and from one edge of the face to the other.
/// </param>
/// <param name="LeftEye">The eye on the left of the image; <see langword="null"/> if it is not visible.</param>
/// <param name="RightEye">The eye on the right of the image; <see langword="null"/> if it is not visible.</param>
/// <param name="Mouth">The centre of the mouth.</param>
internal sealed record MarkedFace(FaceBox Box, FacePoint? LeftEye, FacePoint? RightEye, FacePoint Mouth)
{
    /// <summary>The size of the face in tables: the side of a square with the area of the box.</summary>
    public float Size => MathF.Sqrt(Box.Area);

    /// <summary>The distance between the eyes; <see langword="null"/> if one is not visible.</summary>
    public float? EyeDistance =>
        LeftEye is { } left && RightEye is { } right
            ? Vector2.Distance(new Vector2(left.X, left.Y), new Vector2(right.X, right.Y))
            : null;

    /// <summary>Transforms the mark for an image that was rotated, scaled and moved (not mirrored).</summary>
    public MarkedFace Transformed(Matrix3x2 transform)
    {
        // The new box is that of the rotated ellipse inside the old one: a face does not fill the corners of its box.
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
