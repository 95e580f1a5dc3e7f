namespace Mien;

/// <summary>Which faces are looked for. Immutable.</summary>
public sealed record DetectionOptions
{
    /// <summary>The defaults: all faces that score at least 0.75, tiles as the photo's size warrants.</summary>
    public static DetectionOptions Default { get; } = new();

    /// <summary>Whether parts of the photo are looked at too.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the three.</exception>
    public Tiling Tiles
    {
        get;
        init =>
            field = Enum.IsDefined(value)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected None, Auto or All.");
    } = Tiling.Auto;

    /// <summary>The least score of a face, 0..1. Lower finds more faces and more of what is none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in 0..1.</exception>
    public float MinScore
    {
        get;
        init =>
            field = value is >= 0 and <= 1
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected 0 to 1.");
    } = 0.75f;

    /// <summary>Faces narrower or lower than this are left out, in pixels of the photo; 0 leaves none out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or no number.</exception>
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

    /// <summary>The most faces a photo, of which the largest are kept; 0 keeps all.</summary>
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
