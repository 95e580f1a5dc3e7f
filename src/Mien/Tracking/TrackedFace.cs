namespace Mien;

/// <summary>
/// A face in a video frame, with its identity and smoothed probabilities from a <see cref="FaceTracker"/>. Immutable.
/// </summary>
public sealed class TrackedFace
{
    internal TrackedFace(
        int id,
        RecognizedFace face,
        ExpressionResult smoothed,
        IReadOnlyList<UncertainReason> uncertainReasons,
        TimeSpan age
    )
    {
        Id = id;
        Face = face;
        Smoothed = smoothed;
        UncertainReasons = uncertainReasons;
        Age = age;
    }

    /// <summary>The identity of the face, counted from 1; never reused by the same tracker.</summary>
    public int Id { get; }

    /// <summary>The result of this frame alone, without smoothing.</summary>
    public RecognizedFace Face { get; }

    /// <summary>The probabilities smoothed over time, 0..1; they sum to 1.</summary>
    public ExpressionResult Smoothed { get; }

    /// <summary>
    /// Whether <see cref="Smoothed"/> should not be relied on: <see cref="UncertainReasons"/> is not empty.
    /// </summary>
    public bool IsUncertain => UncertainReasons.Count > 0;

    /// <summary>
    /// The reasons why <see cref="Smoothed"/> should not be relied on, in the order of the enum: <c>LowConfidence</c>
    /// if its confidence is below <see cref="FaceTrackerOptions.UncertainBelow"/>, and the other reasons of the face in
    /// this frame.
    /// </summary>
    public IReadOnlyList<UncertainReason> UncertainReasons { get; }

    /// <summary>The time since the face was first found; zero in its first frame.</summary>
    public TimeSpan Age { get; }
}
