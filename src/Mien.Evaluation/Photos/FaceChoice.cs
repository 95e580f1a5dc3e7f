namespace Mien.Evaluation;

/// <summary>Chooses, among the faces found in a photo, the one that its label belongs to.</summary>
internal static class FaceChoice
{
    /// <summary>
    /// The minimum intersection over union of a face with the labelled box. Boxes of different tools for the same face
    /// differ by forehead, ears and chin, so a high limit would count found faces as missed. Boxes of neighbouring
    /// faces hardly overlap.
    /// </summary>
    public const float MinOverlap = 0.3f;

    /// <summary>Chooses a face.</summary>
    /// <param name="faces">The faces found.</param>
    /// <param name="box">The labelled box in pixels of the upright photo; <c>null</c> if it is not known.</param>
    /// <returns>
    /// With a box, the face with the greatest intersection over union, if that is at least <see cref="MinOverlap"/>.
    /// Without one, the face with the largest box. On a tie the first. <c>null</c> if there is none.
    /// </returns>
    public static RecognizedFace? Choose(IReadOnlyList<RecognizedFace> faces, FaceBox? box)
    {
        ArgumentNullException.ThrowIfNull(faces);
        RecognizedFace? best = faces.MaxBy(f => box?.IntersectionOverUnion(f.Box) ?? f.Box.Area);
        return best is not null && box?.IntersectionOverUnion(best.Box) < MinOverlap ? null : best;
    }
}
