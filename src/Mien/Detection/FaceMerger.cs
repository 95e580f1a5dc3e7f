namespace Mien;

/// <summary>Makes faces of the boxes of all anchors and tiles. Thread-safe.</summary>
internal static class FaceMerger
{
    /// <summary>
    /// Boxes that overlap at least so much (IoU) are the same face, and are blended: MediaPipe's
    /// min_suppression_threshold.
    /// </summary>
    private const float SameFace = 0.3f;

    /// <summary>
    /// A box of which so much lies inside a better one is a part of that face, such as a fine tile's view of a cheek;
    /// IoU alone does not see it where the sizes differ.
    /// </summary>
    private const float PartOfFace = 0.7f;

    /// <summary>
    /// Joins overlapping boxes: the best one is blended with those that overlap it, weighted by score, and keeps its
    /// own score (MediaPipe's weighted non-maximum suppression); then the next best of the rest.
    /// </summary>
    /// <param name="candidates">In any order; not changed.</param>
    public static List<FaceCandidate> Merge(List<FaceCandidate> candidates)
    {
        // stable: equal scores stay in the order of the tiles
        candidates = [.. candidates.OrderByDescending(c => c.Score)];
        var faces = new List<FaceCandidate>();
        bool[] taken = new bool[candidates.Count];
        for (int i = 0; i < candidates.Count; i++)
        {
            if (taken[i])
            {
                continue;
            }

            FaceBox best = candidates[i].Box;
            FaceGeometry sum = default;
            float weights = 0;
            for (int j = i; j < candidates.Count; j++)
            {
                FaceBox other = candidates[j].Box;
                if (taken[j] || best.IntersectionOverUnion(other) < SameFace)
                {
                    continue;
                }

                taken[j] = true;
                weights += candidates[j].Score;
                for (int v = 0; v < FaceGeometry.Length; v++)
                {
                    sum[v] += candidates[j].Score * candidates[j].Geometry[v];
                }
            }

            for (int v = 0; v < FaceGeometry.Length; v++)
            {
                sum[v] /= weights;
            }

            var face = new FaceCandidate(candidates[i].Score, sum);
            if (!faces.Exists(f => IsPartOf(face.Box, f.Box)))
            {
                faces.Add(face);
            }
        }

        return faces;
    }

    /// <summary>
    /// Sorts faces as one reads: those whose middles are at about the same height form a line, from left to right.
    /// </summary>
    public static List<DetectedFace> InReadingOrder(IEnumerable<DetectedFace> faces)
    {
        var ordered = new List<DetectedFace>();
        var rest = faces.OrderBy(f => f.Box.Center.Y).ThenBy(f => f.Box.Center.X).ToList();
        while (rest.Count > 0)
        {
            // The line of the topmost face: whoever's middle is not below its chin by more than nothing.
            float lower = rest[0].Box.Center.Y + (rest[0].Box.Height / 2);
            ordered.AddRange(rest.Where(f => f.Box.Center.Y <= lower).OrderBy(f => f.Box.Center.X));
            rest.RemoveAll(f => f.Box.Center.Y <= lower);
        }

        return ordered;
    }

    private static bool IsPartOf(FaceBox box, FaceBox better) =>
        box.Overlap(better) >= PartOfFace * MathF.Min(box.Area, better.Area);
}
