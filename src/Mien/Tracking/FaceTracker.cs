namespace Mien;

/// <summary>
/// Gives faces an identity from frame to frame and smooths their probabilities, so that a label does not flicker. A
/// face is matched with the one before that lies nearest to its place; nobody is recognized, so one who leaves and
/// comes back after <see cref="FaceTrackerOptions.MaxGap"/> is a new face, and two who change places behind one another
/// may change identities. Not thread-safe: use one a video, in the order of its frames.
/// </summary>
public sealed class FaceTracker
{
    private readonly FaceTrackerOptions options;
    private readonly List<Track> tracks = [];
    private int last;
    private TimeSpan now = TimeSpan.MinValue;

    /// <summary>Creates a tracker that knows no face.</summary>
    /// <param name="options">How it works; <see langword="null"/>: the defaults.</param>
    public FaceTracker(FaceTrackerOptions? options = null) => this.options = options ?? new FaceTrackerOptions();

    /// <summary>Takes the faces of the next frame.</summary>
    /// <param name="faces">What was recognized in it; empty where no face was found.</param>
    /// <param name="time">When the frame was taken, from any beginning; not before the last one.</param>
    /// <returns>The same faces in the same order, each with its identity and its smoothed probabilities.</returns>
    /// <exception cref="ArgumentException">A face is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="time"/> lies before that of the last frame.
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

    /// <summary>Forgets all faces, as at a cut; identities go on counting and are never used twice.</summary>
    public void Reset()
    {
        tracks.Clear();
        now = TimeSpan.MinValue;
    }

    /// <summary>
    /// The best pair first, then the best of those that are left. The sum of all pairs may be a little worse than the
    /// best assignment's, but a face that clearly continues another one never gives way to doubtful pairs.
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

        // Of equal fits the older identity and the earlier face, so that the result is the same at each run.
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
    /// How well two boxes may be one face's: intersection over union, less the distance of their middles in sides, so
    /// that boxes that no longer touch can be told apart too; <see langword="null"/> where they cannot be one face's.
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

    /// <summary>A face over time.</summary>
    private sealed class Track(int id, TimeSpan since)
    {
        private LabelScores? smoothed;

        public int Id => id;

        public FaceBox Box { get; private set; }

        public TimeSpan Seen { get; private set; } = TimeSpan.MinValue;

        public TrackedFace Take(RecognizedFace face, TimeSpan time, FaceTrackerOptions options)
        {
            // An exponential with a time constant: as much is forgotten in a second at any frame rate.
            double weight =
                Seen == TimeSpan.MinValue || options.TimeConstant == TimeSpan.Zero
                    ? 1
                    : 1 - Math.Exp(-(time - Seen) / options.TimeConstant);

            // Scores of another model's labels say nothing about these.
            smoothed =
                smoothed?.Set.Matches(face.LabelScores.Set) == true
                    ? Mix(smoothed, face.LabelScores, weight)
                    : face.LabelScores;
            Box = face.Box;
            Seen = time;
            var result = new ExpressionResult(smoothed);
            return new TrackedFace(id, face, result, result.Confidence < options.UncertainBelow, time - since);
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
