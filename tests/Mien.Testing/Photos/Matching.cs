namespace Mien.Testing;

/// <summary>Which marked faces the detected ones are.</summary>
/// <param name="Found">For each marked face the detected one, or <see langword="null"/>.</param>
/// <param name="False">Detected faces that are none of the marked ones, a second box on one face among them.</param>
internal sealed record Matching(IReadOnlyList<DetectedFace?> Found, IReadOnlyList<DetectedFace> False)
{
    /// <summary>
    /// The least overlap (IoU) of a box with the mark. People mark the whole height of a face, BlazeFace a square from
    /// the brows to the chin: the boxes of the photos in their full size reach 0.59 to 0.92.
    /// </summary>
    public const float MinOverlap = 0.4f;

    public int FoundCount => Found.Count(f => f is not null);

    /// <summary>Pairs marks and boxes, the best overlap first.</summary>
    public static Matching Of(IReadOnlyList<MarkedFace> marked, IReadOnlyList<DetectedFace> detected)
    {
        var found = new DetectedFace?[marked.Count];
        var free = new HashSet<DetectedFace>(detected, ReferenceEqualityComparer.Instance);
        var pairs =
            from m in Enumerable.Range(0, marked.Count)
            from d in detected
            let overlap = marked[m].Box.IntersectionOverUnion(d.Box)
            where overlap >= MinOverlap
            orderby overlap descending
            select (m, d);
        foreach ((int m, DetectedFace d) in pairs)
        {
            if (found[m] is null && free.Remove(d))
            {
                found[m] = d;
            }
        }

        return new Matching(found, [.. detected.Where(free.Contains)]);
    }
}
