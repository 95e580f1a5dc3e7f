namespace Mien;

/// <summary>The state of a tracked face: where it is expected, how it looks, its smoothed probabilities.</summary>
internal sealed class FaceTrack(int id, TimeSpan since, RecognizedFace face)
{
    /// <summary>The error of the detector's boxes in natural logarithms of the side.</summary>
    private const double SideError = 0.08;

    /// <summary>How much a side may change in a second, as a standard deviation of its logarithm.</summary>
    private const double Growth = 0.4;

    private static readonly UncertainReason[] None = [];
    private readonly FaceLook look = new();
    private FaceMotion across = new(face.Box.Center.X);
    private FaceMotion down = new(face.Box.Center.Y);
    private double side = SideOf(face.Box);
    private LabelScores? smoothed;
    private readonly TimeSpan begun = since;
    private TimeSpan? moved;
    private TimeSpan? looked;

    public int Id => id;

    /// <summary>The time of the last frame in which the face was found.</summary>
    public TimeSpan Seen { get; private set; } = since;

    /// <summary>The side of a box: the square root of its area; at least a pixel.</summary>
    public static double SideOf(FaceBox box) => Math.Sqrt(Math.Max(box.Area, 1));

    /// <summary>Moves the expectation to the time of the next frame.</summary>
    public void Advance(TimeSpan time)
    {
        double seconds = (time - (moved ?? begun)).TotalSeconds;
        if (seconds > 0)
        {
            across.Advance(seconds);
            down.Advance(seconds);
            moved = time;
        }
    }

    /// <summary>Where the face is expected at the time of the last <see cref="Advance"/>.</summary>
    public FaceBox Expected =>
        new((float)(across.Position - (side / 2)), (float)(down.Position - (side / 2)), (float)side, (float)side);

    /// <summary>
    /// Computes how unlikely it is that a face of the next frame is this one: minus the logarithm of the likelihood of
    /// its position, size and appearance. The three add up, so that a clear difference in one can be outweighed by the
    /// others together only.
    /// </summary>
    /// <returns>The cost; infinite if the face cannot be this one.</returns>
    public double Cost(FaceBox box, FaceSignature? signature, float clear, TimeSpan time, FaceTrackerOptions options)
    {
        double found = SideOf(box),
            mean = (found + side) / 2,
            gap = (time - Seen).TotalSeconds;
        double right = (box.Center.X - across.Position) / mean,
            below = (box.Center.Y - down.Position) / mean,
            distance = Math.Sqrt((right * right) + (below * below));
        double growth = Math.Abs(Math.Log(found / side));
        if (distance > MaxDistance(gap, options) || growth > Math.Log(options.MaxGrowth) + 1e-6)
        {
            return double.PositiveInfinity;
        }

        // The longer a face was not seen, the less its place says: the spreads grow, and their logarithms, which belong
        // to the likelihood, let a face that was just there win against one that is long gone.
        double spread = (across.Spread + down.Spread) / 2,
            sideSpread = Math.Sqrt((SideError * SideError) + (Growth * Growth * gap));
        double place = HeavyTailed(distance / spread, 2) + (2 * Math.Log(spread / 0.1));
        double size = HeavyTailed(growth / sideSpread, 1) + Math.Log(sideSpread / 0.1);
        return place + size + AppearanceCost(signature, clear);
    }

    /// <summary>Takes in the face of a frame.</summary>
    /// <param name="found">The face.</param>
    /// <param name="signature">Its signature, if known.</param>
    /// <param name="clear">How much of the face is not covered by others, 0..1.</param>
    /// <param name="time">The time of the frame.</param>
    /// <param name="options">Options for the smoothing.</param>
    public TrackedFace Take(
        RecognizedFace found,
        FaceSignature? signature,
        float clear,
        TimeSpan time,
        FaceTrackerOptions options
    )
    {
        if (signature is not null)
        {
            look.Add(signature, clear, (time - (looked ?? time)).TotalSeconds);
            looked = time;
        }

        across.Correct(found.Box.Center.X, clear);
        down.Correct(found.Box.Center.Y, clear);
        side = SideOf(found.Box);
        TrackedFace result = Smooth(found, time, options);
        Seen = time;
        return result;
    }

    /// <summary>
    /// How far from its expected place a face may be found, in sides: what it may move at the greatest speed and a
    /// third for the error of the boxes, but never more than <see cref="FaceTrackerOptions.MaxDistance"/>.
    /// </summary>
    private static double MaxDistance(double seconds, FaceTrackerOptions options) =>
        Math.Min(options.MaxDistance, 0.3 + (options.MaxSpeed * seconds)) + 1e-6;

    /// <summary>
    /// The cost of a deviation in standard deviations under a t-distribution of four degrees of freedom: faces now and
    /// then move in a way that no model expects, and one such moment must not cost an identity.
    /// </summary>
    private static double HeavyTailed(double deviation, int dimensions) =>
        (4 + dimensions) / 2.0 * Math.Log(1 + (deviation * deviation / 4));

    /// <summary>
    /// The cost of the appearance: the logarithm of how much more likely the distance is between two people than
    /// between two frames of one. Bounded, because light and occlusions can change a face entirely.
    /// </summary>
    private double AppearanceCost(FaceSignature? signature, float clear)
    {
        if (signature is null)
        {
            return 0;
        }

        (float distance, float evidence) = look.Compare(signature);
        return evidence * clear * Math.Clamp(40 * (distance - 0.23), -4, 6);
    }

    private TrackedFace Smooth(RecognizedFace found, TimeSpan time, FaceTrackerOptions options)
    {
        // Exponential smoothing with a time constant instead of a fixed weight, so that it does not depend on the
        // frame rate. After a gap, the new scores weigh as much as the time that has passed.
        double weight =
            smoothed is null || options.TimeConstant == TimeSpan.Zero
                ? 1
                : 1 - Math.Exp(-(time - Seen) / options.TimeConstant);

        // Scores of a model with other labels cannot be mixed, so smoothing starts again.
        smoothed =
            smoothed?.Set.Matches(found.LabelScores.Set) == true
                ? Mix(smoothed, found.LabelScores, weight)
                : found.LabelScores;
        var result = new ExpressionResult(smoothed);

        // Only the confidence is smoothed; the other reasons apply to the crop of this frame.
        IReadOnlyList<UncertainReason> reasons =
        [
            .. result.Confidence < options.UncertainBelow ? [UncertainReason.LowConfidence] : None,
            .. found.UncertainReasons.Where(r => r != UncertainReason.LowConfidence),
        ];
        return new TrackedFace(id, found, result, reasons, time - begun);
    }

    private static LabelScores Mix(LabelScores before, LabelScores now, double weight)
    {
        float[] mixed = [.. before.Values];
        for (int i = 0; i < mixed.Length; i++)
        {
            mixed[i] += (float)(weight * (now.Values[i] - mixed[i]));
        }

        return new LabelScores(before.Set, mixed);
    }
}
