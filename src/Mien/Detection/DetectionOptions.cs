namespace Mien;

/// <summary>Options for face detection. Immutable.</summary>
public sealed record DetectionOptions
{
    /// <summary>
    /// The defaults: a minimum detection score of 0.5, tiles for large photos, turned photos only if nothing was found,
    /// no minimum face size and no maximum number of faces.
    /// </summary>
    public static DetectionOptions Default { get; } = new();

    /// <summary>
    /// Whether the detector also runs on tiles of the photo, to find small faces; the default is
    /// <see cref="Tiling.Auto"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a known tiling.</exception>
    public Tiling Tiles
    {
        get;
        init =>
            field = Enum.IsDefined(value)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected None, Auto or All.");
    } = Tiling.Auto;

    /// <summary>The angles at which faces are searched; the default is <see cref="AngleSearch.Auto"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a known search.</exception>
    public AngleSearch Angles
    {
        get;
        init =>
            field = Enum.IsDefined(value)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected Auto, Upright or Any.");
    }

    /// <summary>
    /// The minimum detection score, 0..1; the default is 0.5. Lower finds more faces and more false positives. A face
    /// mesh network confirms candidates of low score, below 0.6 (full) or 0.8 (the others).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in 0..1.</exception>
    public float MinScore
    {
        get;
        init =>
            field = value is >= 0 and <= 1
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected 0 to 1.");
    } = 0.5f;

    /// <summary>
    /// The minimum width and height of a face in pixels of the full-resolution photo; the default 0 keeps all faces.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, infinite or not a number.</exception>
    public float MinFace
    {
        get;
        init =>
            field = value is >= 0 and < float.PositiveInfinity
                ? value
                : throw new ArgumentOutOfRangeException(
                    nameof(value),
                    value,
                    "Expected a number of pixels, 0 or more."
                );
    }

    /// <summary>
    /// The maximum number of faces per photo, of which the largest are kept; the default 0 keeps all faces.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int MaxFaces
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }
}
