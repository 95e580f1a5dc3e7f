namespace Mien;

/// <summary>A face in a frame, with what a <see cref="FaceTracker"/> knows from the frames before. Immutable.</summary>
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

    /// <summary>The face's identity, from 1; never given to another face of the same tracker.</summary>
    public int Id { get; }

    /// <summary>What was recognized in this frame alone.</summary>
    public RecognizedFace Face { get; }

    /// <summary>The probabilities smoothed over time; they sum to 1 as the raw ones do.</summary>
    public ExpressionResult Smoothed { get; }

    /// <summary>
    /// Whether the confidence of <see cref="Smoothed"/> is under <see cref="FaceTrackerOptions.UncertainBelow"/>.
    /// </summary>
    public bool IsUncertain { get; }

    /// <summary>How long ago the face was first found; zero in its first frame.</summary>
    public TimeSpan Age { get; }
}
