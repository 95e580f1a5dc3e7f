namespace Mien.Tools;

/// <summary>
/// Measures the position of a detector's boxes in images that are face crops. Thread-safe while adding.
/// </summary>
internal sealed class FramingMeasurement(FaceFraming framing)
{
    private readonly List<double> scales = [];
    private readonly List<double> right = [];
    private readonly List<double> down = [];
    private readonly List<double> rolls = [];
    private readonly Lock gate = new();

    /// <summary>The number of images that the detector ran on.</summary>
    public int Images { get; private set; }

    /// <summary>The number of images in which a face was found.</summary>
    public int Found => scales.Count;

    /// <summary>The side of the crop in sides of the box.</summary>
    public Quartiles Scale => Quartiles.Of(scales);

    /// <summary>
    /// The distance of the crop's centre to the right of that of the box, in sides of the box, relative to the upright
    /// face.
    /// </summary>
    public Quartiles Right => Quartiles.Of(right);

    /// <summary>
    /// The distance of the crop's centre below that of the box, in sides of the box, relative to the upright face.
    /// </summary>
    public Quartiles Down => Quartiles.Of(down);

    /// <summary>The absolute roll angle of the faces in degrees.</summary>
    public Quartiles Roll => Quartiles.Of(rolls);

    /// <summary>The errors of the library's crops.</summary>
    public FramingErrors Errors { get; } = new();

    /// <summary>Pads a crop with its mean gray value.</summary>
    /// <param name="pixels">The pixels of the crop.</param>
    /// <param name="width">The width of the crop.</param>
    /// <param name="height">The height of the crop.</param>
    /// <param name="canvas">The side of the padded image in pixels.</param>
    /// <param name="share">The longer side of the crop as a share of the side of the padded image.</param>
    public static Photo OnCanvas(ReadOnlySpan<byte> pixels, int width, int height, int canvas, double share) =>
        new FramingCanvas(canvas, share).Place(pixels, width, height, out _);

    /// <summary>Detects the face of an image.</summary>
    /// <param name="detector">The detector.</param>
    /// <param name="photo">A padded image.</param>
    /// <param name="minScore">The minimum detection score.</param>
    /// <returns>The face with the highest detection score, or <c>null</c>.</returns>
    public static DetectedFace? Detect(FaceDetector detector, Photo photo, float minScore) =>
        detector.Detect(photo, new DetectionOptions { Tiles = Tiling.None, MinScore = minScore }).MaxBy(f => f.Score);

    /// <summary>Adds the result of one image. Thread-safe.</summary>
    /// <param name="face">The face; <c>null</c> if none was found.</param>
    /// <param name="square">The true crop.</param>
    public void Add(DetectedFace? face, CropSquare square)
    {
        lock (gate)
        {
            Images++;
            if (face is not null)
            {
                CropPosition crop = CropPosition.Of(face, square);
                scales.Add(crop.Scale);
                right.Add(crop.Right);
                down.Add(crop.Down);
                rolls.Add(Math.Abs(face.Keypoints.Roll));
                Errors.Add(framing.Square(face.Box, face.Keypoints), square);
            }
        }
    }
}
