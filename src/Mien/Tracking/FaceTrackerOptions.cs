namespace Mien;

/// <summary>Options of a <see cref="FaceTracker"/>. Immutable.</summary>
public sealed record FaceTrackerOptions
{
    /// <summary>
    /// The time constant of the exponential smoothing; the default is 0.5 s. After a sudden change, the smoothed
    /// probabilities reach 63 % of it after one time constant and 95 % after three. Zero turns smoothing off.
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
    /// The maximum time for which a face may be missing and still keep its identity; the default is 2 s: people who
    /// pass in front, a hand at the face and a turned head mostly last less, and after more time its place says too
    /// little.
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
    } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The maximum speed at which a face may depart from its expected place, in sides of its box per second; the
    /// default is 8. Between two frames it may move by 0.3 sides and what this speed allows, and at most by
    /// <see cref="MaxDistance"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not greater than 0.</exception>
    public float MaxSpeed
    {
        get;
        init =>
            field =
                value > 0
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a number over 0.");
    } = 8;

    /// <summary>
    /// The maximum distance of the centre of a face from its expected place, however long it was missing, in sides of
    /// its box; the default is 3.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not greater than 0.</exception>
    public float MaxDistance
    {
        get;
        init =>
            field =
                value > 0
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a number over 0.");
    } = 3;

    /// <summary>
    /// The maximum factor by which the side of the box may differ from where the face was last found, however long it
    /// was missing; the default is 1.8.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
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
    /// The identity of the first face; the default is 1. A caller who continues an interrupted video gives the first
    /// number that is not in use.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int FirstId
    {
        get;
        init =>
            field =
                value >= 1
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a number of 1 or more.");
    } = 1;

    /// <summary>
    /// Smoothed predictions with a confidence under this value, 0..1, are marked as uncertain; the default is 0.5.
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
