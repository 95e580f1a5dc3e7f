namespace Mien;

/// <summary>
/// Where a face is expected. The filter of one coordinate (Kalman) with a velocity that is kept for a while and then
/// forgotten: an Ornstein–Uhlenbeck process, whose steps are exact for any time between two frames. So the expectation
/// and its uncertainty depend on times and never on the number of frames. All spreads are in sides of the face, because
/// a near face moves by more pixels.
/// </summary>
internal struct FaceMotion(float position)
{
    /// <summary>
    /// Seconds after which 37 % of the velocity are left if the face is not seen. People who walk behind something go
    /// on, but not for long in a straight line.
    /// </summary>
    private const double Damping = 2;

    /// <summary>
    /// The spread of velocities in sides per second. Who walks across the picture makes 5 to 7, a moving head 1 to 2.
    /// </summary>
    private const double Speed = 3;

    /// <summary>The error of the detector's boxes in sides.</summary>
    private const double BoxError = 0.05;

    private double velocity;
    private double positionVariance = BoxError * BoxError;
    private double velocityVariance = Speed * Speed;
    private double covariance;

    /// <summary>The filtered or expected coordinate in pixels.</summary>
    public double Position { get; private set; } = position;

    /// <summary>The standard deviation in sides of the next box from <see cref="Position"/>.</summary>
    public readonly double Spread => Math.Sqrt(positionVariance + (BoxError * BoxError));

    /// <summary>Moves on by some seconds without seeing the face.</summary>
    public void Advance(double seconds)
    {
        double kept = Math.Exp(-seconds / Damping),
            reach = Damping * (1 - kept);
        Position += reach * velocity;
        velocity *= kept;

        const double variance = Speed * Speed;
        positionVariance +=
            (2 * reach * covariance)
            + (reach * reach * velocityVariance)
            + (variance * Damping * Damping * ((2 * seconds / Damping) - 3 + (4 * kept) - (kept * kept)));
        covariance = (kept * (covariance + (reach * velocityVariance))) + (variance * reach * (1 - kept));
        velocityVariance = (kept * kept * velocityVariance) + (variance * (1 - (kept * kept)));
    }

    /// <summary>Takes in where the face was found.</summary>
    /// <param name="position">The coordinate in pixels.</param>
    /// <param name="trust">
    /// 0..1: less for a face that is partly covered, whose box is less exact and which may be another's.
    /// </param>
    public void Correct(double position, double trust)
    {
        double error = BoxError * BoxError / Math.Max(trust * trust, 0.01);
        double total = positionVariance + error,
            gain = positionVariance / total,
            velocityGain = covariance / total;
        double difference = position - Position;
        Position += gain * difference;
        velocity += velocityGain * difference;
        velocityVariance -= velocityGain * covariance;
        covariance *= 1 - gain;
        positionVariance *= 1 - gain;
    }
}
