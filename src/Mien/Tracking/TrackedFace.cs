namespace Mien;

/// <summary>
/// A face in a video frame, with its identity and smoothed probabilities from a <see cref="FaceTracker"/>. Immutable.
/// </summary>
public sealed class TrackedFace
{
    internal TrackedFace(int id, RecognizedFace face, ExpressionResult smoothed, bool uncertain, TimeSpan age)
    {
        Id = id;
        Face = face;
        Smoothed = smoothed;
        IsUncertain = uncertain;
        Age = age;
    }

    /// <summary>The identity of the face, counted from 1; never reused by the same tracker.</summary>
    public int Id { get; }

    /// <summary>The result of this frame alone, without smoothing.</summary>
    public RecognizedFace Face { get; }

    /// <summary>The probabilities smoothed over time, 0..1; they sum to 1.</summary>
    public ExpressionResult Smoothed { get; }

    /// <summary>
    /// Whether the confidence of <see cref="Smoothed"/> is under <see cref="FaceTrackerOptions.UncertainBelow"/>.
    /// </summary>
    public bool IsUncertain { get; }

    /// <summary>The time since the face was first found; zero in its first frame.</summary>
    public TimeSpan Age { get; }
}
