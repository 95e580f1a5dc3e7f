namespace Mien.Testing;

/// <summary>The assignment of detected faces to marked faces.</summary>
/// <param name="Found">The detected face for each marked face, or <see langword="null"/>.</param>
/// <param name="False">
/// The false positives: detected faces without a marked face, including second boxes on one face.
/// </param>
internal sealed record Matching(IReadOnlyList<DetectedFace?> Found, IReadOnlyList<DetectedFace> False)
{
    /// <summary>
    /// The minimum IoU of a box and a mark. It is low because people mark the whole height of a face, BlazeFace only a
    /// square from the brows to the chin: on the photos in full resolution the IoU is 0.59 to 0.92.
    /// </summary>
    public const float MinOverlap = 0.4f;

    public int FoundCount => Found.Count(f => f is not null);

    /// <summary>Assigns boxes to marks, the best overlap first.</summary>
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
