namespace Mien;

/// <summary>
/// A rectangle in a photo, in pixels of the upright photo in its full size; (0, 0) is the photo's upper left corner. It
/// may reach over the photo's edges, as the face may.
/// </summary>
/// <param name="X">The left edge.</param>
/// <param name="Y">The upper edge.</param>
/// <param name="Width">The width; over 0 for a real face.</param>
/// <param name="Height">The height; over 0 for a real face.</param>
public readonly record struct FaceBox(float X, float Y, float Width, float Height)
{
    /// <summary>The right edge.</summary>
    public float Right => X + Width;

    /// <summary>The lower edge.</summary>
    public float Bottom => Y + Height;

    /// <summary>The middle.</summary>
    public FacePoint Center => new(X + (Width / 2), Y + (Height / 2));

    /// <summary>Width × height in square pixels.</summary>
    public float Area => Width * Height;

    /// <summary>The area that two boxes share, in square pixels; 0 where they do not touch.</summary>
    /// <param name="other">The other box.</param>
    /// <returns>Square pixels.</returns>
    public float Overlap(FaceBox other)
    {
        float width = MathF.Min(Right, other.Right) - MathF.Max(X, other.X);
        float height = MathF.Min(Bottom, other.Bottom) - MathF.Max(Y, other.Y);
        return width > 0 && height > 0 ? width * height : 0;
    }

    /// <summary>
    /// Intersection over union, 0 (apart) to 1 (the same): the usual measure of how well two boxes fit.
    /// </summary>
    /// <param name="other">The other box.</param>
    /// <returns>0..1.</returns>
    public float IntersectionOverUnion(FaceBox other)
    {
        float shared = Overlap(other);
        return shared > 0 ? shared / (Area + other.Area - shared) : 0;
    }
}
