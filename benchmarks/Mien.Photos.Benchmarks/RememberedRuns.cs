namespace Mien.Photos.Benchmarks;

/// <summary>
/// Detector networks that remember the runs on one picture, so that many plans are compared for the price of one.
/// </summary>
internal sealed class RememberedRuns(ClassifierOptions options) : DetectorNetworks(options)
{
    /// <summary>Candidates of lower scores are not kept.</summary>
    private const float MinKept = 0.1f;

    private readonly Dictionary<(DetectorModel, Tile), List<FaceCandidate>> runs = [];

    private readonly Dictionary<FaceBox, float> presences = [];

    /// <summary>The number of runs of back, front, full and the face mesh that the current plan asked for.</summary>
    public int[] Asked { get; } = new int[4];

    /// <summary>Forgets the runs, for the next picture.</summary>
    public void Forget()
    {
        runs.Clear();
        presences.Clear();
    }

    public override void Run(DetectorModel model, Photo photo, Tile tile, float minScore, List<FaceCandidate> found)
    {
        Asked[(int)model - 1]++;
        if (!runs.TryGetValue((model, tile), out List<FaceCandidate>? all))
        {
            all = [];
            base.Run(model, photo, tile, MinKept, all);
            runs.Add((model, tile), all);
        }

        found.AddRange(all.Where(c => c.Score >= minScore));
    }

    public override float Presence(Photo photo, FaceCandidate face)
    {
        Asked[^1]++;
        if (!presences.TryGetValue(face.Box, out float presence))
        {
            presences.Add(face.Box, presence = base.Presence(photo, face));
        }

        return presence;
    }
}
