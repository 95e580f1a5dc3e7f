namespace Mien;

/// <summary>Frames of a video between two complete searches: the runs that found the faces are repeated.</summary>
internal sealed partial class FaceSearch
{
    /// <summary>
    /// The maximum distance between a face and the same face in the previous frame, in sides of the box, and the
    /// maximum ratio of their sides. A face that moves further is lost, and the frame is searched completely.
    /// </summary>
    private const float MaxMove = 1,
        MaxGrowth = 1.8f;

    /// <summary>Finds the faces of the previous frame again, with the detector runs that found them.</summary>
    /// <param name="before">The faces of the previous frame.</param>
    /// <param name="own">
    /// The detector runs that found them. Each network and each scale frames faces a little differently, so each face
    /// is sought with its own: its box and its probabilities would jump otherwise.
    /// </param>
    /// <param name="others">
    /// Other runs for new faces. A face that an own run sees too is not taken from them.
    /// </param>
    /// <param name="hadTiles">Whether the last complete search included the tiles.</param>
    public FollowedFaces Follow(
        IReadOnlyList<FaceCandidate> before,
        IReadOnlyList<Look> own,
        IReadOnlyList<Look> others,
        bool hadTiles
    )
    {
        bool seeksHints = IsLedByHints && !hadTiles;
        List<FaceCandidate> found = Run([.. own], seeksHints ? plan.HintScore!.Value : options.MinScore);
        candidates.AddRange(found.Where(c => c.Score >= options.MinScore));
        DropWorse(before, hadTiles);
        List<FaceCandidate> faces = Merged();
        List<FaceCandidate> missing = Missing(before, faces);
        List<Look> regions = [.. missing.Where(f => IsInTile(f.Tile)).Select(Region).Distinct()];
        if (regions.Count > 0)
        {
            Add(regions);
            faces = Merged();
            missing = Missing(before, faces);
        }

        Tile wider = Wider();
        if (plan.Border.Count > 0 && faces.Exists(f => f.Tile != wider && IsLargeOrCut(f)) && !HasRun(wider))
        {
            SearchWithBorder(faces);
            faces = Merged();
            missing = Missing(before, faces);
        }

        if (others.Count > 0)
        {
            List<FaceCandidate> more = Run([.. others], options.MinScore);
            more.RemoveAll(c => faces.Exists(f => FaceMerger.IsSameFace(f.Box, c.Box)) || !IsGood(c, hadTiles));
            if (more.Count > 0)
            {
                candidates.AddRange(more);
                faces = Merged();
                missing = Missing(before, faces);
            }
        }

        bool isNew = Missing(faces, before).Count > 0;
        bool isHint =
            seeksHints
            && found.Exists(c =>
                c.Score < options.MinScore
                && IsSmall(c.Box, plan.SmallFace)
                && !faces.Exists(f => FaceMerger.IsSameFace(f.Box, c.Box))
            );
        return new FollowedFaces(faces, missing.Count > 0, isNew, isHint);
    }

    /// <summary>
    /// Drops what a complete search would drop, and what another run than its own says of a face that its own run sees.
    /// </summary>
    private void DropWorse(IReadOnlyList<FaceCandidate> before, bool hadTiles)
    {
        candidates.RemoveAll(c => !IsGood(c, hadTiles) && !before.Any(b => b.Tile == c.Tile && IsNear(b, c)));
        foreach (FaceCandidate face in before)
        {
            FaceCandidate[] same = [.. candidates.Where(c => IsOfKind(c, face) && IsNear(face, c))];
            if (same.Length > 0)
            {
                FaceCandidate best = same.MaxBy(c => c.Score);
                candidates.RemoveAll(c => !IsOfKind(c, face) && FaceMerger.IsSameFace(best.Box, c.Box));
            }
        }
    }

    /// <summary>Whether a complete search would keep a candidate.</summary>
    private bool IsGood(FaceCandidate c, bool hadTiles) =>
        c.Tile == Wider() ? IsLarge(c)
        : c.Angle != 0 ? !IsSmall(c.Box, MinShare)
        : !hadTiles || IsInTile(c.Tile) || !IsSmall(c.Box, MinShare);

    /// <summary>Gets the run that seeks a face around its last place, at the scale at which it was found.</summary>
    private Look Region(FaceCandidate face)
    {
        Tile tile = face.Tile;
        FacePoint centre = face.Box.Center;
        return new Look(
            face.Detector,
            tile with
            {
                X = Math.Clamp((int)MathF.Round(centre.X - (tile.Width / 2f)), 0, photo.PixelWidth - tile.Width),
                Y = Math.Clamp((int)MathF.Round(centre.Y - (tile.Height / 2f)), 0, photo.PixelHeight - tile.Height),
            }
        );
    }

    private bool IsInTile(Tile tile) => tile.Width < whole.Width || tile.Height < whole.Height;

    private bool HasRun(Tile tile) => looks.Exists(l => l.Tile == tile);

    /// <summary>Gets the faces that are not among others, each of which is used once, the nearest first.</summary>
    private static List<FaceCandidate> Missing(IReadOnlyList<FaceCandidate> faces, IReadOnlyList<FaceCandidate> others)
    {
        var pairs =
            from f in Enumerable.Range(0, faces.Count)
            from o in Enumerable.Range(0, others.Count)
            where IsNear(faces[f], others[o])
            orderby Distance(faces[f].Box, others[o].Box)
            select (f, o);
        var missing = Enumerable.Range(0, faces.Count).ToHashSet();
        var used = new HashSet<int>();
        foreach ((int f, int o) in pairs)
        {
            if (missing.Contains(f) && used.Add(o))
            {
                missing.Remove(f);
            }
        }

        return [.. missing.Order().Select(f => faces[f])];
    }

    private static bool IsOfKind(FaceCandidate face, FaceCandidate other) =>
        face.Detector == other.Detector
        && face.Angle == other.Angle
        && face.Tile.Width == other.Tile.Width
        && face.Tile.Height == other.Tile.Height;

    private static bool IsNear(FaceCandidate face, FaceCandidate other)
    {
        float side = Side(face.Box),
            otherSide = Side(other.Box);
        return Distance(face.Box, other.Box) <= MaxMove * MathF.Min(side, otherSide)
            && MathF.Max(side, otherSide) <= MaxGrowth * MathF.Min(side, otherSide);
    }

    private static float Side(FaceBox box) => MathF.Sqrt(box.Area);

    private static float Distance(FaceBox box, FaceBox other)
    {
        float x = box.Center.X - other.Center.X,
            y = box.Center.Y - other.Center.Y;
        return MathF.Sqrt((x * x) + (y * y));
    }
}

/// <summary>The faces of a frame that was not searched completely.</summary>
/// <param name="Faces">The faces, in decoded pixels.</param>
/// <param name="IsLost">Whether a face of the previous frame was not found.</param>
/// <param name="IsNew">Whether a face was found that was not in the previous frame.</param>
/// <param name="IsHint">Whether there is a hint of a small face, for which a complete search would use tiles.</param>
internal readonly record struct FollowedFaces(List<FaceCandidate> Faces, bool IsLost, bool IsNew, bool IsHint);
