namespace Mien;

/// <summary>A detection before non-maximum suppression.</summary>
/// <param name="Score">The detection score, 0..1.</param>
/// <param name="Geometry">
/// Box and keypoints, in decoded pixels of the photo; after merging, in pixels of the full resolution.
/// </param>
internal readonly record struct FaceCandidate(float Score, FaceGeometry Geometry)
{
    public FaceBox Box =>
        new(Geometry[0] - (Geometry[2] / 2), Geometry[1] - (Geometry[3] / 2), Geometry[2], Geometry[3]);

    public DetectedFace ToFace()
    {
        FaceGeometry g = Geometry;
        return new DetectedFace(
            Box,
            new FaceKeypoints(Point(0), Point(1), Point(2), Point(3), Point(4), Point(5)),
            Score
        );

        FacePoint Point(int i) => new(g[4 + (i * 2)], g[5 + (i * 2)]);
    }
}
