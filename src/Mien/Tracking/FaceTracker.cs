namespace Mien;

/// <summary>
/// Tracks faces across video frames and smooths their probabilities over time, so that labels do not flicker. Faces are
/// matched by position only, not by appearance: a person who leaves and returns after
/// <see cref="FaceTrackerOptions.MaxGap"/> is a new face, and two people who pass each other may swap identities. Not
/// thread-safe: use one tracker per video and pass the frames in order.
/// </summary>
public sealed class FaceTracker
{
    private readonly FaceTrackerOptions options;
    private readonly List<Track> tracks = [];
    private int last;
    private TimeSpan now = TimeSpan.MinValue;

    /// <summary>Creates a tracker without faces.</summary>
    /// <param name="options">Options for matching and smoothing; <see langword="null"/> uses the defaults.</param>
    public FaceTracker(FaceTrackerOptions? options = null) => this.options = options ?? new FaceTrackerOptions();

    /// <summary>Matches the faces of the next frame with those of previous frames.</summary>
    /// <param name="faces">The faces recognized in the frame; may be empty.</param>
    /// <param name="time">The time stamp of the frame, from any origin; not before that of the previous frame.</param>
    /// <returns>The same faces in the same order, each with its identity and smoothed probabilities.</returns>
    /// <exception cref="ArgumentException">A face is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="time"/> is before that of the previous frame.
    /// </exception>
    public IReadOnlyList<TrackedFace> Update(IReadOnlyList<RecognizedFace> faces, TimeSpan time)
    {
        ArgumentNullException.ThrowIfNull(faces);
        ArgumentOutOfRangeException.ThrowIfLessThan(time, now);
        if (faces.Contains(null!))
        {
            throw new ArgumentException("A face is null.", nameof(faces));
        }

        now = time;
        tracks.RemoveAll(t => time - t.Seen > options.MaxGap);
        Track?[] matched = Match(faces);
        var result = new TrackedFace[faces.Count];
        for (int i = 0; i < faces.Count; i++)
        {
            if (matched[i] is not { } track)
            {
                track = new Track(++last, time);
                tracks.Add(track);
            }

            result[i] = track.Take(faces[i], time, options);
        }

        return result;
    }

    /// <summary>
    /// Forgets all faces, for example at a scene cut. Identities continue to count up and are never reused.
    /// </summary>
    public void Reset()
    {
        tracks.Clear();
        now = TimeSpan.MinValue;
    }

    /// <summary>
    /// Matches greedily: the best pair first, then the best of the rest. The total may be slightly worse than that of
    /// an optimal assignment, but a clear match is never sacrificed for several ambiguous pairs.
    /// </summary>
    private Track?[] Match(IReadOnlyList<RecognizedFace> faces)
    {
        var pairs = new List<(float Fit, int Face, Track Track)>();
        for (int i = 0; i < faces.Count; i++)
        {
            foreach (Track track in tracks)
            {
                if (Fit(faces[i].Box, track.Box) is { } fit)
                {
                    pairs.Add((fit, i, track));
                }
            }
        }

        var matched = new Track?[faces.Count];
        var taken = new HashSet<Track>();

        // Ties are resolved by the older identity, then by the earlier face, so that the result is deterministic.
        foreach (
            (_, int face, Track track) in pairs
                .OrderByDescending(p => p.Fit)
                .ThenBy(p => p.Track.Id)
                .ThenBy(p => p.Face)
        )
        {
            if (matched[face] is null && taken.Add(track))
            {
                matched[face] = track;
            }
        }

        return matched;
    }

    /// <summary>
    /// Computes how well two boxes match: IoU minus the distance of their centres in box sides. The distance also ranks
    /// boxes that do not overlap, for which the IoU is 0. <see langword="null"/> if they cannot belong to the same
    /// face.
    /// </summary>
    private float? Fit(FaceBox a, FaceBox b)
    {
        float sideA = MathF.Sqrt(a.Area),
            sideB = MathF.Sqrt(b.Area);
        float x = a.Center.X - b.Center.X,
            y = a.Center.Y - b.Center.Y;
        float distance = MathF.Sqrt((x * x) + (y * y)) / ((sideA + sideB) / 2);
        bool near = distance <= options.MaxDistance;
        bool alike = MathF.Max(sideA, sideB) <= options.MaxGrowth * MathF.Min(sideA, sideB);
        return near && alike ? a.IntersectionOverUnion(b) - distance : null;
    }

    /// <summary>The state of one tracked face.</summary>
    private sealed class Track(int id, TimeSpan since)
    {
        private static readonly UncertainReason[] None = [];
        private LabelScores? smoothed;

        public int Id => id;

        public FaceBox Box { get; private set; }

        public TimeSpan Seen { get; private set; } = TimeSpan.MinValue;

        public TrackedFace Take(RecognizedFace face, TimeSpan time, FaceTrackerOptions options)
        {
            // Exponential smoothing with a time constant instead of a fixed weight, so that it does not depend on the
            // frame rate.
            double weight =
                Seen == TimeSpan.MinValue || options.TimeConstant == TimeSpan.Zero
                    ? 1
                    : 1 - Math.Exp(-(time - Seen) / options.TimeConstant);

            // Scores of a model with other labels cannot be mixed, so smoothing starts again.
            smoothed =
                smoothed?.Set.Matches(face.LabelScores.Set) == true
                    ? Mix(smoothed, face.LabelScores, weight)
                    : face.LabelScores;
            Box = face.Box;
            Seen = time;
            var result = new ExpressionResult(smoothed);

            // Only the confidence is smoothed; the other reasons apply to the crop of this frame.
            IReadOnlyList<UncertainReason> reasons =
            [
                .. result.Confidence < options.UncertainBelow ? [UncertainReason.LowConfidence] : None,
                .. face.UncertainReasons.Where(r => r != UncertainReason.LowConfidence),
            ];
            return new TrackedFace(id, face, result, reasons, time - since);
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
}
