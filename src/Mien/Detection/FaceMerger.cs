namespace Mien;

/// <summary>Merges the candidates of all anchors and tiles into faces. Thread-safe.</summary>
internal static class FaceMerger
{
    /// <summary>
    /// Boxes with at least this IoU belong to the same face and are blended; the value of MediaPipe's
    /// min_suppression_threshold.
    /// </summary>
    private const float SameFace = 0.3f;

    /// <summary>
    /// If two boxes share at least this part of the smaller one, the one with the lower score is dropped: it is a part
    /// of the other face, such as a cheek seen in a fine tile. IoU does not catch this, because it is small for boxes
    /// of different size.
    /// </summary>
    private const float PartOfFace = 0.7f;

    /// <summary>
    /// Applies weighted non-maximum suppression, as MediaPipe does: the candidate with the highest score becomes the
    /// score-weighted mean of itself and all candidates of the same network and angle that overlap it, and keeps its
    /// own score; then the same for the rest. Blending reduces the jitter of boxes between similar images (BlazeFace
    /// paper, "Post-processing").
    /// </summary>
    /// <param name="candidates">The candidates in any order; not modified.</param>
    public static List<FaceCandidate> Merge(List<FaceCandidate> candidates)
    {
        // A stable sort: equal scores keep the order of the tiles, so the result is deterministic.
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

                // Two networks frame a face differently, and a face that is turned away has unreliable keypoints, so
                // only boxes of one kind are blended.
                taken[j] = true;
                if (candidates[j].Detector != candidates[i].Detector || candidates[j].Angle != candidates[i].Angle)
                {
                    continue;
                }

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

            FaceCandidate face = candidates[i] with { Geometry = sum };
            if (!faces.Exists(f => IsPartOf(face.Box, f.Box)))
            {
                faces.Add(face);
            }
        }

        return faces;
    }

    /// <summary>
    /// Sorts faces into reading order: faces whose centres are at about the same height form a line, which is ordered
    /// from left to right.
    /// </summary>
    public static List<DetectedFace> InReadingOrder(IEnumerable<DetectedFace> faces)
    {
        var ordered = new List<DetectedFace>();
        var rest = faces.OrderBy(f => f.Box.Center.Y).ThenBy(f => f.Box.Center.X).ToList();
        while (rest.Count > 0)
        {
            // The line of the topmost face: all faces whose centres are not below its lower edge.
            float lower = rest[0].Box.Center.Y + (rest[0].Box.Height / 2);
            ordered.AddRange(rest.Where(f => f.Box.Center.Y <= lower).OrderBy(f => f.Box.Center.X));
            rest.RemoveAll(f => f.Box.Center.Y <= lower);
        }

        return ordered;
    }

    /// <summary>Checks whether two boxes belong to the same face.</summary>
    public static bool IsSameFace(FaceBox box, FaceBox other) =>
        box.IntersectionOverUnion(other) >= SameFace || IsPartOf(box, other);

    private static bool IsPartOf(FaceBox box, FaceBox better) =>
        box.Overlap(better) >= PartOfFace * MathF.Min(box.Area, better.Area);
}
