using Mien.Data;

namespace Mien.Tools;

/// <summary>How a detector's boxes lie in pictures that are face crops already.</summary>
internal sealed class FramingMeasurement
{
    private readonly List<double> scales = [];
    private readonly List<double> right = [];
    private readonly List<double> down = [];
    private readonly List<double> rolls = [];
    private readonly Lock gate = new();

    /// <summary>Pictures that were looked at.</summary>
    public int Images { get; private set; }

    /// <summary>Pictures in which a face was found.</summary>
    public int Found => scales.Count;

    /// <summary>Side of the crop in sides of the box: first quartile, median, third quartile.</summary>
    public Quartiles Scale => Quartiles.Of(scales);

    /// <summary>
    /// How far the crop's middle lies to the right of the box's, in sides of the box, along the face.
    /// </summary>
    public Quartiles Right => Quartiles.Of(right);

    /// <summary>How far the crop's middle lies below the box's, in sides of the box, along the face.</summary>
    public Quartiles Down => Quartiles.Of(down);

    /// <summary>By how many degrees the faces are turned, either way.</summary>
    public Quartiles Roll => Quartiles.Of(rolls);

    /// <summary>
    /// Puts a crop into the middle of a larger picture of its mean gray: a face that fills the picture is beyond the
    /// detector.
    /// </summary>
    /// <param name="pixels">The crop's pixels.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="canvas">Side of the larger picture.</param>
    /// <param name="share">The crop's longer side as a share of it.</param>
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

    /// <summary>Looks at one picture. Thread-safe.</summary>
    /// <param name="detector">The detector.</param>
    /// <param name="photo">From <see cref="OnCanvas"/>.</param>
    /// <param name="share">The crop's longer side as a share of the picture.</param>
    /// <param name="minScore">The least score.</param>
    /// <returns>The surest face, if there is one.</returns>
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
