namespace Mien;

/// <summary>
/// Detects the faces in the frames of a video, in order. Key frames are searched completely, as a photo is; in the
/// frames between them the detector runs that found the faces are repeated, and the other runs take turns. Not
/// thread-safe: one instance per video.
/// </summary>
/// <remarks>
/// The first frame of each whole second of the video's time is a key frame, at which the state begins anew: the faces
/// of a frame depend on no frame before the last whole second. So an analysis that begins there gives the same.
/// </remarks>
/// <param name="networks">The networks.</param>
/// <param name="plan">The plan of a complete search.</param>
/// <param name="options">Options of the detection.</param>
/// <param name="threads">The number of threads for the runs of one frame.</param>
/// <param name="isFollowing">
/// Whether faces are followed between key frames; otherwise every frame with faces is a key frame.
/// </param>
internal sealed class FaceFollower(
    DetectorNetworks networks,
    DetectionPlan plan,
    DetectionOptions options,
    int threads,
    bool isFollowing = true
)
{
    /// <summary>
    /// The maximum number of complete searches per second of the video besides that of its first frame: because faces
    /// were lost or appeared, and because of cuts.
    /// </summary>
    internal const int MaxSearches = 4,
        MaxCuts = 4;

    /// <summary>The detector runs per second of the video that look for other faces where there are faces.</summary>
    private const int TurnsPerSecond = 10;

    /// <summary>The same without faces, and its maximum per frame.</summary>
    private const int EmptyTurnsPerSecond = 50,
        MaxEmptyTurns = 4;

    /// <summary>
    /// From this time between two frames, at 10 frames per second and less, every frame with faces is a key frame:
    /// faces move too far, and the turns of the other runs save nothing.
    /// </summary>
    private static readonly TimeSpan MaxStep = TimeSpan.FromMilliseconds(90);

    private readonly List<Look> own = [];
    private List<FaceCandidate> faces = [];
    private List<Look> others = [];
    private (int Width, int Height) size;
    private TimeSpan? last;
    private int searches;
    private int cuts;
    private int turn;
    private bool hadTiles;

    /// <summary>Detects the faces of the next frame.</summary>
    /// <param name="photo">The frame.</param>
    /// <param name="time">Its time, not before that of the previous frame.</param>
    /// <param name="isCut">Whether the frame is the first one after a cut.</param>
    /// <param name="cancellationToken">Cancels the work between two runs of a network.</param>
    public FrameFaces Next(Photo photo, TimeSpan time, bool isCut, CancellationToken cancellationToken)
    {
        bool isSecond = last is not { } before || Second(before) != Second(time) || size != SizeOf(photo);
        if (isSecond)
        {
            (searches, cuts, turn) = (0, 0, 0);
        }

        int runs = 0;
        bool isFar = faces.Count > 0 && (!isFollowing || time - last > MaxStep);
        bool isAnew = isSecond || isFar || (isCut && cuts++ < MaxCuts);
        bool searched = isAnew || !TryFollow(photo, time, ref runs, cancellationToken);
        if (searched)
        {
            runs += Search(photo, isAnew, cancellationToken);
        }

        (last, size) = (time, SizeOf(photo));
        return new FrameFaces(FaceDetector.Wanted(faces, photo, options), searched, runs);
    }

    private int Search(Photo photo, bool isAnew, CancellationToken cancellationToken)
    {
        FaceSearch search = New(photo, cancellationToken);
        faces = search.Faces();
        if (isAnew)
        {
            own.Clear();
        }

        // A face that is missed for a moment is sought with its own run until the next whole second.
        own.AddRange(faces.Select(f => f.Look).Distinct().Except(own).ToArray());
        var whole = new Tile(0, 0, photo.PixelWidth, photo.PixelHeight);
        if (!own.Exists(l => l.Tile == whole))
        {
            own.Add(new Look(plan.Tiles[0], whole));
        }

        others = [.. search.Looks.Except(own)];
        hadTiles = search.Looks.Any(l => l.Tile.Width < whole.Width || l.Tile.Height < whole.Height);
        return search.Runs;
    }

    /// <summary>Returns whether the faces are known without a complete search.</summary>
    private bool TryFollow(Photo photo, TimeSpan time, ref int runs, CancellationToken cancellationToken)
    {
        FaceSearch search = New(photo, cancellationToken);
        FollowedFaces found = search.Follow(
            faces,
            [.. own.Union(faces.Select(f => f.Look))],
            [.. NextTurns(time)],
            hadTiles
        );
        runs = search.Runs;
        if ((found.IsLost || found.IsNew || found.IsHint) && searches < MaxSearches)
        {
            searches++;
            return false;
        }

        faces = found.Faces;
        return true;
    }

    /// <summary>Gets the runs that look for other faces in this frame. They take turns.</summary>
    private IEnumerable<Look> NextTurns(TimeSpan time)
    {
        long Turns(TimeSpan at, int perSecond) =>
            (long)Math.Floor(at.Ticks * (double)perSecond / TimeSpan.TicksPerSecond);

        int rate = faces.Count == 0 ? EmptyTurnsPerSecond : TurnsPerSecond;
        int count = (int)Math.Min(MaxEmptyTurns, Turns(time, rate) - Turns(last!.Value, rate));
        for (int i = Math.Min(count, others.Count); i > 0; i--)
        {
            yield return others[turn++ % others.Count];
        }
    }

    private FaceSearch New(Photo photo, CancellationToken cancellationToken) =>
        new(networks, plan, photo, options, threads, cancellationToken);

    private static long Second(TimeSpan time) => (long)Math.Floor(time.TotalSeconds);

    private static (int Width, int Height) SizeOf(Photo photo) => (photo.PixelWidth, photo.PixelHeight);
}

/// <summary>The faces of one frame of a video.</summary>
/// <param name="Faces">The faces in reading order.</param>
/// <param name="IsSearched">Whether the frame was searched completely, as a photo is.</param>
/// <param name="Runs">The number of detector runs.</param>
internal readonly record struct FrameFaces(IReadOnlyList<DetectedFace> Faces, bool IsSearched, int Runs);
