namespace Mien;

/// <summary>
/// The search for faces in one photo, by a plan. Not thread-safe; it runs networks on several threads.
/// </summary>
internal sealed partial class FaceSearch(
    DetectorNetworks networks,
    DetectionPlan plan,
    Photo photo,
    DetectionOptions options,
    int threads,
    CancellationToken cancellationToken
)
{
    /// <summary>
    /// A box within this distance of an inner edge of its tile, in widths of the box, may be cut off there and is
    /// dropped; a neighbouring tile or the previous level contains the whole face.
    /// </summary>
    private const float EdgeMargin = 0.02f;

    /// <summary>
    /// The presence of a face, by the face mesh, from which a candidate of low score is a face. Marked faces have 0.7
    /// or more, images without a face at most 0.55 (docs/detection.md).
    /// </summary>
    private const float MinPresence = 0.6f;

    /// <summary>
    /// The same for a face that fills the photo or is cut off by its edge, of which the mesh sees a part: those have
    /// 0.38 or more.
    /// </summary>
    private const float MinPresenceOfCut = 0.3f;

    /// <summary>
    /// A box that is smaller than this share of its tile's longer side is imprecise, and is dropped if the photo is
    /// also searched in smaller tiles, or at another angle.
    /// </summary>
    private const float MinShare = 0.04f;

    private readonly Tile whole = new(0, 0, photo.PixelWidth, photo.PixelHeight);
    private readonly List<FaceCandidate> candidates = [];
    private readonly Dictionary<FaceBox, bool> verified = [];

    private readonly List<Look> looks = [];

    /// <summary>The detector runs so far, in their order.</summary>
    public IReadOnlyList<Look> Looks => looks;

    /// <summary>The number of detector runs so far.</summary>
    public int Runs => looks.Count;

    /// <summary>Searches the photo.</summary>
    /// <returns>The faces, in decoded pixels of the photo.</returns>
    public List<FaceCandidate> Faces()
    {
        List<FaceCandidate> faces = SearchTiles();
        if (plan.Border.Count > 0 && (faces.Count == 0 || faces.Exists(IsLargeOrCut)))
        {
            SearchWithBorder(faces);
            faces = Merged();
        }

        IReadOnlyList<int> angles = options.Angles switch
        {
            AngleSearch.Any => plan.AllAngles,
            AngleSearch.Auto when faces.Count == 0 => plan.RetryAngles,
            _ => [],
        };
        if (angles.Count > 0)
        {
            Add(from angle in angles from model in plan.Turned select new Look(model, whole with { Angle = angle }));
            candidates.RemoveAll(c => c.Angle != 0 && IsSmall(c.Box, MinShare));
            faces = Merged();
        }

        return faces;
    }

    private List<FaceCandidate> SearchTiles()
    {
        List<Tile> tiles = TilePlan.Tiles(
            photo.PixelWidth,
            photo.PixelHeight,
            TilePlan.Levels(photo.Width, photo.Height, options.Tiles, plan.Tiles[0])
        );
        tiles.RemoveAt(0); // the whole photo
        IEnumerable<Look> wholeLooks = plan.Whole.Select(model => new Look(model, whole));
        IEnumerable<Look> tileLooks = from tile in tiles from model in plan.Tiles select new Look(model, tile);
        if (tiles.Count == 0 || !IsLedByHints)
        {
            Add(wholeLooks.Concat(tileLooks));
            return Merged();
        }

        List<FaceCandidate> hints = Run([.. wholeLooks], plan.HintScore!.Value);
        candidates.AddRange(hints.Where(c => c.Score >= options.MinScore));
        List<FaceCandidate> faces = Merged();
        if (faces.Count > 0 && !hints.Exists(c => IsSmall(c.Box, plan.SmallFace)))
        {
            return faces;
        }

        candidates.RemoveAll(c => IsSmall(c.Box, MinShare));
        Add(tileLooks);
        return Merged();
    }

    /// <summary>
    /// Searches the photo with a border around it. A face that fills the photo or is cut off by its edge has a better
    /// box there, which replaces the one that was found before.
    /// </summary>
    private void SearchWithBorder(List<FaceCandidate> before)
    {
        Tile wider = Wider();
        List<FaceCandidate> found = Run([.. plan.Border.Select(model => new Look(model, wider))], options.MinScore);

        // Other faces are smaller there than before, and their boxes worse.
        found.RemoveAll(f =>
            !IsLarge(f) && !before.Exists(b => IsLargeOrCut(b) && FaceMerger.IsSameFace(b.Box, f.Box))
        );
        candidates.RemoveAll(c =>
            (before.Count == 0 || IsLargeOrCut(c)) && found.Exists(f => FaceMerger.IsSameFace(f.Box, c.Box))
        );
        candidates.AddRange(found);
    }

    /// <summary>Gets the photo with a border around it.</summary>
    private Tile Wider()
    {
        int border = (int)MathF.Ceiling(plan.BorderShare * Math.Max(whole.Width, whole.Height));
        return new Tile(-border, -border, whole.Width + (2 * border), whole.Height + (2 * border));
    }

    /// <summary>
    /// Merges the candidates to faces. What the mesh rejects is dropped before the rest is merged again, so that a box
    /// of another network or angle, which had a lower score, can take its place.
    /// </summary>
    private List<FaceCandidate> Merged()
    {
        while (true)
        {
            List<FaceCandidate> faces = FaceMerger.Merge(candidates);
            List<FaceCandidate> rejected = plan.ConfirmsByMesh ? faces.FindAll(f => IsDoubted(f) && !Verify(f)) : [];
            int dropped = candidates.RemoveAll(c =>
                rejected.Exists(r =>
                    r.Detector == c.Detector && r.Angle == c.Angle && FaceMerger.IsSameFace(r.Box, c.Box)
                )
            );
            if (dropped == 0)
            {
                faces.RemoveAll(f => rejected.Exists(r => r.Box == f.Box));
                return faces;
            }
        }
    }

    /// <summary>In a turned photo, an upright face or none at all can have a high score.</summary>
    private static bool IsDoubted(FaceCandidate face) =>
        face.Angle != 0 || face.Score < DetectionPlan.SureScore(face.Detector);

    private bool Verify(FaceCandidate face)
    {
        if (!verified.TryGetValue(face.Box, out bool isFace))
        {
            cancellationToken.ThrowIfCancellationRequested();
            float needed = face.Angle == 0 && IsLargeOrCut(face) ? MinPresenceOfCut : MinPresence;
            isFace = networks.Presence(photo, face) >= needed;
            verified.Add(face.Box, isFace);
        }

        return isFace;
    }

    /// <summary>Whether the tiles are searched only if the whole photo gives a hint of a small face.</summary>
    private bool IsLedByHints => options.Tiles == Tiling.Auto && plan.HintScore < options.MinScore;

    private void Add(IEnumerable<Look> looks) => candidates.AddRange(Run([.. looks], options.MinScore));

    private bool IsSmall(FaceBox box, float share) =>
        MathF.Max(box.Width, box.Height) < share * Math.Max(photo.PixelWidth, photo.PixelHeight);

    private bool IsLarge(FaceCandidate face) =>
        face.Box.Width >= plan.LargeFace * Math.Min(photo.PixelWidth, photo.PixelHeight);

    private bool IsLargeOrCut(FaceCandidate face)
    {
        FaceBox box = face.Box;
        float margin = EdgeMargin * box.Width;
        return IsLarge(face)
            || box.X < margin
            || box.Y < margin
            || box.Right > photo.PixelWidth - margin
            || box.Bottom > photo.PixelHeight - margin;
    }

    private List<FaceCandidate> Run(List<Look> next, float minScore)
    {
        var found = new List<FaceCandidate>[next.Count];
        Concurrent.For(next.Count, threads, i => found[i] = DetectIn(next[i], minScore), cancellationToken);
        looks.AddRange(next);

        // Concatenate in the order of the looks, so that the result does not depend on which one finished first.
        return [.. found.SelectMany(f => f)];
    }

    private List<FaceCandidate> DetectIn(Look look, float minScore)
    {
        var found = new List<FaceCandidate>();
        networks.Run(look.Model, photo, look.Tile, minScore, found);
        found.RemoveAll(c => IsCut(c.Box, look.Tile));
        for (int i = 0; i < found.Count; i++)
        {
            found[i] = found[i] with { Tile = look.Tile };
        }

        return found;
    }

    private bool IsCut(FaceBox box, Tile tile)
    {
        float margin = EdgeMargin * box.Width;
        return (tile.X > 0 && box.X < tile.X + margin)
            || (tile.Y > 0 && box.Y < tile.Y + margin)
            || (tile.X + tile.Width < photo.PixelWidth && box.Right > tile.X + tile.Width - margin)
            || (tile.Y + tile.Height < photo.PixelHeight && box.Bottom > tile.Y + tile.Height - margin);
    }
}
