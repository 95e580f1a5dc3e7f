namespace Mien;

/// <summary>A box that may be a face, before overlapping ones are joined.</summary>
/// <param name="Score">0..1.</param>
/// <param name="Geometry">In pixels of the photo.</param>
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
