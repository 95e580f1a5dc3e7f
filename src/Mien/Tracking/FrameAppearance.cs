namespace Mien;

/// <summary>
/// What a <see cref="FaceTracker"/> compares between frames: the coarse colours of the frame, by which cuts are
/// recognised, and a colour signature of each face with its surroundings (hair and clothes), by which faces keep their
/// identities. Takes about 2 KB and about 250 bytes per face, and holds no photo: a face cannot be reconstructed from
/// it. Immutable.
/// </summary>
public sealed class FrameAppearance
{
    internal FrameAppearance(FrameSignature? frame, IReadOnlyList<FaceSignature> faces)
    {
        Frame = frame;
        Faces = faces;
    }

    /// <summary>The coarse colours of the frame; <see langword="null"/> if unknown: no cut is recognised.</summary>
    internal FrameSignature? Frame { get; }

    /// <summary>The signatures of the faces, in the order in which they were given.</summary>
    internal IReadOnlyList<FaceSignature> Faces { get; }

    /// <summary>
    /// Computes the appearance of a frame. Reads some thousand pixels, whatever the size of the frame. Thread-safe.
    /// </summary>
    /// <param name="frame">The frame; not kept.</param>
    /// <param name="faces">
    /// The boxes of all faces of the frame, in the order in which the faces are passed to the tracker.
    /// </param>
    /// <returns>The appearance, for <see cref="FaceTracker.Update"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ObjectDisposedException">The frame was disposed.</exception>
    public static FrameAppearance Of(Photo frame, IReadOnlyList<FaceBox> faces)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(faces);
        return Of(frame, faces, FrameSignature.Of(frame));
    }

    /// <summary>The same with a signature of the frame that was computed before.</summary>
    internal static FrameAppearance Of(Photo frame, IReadOnlyList<FaceBox> faces, FrameSignature signature)
    {
        var signatures = new FaceSignature[faces.Count];
        for (int i = 0; i < signatures.Length; i++)
        {
            signatures[i] = FaceSignature.Of(frame, faces, i);
        }

        return new FrameAppearance(signature, signatures);
    }
}
