namespace Mien;

/// <summary>
/// Tracks faces across video frames and smooths their probabilities over time, so that labels do not flicker. Faces are
/// matched by position, size and, if it is given, appearance. With appearance, cuts are recognised too. A person who
/// returns after <see cref="FaceTrackerOptions.MaxGap"/> is a new face: nobody is recognised. Everything depends on the
/// times of the frames and not on their number. Deterministic. Not thread-safe: use one tracker per video and pass the
/// frames in order.
/// </summary>
public sealed class FaceTracker
{
    private readonly FaceTrackerOptions options;
    private readonly List<FaceTrack> tracks = [];
    private readonly CutDetector cuts = new();
    private int next;
    private TimeSpan now = TimeSpan.MinValue;

    /// <summary>Creates a tracker without faces.</summary>
    /// <param name="options">Options for matching and smoothing; <see langword="null"/> uses the defaults.</param>
    public FaceTracker(FaceTrackerOptions? options = null)
    {
        this.options = options ?? new FaceTrackerOptions();
        next = this.options.FirstId;
    }

    /// <summary>
    /// Whether the last frame was the first one after a cut, at which all tracks end. Always <see langword="false"/>
    /// without the appearance of the frames.
    /// </summary>
    public bool IsCut { get; private set; }

    /// <summary>Matches the faces of the next frame with those of previous frames.</summary>
    /// <param name="faces">The faces recognized in the frame; may be empty.</param>
    /// <param name="time">The time stamp of the frame, from any origin; not before that of the previous frame.</param>
    /// <param name="appearance">
    /// The appearance of the frame with the same faces in the same order; <see langword="null"/> matches by position
    /// and size only, and recognises no cut.
    /// </param>
    /// <returns>The same faces in the same order, each with its identity and smoothed probabilities.</returns>
    /// <exception cref="ArgumentException">
    /// A face is <see langword="null"/>, or <paramref name="appearance"/> is that of another number of faces.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="time"/> is before that of the previous frame.
    /// </exception>
    public IReadOnlyList<TrackedFace> Update(
        IReadOnlyList<RecognizedFace> faces,
        TimeSpan time,
        FrameAppearance? appearance = null
    )
    {
        ArgumentNullException.ThrowIfNull(faces);
        ArgumentOutOfRangeException.ThrowIfLessThan(time, now);
        if (faces.Contains(null!))
        {
            throw new ArgumentException("A face is null.", nameof(faces));
        }

        if (appearance is not null && appearance.Faces.Count != faces.Count)
        {
            throw new ArgumentException(
                $"The appearance is that of {appearance.Faces.Count} faces, but the frame has {faces.Count}. Compute "
                    + "it with the boxes of the same faces.",
                nameof(appearance)
            );
        }

        now = time;
        IsCut = appearance?.Frame is { } frame && cuts.IsCut(frame, time);
        if (IsCut)
        {
            tracks.Clear();
        }

        tracks.RemoveAll(t => time - t.Seen > options.MaxGap);
        float[] clear = Clear(faces);
        int[] matched = Match(faces, appearance, clear, time);
        FaceTrack[] before = [.. tracks];
        var result = new TrackedFace[faces.Count];
        for (int i = 0; i < faces.Count; i++)
        {
            FaceTrack track;
            if (matched[i] >= 0)
            {
                track = before[matched[i]];
            }
            else
            {
                track = new FaceTrack(next++, time, faces[i]);
                tracks.Add(track);
            }

            result[i] = track.Take(faces[i], appearance?.Faces[i], clear[i], time, options);
        }

        return result;
    }

    /// <summary>
    /// Forgets all faces, for example at a scene cut. Identities continue to count up and are never reused.
    /// </summary>
    public void Reset()
    {
        tracks.Clear();
        cuts.Reset();
        now = TimeSpan.MinValue;
        IsCut = false;
    }

    /// <summary>How much of each face is not covered by the box of another one, 0..1.</summary>
    private static float[] Clear(IReadOnlyList<RecognizedFace> faces)
    {
        float[] clear = new float[faces.Count];
        for (int i = 0; i < clear.Length; i++)
        {
            float covered = 0;
            for (int j = 0; j < clear.Length; j++)
            {
                covered = j == i ? covered : MathF.Max(covered, faces[i].Box.Overlap(faces[j].Box));
            }

            clear[i] = Math.Clamp(1 - (covered / MathF.Max(faces[i].Box.Area, 1)), 0, 1);
        }

        return clear;
    }

    /// <summary>Finds the track of each face: the assignment whose pairs are together the most likely.</summary>
    private int[] Match(IReadOnlyList<RecognizedFace> faces, FrameAppearance? appearance, float[] clear, TimeSpan time)
    {
        double[,] costs = new double[faces.Count, tracks.Count];
        for (int j = 0; j < tracks.Count; j++)
        {
            tracks[j].Advance(time);
            for (int i = 0; i < faces.Count; i++)
            {
                costs[i, j] = tracks[j].Cost(faces[i].Box, appearance?.Faces[i], clear[i], time, options);
            }
        }

        return Assignment.Solve(costs, NewFace);
    }

    /// <summary>
    /// What it costs to take a face for a new one. More makes identities last longer, less separates a person from the
    /// one who was there before.
    /// </summary>
    private const double NewFace = 14;
}
