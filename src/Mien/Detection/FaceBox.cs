namespace Mien;

/// <summary>
/// An axis-aligned bounding box, in pixels of the upright photo in full resolution. The origin (0, 0) is the upper left
/// corner of the photo. The box of a <see cref="DetectedFace"/> may extend beyond the photo, as a face may; that of a
/// <see cref="RecognizedFace"/> is clipped to it.
/// </summary>
/// <param name="X">The left edge in pixels.</param>
/// <param name="Y">The upper edge in pixels.</param>
/// <param name="Width">The width in pixels; positive for a valid face.</param>
/// <param name="Height">The height in pixels; positive for a valid face.</param>
public readonly record struct FaceBox(float X, float Y, float Width, float Height)
{
    /// <summary>The right edge: X + Width.</summary>
    public float Right => X + Width;

    /// <summary>The lower edge: Y + Height.</summary>
    public float Bottom => Y + Height;

    /// <summary>The centre of the box.</summary>
    public FacePoint Center => new(X + (Width / 2), Y + (Height / 2));

    /// <summary>The area, Width × Height, in square pixels.</summary>
    public float Area => Width * Height;

    /// <summary>
    /// Gets the part of the box that lies inside a photo, to which every detected box belongs at least partly.
    /// </summary>
    internal FaceBox ClippedTo(int width, int height)
    {
        if (X >= 0 && Y >= 0 && Right <= width && Bottom <= height)
        {
            return this; // unchanged to the last digit
        }

        float left = Math.Clamp(X, 0, width),
            top = Math.Clamp(Y, 0, height);
        return new FaceBox(left, top, Math.Clamp(Right, 0, width) - left, Math.Clamp(Bottom, 0, height) - top);
    }

    /// <summary>Computes the area of the intersection with another box.</summary>
    /// <param name="other">The other box.</param>
    /// <returns>The area in square pixels; 0 if the boxes do not overlap.</returns>
    public float Overlap(FaceBox other)
    {
        float width = MathF.Min(Right, other.Right) - MathF.Max(X, other.X);
        float height = MathF.Min(Bottom, other.Bottom) - MathF.Max(Y, other.Y);
        return width > 0 && height > 0 ? width * height : 0;
    }

    /// <summary>Computes the intersection over union (IoU) with another box.</summary>
    /// <param name="other">The other box.</param>
    /// <returns>0 (no overlap) to 1 (identical).</returns>
    public float IntersectionOverUnion(FaceBox other)
    {
        float shared = Overlap(other);
        return shared > 0 ? shared / (Area + other.Area - shared) : 0;
    }
}
