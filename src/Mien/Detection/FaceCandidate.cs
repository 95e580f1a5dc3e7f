namespace Mien;

/// <summary>A detection before non-maximum suppression.</summary>
/// <param name="Score">The detection score, 0..1.</param>
/// <param name="Geometry">
/// Box and keypoints, in decoded pixels of the photo; after merging, in pixels of the full resolution.
/// </param>
/// <param name="Detector">The network that gave it.</param>
/// <param name="Angle">The angle, in degrees clockwise, of the faces that were upright in the network's input.</param>
internal readonly record struct FaceCandidate(
    float Score,
    FaceGeometry Geometry,
    DetectorModel Detector = DetectorModel.Back,
    int Angle = 0
)
{
    /// <summary>The part of the photo in which it was found.</summary>
    public Tile Tile { get; init; }

    /// <summary>The detector run that found it.</summary>
    public Look Look => new(Detector, Tile);

    public FaceBox Box =>
        new(Geometry[0] - (Geometry[2] / 2), Geometry[1] - (Geometry[3] / 2), Geometry[2], Geometry[3]);

    /// <summary>Converts from decoded pixels of the photo to pixels of the full resolution.</summary>
    public FaceCandidate InFullSize(Photo photo)
    {
        FaceGeometry geometry = Geometry;
        for (int i = 0; i < FaceGeometry.Length; i += 2)
        {
            geometry[i] /= photo.ScaleX;
            geometry[i + 1] /= photo.ScaleY;
        }

        return this with
        {
            Geometry = geometry,
        };
    }

    public DetectedFace ToFace()
    {
        FaceGeometry g = Geometry;
        return new DetectedFace(
            Box,
            new FaceKeypoints(Point(0), Point(1), Point(2), Point(3), Point(4), Point(5)),
            Score
        )
        {
            Detector = Detector,
        };

        FacePoint Point(int i) => new(g[4 + (i * 2)], g[5 + (i * 2)]);
    }
}
