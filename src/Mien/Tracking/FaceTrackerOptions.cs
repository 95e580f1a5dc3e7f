namespace Mien;

/// <summary>How a <see cref="FaceTracker"/> works. Immutable.</summary>
public sealed record FaceTrackerOptions
{
    /// <summary>
    /// The time constant of the smoothing, 0.5 s unless set: so long after a sudden change 63 % of it show, after three
    /// times as long 95 %. Zero: no smoothing.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan TimeConstant
    {
        get;
        init =>
            field =
                value >= TimeSpan.Zero
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a time of zero or more.");
    } = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// For how long a face may be missed and still be the same one when it is found again; 1 s unless set.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan MaxGap
    {
        get;
        init =>
            field =
                value >= TimeSpan.Zero
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a time of zero or more.");
    } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How far a face's middle may move between two frames in which it is found, in sides of its box; 0.8 unless set.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not over 0.</exception>
    public float MaxDistance
    {
        get;
        init =>
            field =
                value > 0
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a number over 0.");
    } = 0.8f;

    /// <summary>
    /// By which factor the side of a face's box may grow or shrink between two such frames; 1.8 unless set.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is under 1.</exception>
    public float MaxGrowth
    {
        get;
        init =>
            field =
                value >= 1
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a factor of 1 or more.");
    } = 1.8f;

    /// <summary>
    /// Smoothed results whose confidence is under this, 0..1, are marked as uncertain; 0.5 unless set.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in 0..1.</exception>
    public float UncertainBelow
    {
        get;
        init =>
            field = value is >= 0 and <= 1
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected 0 to 1.");
    } = 0.5f;
}
