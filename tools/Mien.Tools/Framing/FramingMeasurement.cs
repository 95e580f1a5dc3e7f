using Mien.Data;

namespace Mien.Tools;

/// <summary>
/// Measures the position of a detector's boxes in images that are face crops. Thread-safe while adding.
/// </summary>
internal sealed class FramingMeasurement
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

    /// <summary>
    /// Pads a crop with its mean gray value, because the detector does not find faces that fill the whole image.
    /// </summary>
    /// <param name="pixels">The pixels of the crop.</param>
    /// <param name="width">The width of the crop.</param>
    /// <param name="height">The height of the crop.</param>
    /// <param name="canvas">The side of the padded image in pixels.</param>
    /// <param name="share">The longer side of the crop as a share of the side of the padded image.</param>
    public static Photo OnCanvas(ReadOnlySpan<byte> pixels, int width, int height, int canvas, double share)
    {
        double scale = canvas * share / Math.Max(width, height);
        int w = Math.Max(1, (int)Math.Round(width * scale)),
            h = Math.Max(1, (int)Math.Round(height * scale));
        GrayImage face = new GrayImage(width, height, pixels.ToArray()).Resize(w, h, ResizeKernel.Bicubic);
        byte[] all = new byte[canvas * canvas];
        Array.Fill(all, (byte)face.Pixels.Average(p => (double)p));
        for (int y = 0; y < h; y++)
        {
            face.Pixels.AsSpan(y * w, w).CopyTo(all.AsSpan((((canvas - h) / 2) + y) * canvas + ((canvas - w) / 2)));
        }

        return Photo.FromPixels(all, canvas, canvas, PixelLayout.Gray);
    }

    /// <summary>Runs the detector on one image and adds the result. Thread-safe.</summary>
    /// <param name="detector">The detector.</param>
    /// <param name="photo">A padded image from <see cref="OnCanvas"/>.</param>
    /// <param name="share">The longer side of the crop as a share of the side of the padded image.</param>
    /// <param name="minScore">The minimum detection score.</param>
    /// <returns>The face with the highest detection score, or <c>null</c>.</returns>
    public DetectedFace? Add(FaceDetector detector, Photo photo, double share, float minScore)
    {
        DetectedFace? face = detector
            .Detect(photo, new DetectionOptions { Tiles = Tiling.None, MinScore = minScore })
            .MaxBy(f => f.Score);
        lock (gate)
        {
            Images++;
            if (face is not null)
            {
                double side = (face.Box.Width + face.Box.Height) / 2.0;
                double x = (photo.Width / 2.0) - face.Box.Center.X,
                    y = (photo.Height / 2.0) - face.Box.Center.Y;
                (double sin, double cos) = Math.SinCos(face.Keypoints.Roll * Math.PI / 180);
                scales.Add(photo.Width * share / side);
                right.Add(((x * cos) + (y * sin)) / side);
                down.Add(((y * cos) - (x * sin)) / side);
                rolls.Add(Math.Abs(face.Keypoints.Roll));
            }
        }

        return face;
    }
}
