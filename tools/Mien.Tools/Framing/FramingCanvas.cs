using Mien.Data;

namespace Mien.Tools;

/// <summary>What surrounds an image on its canvas.</summary>
internal enum FramingPadding
{
    /// <summary>The mean gray value of the image.</summary>
    Mean,

    /// <summary>The pixels of the image's edge, repeated.</summary>
    Edge,
}

/// <summary>
/// Puts a face crop on a larger canvas, because the detector does not find faces that fill the whole image.
/// </summary>
/// <param name="Canvas">The side of the canvas in pixels.</param>
/// <param name="Share">The longer side of the crop as a share of the side of the canvas.</param>
/// <param name="Padding">What surrounds the crop.</param>
/// <param name="Right">The distance of the crop's centre to the right of the canvas's, in sides of the canvas.</param>
/// <param name="Down">The distance of the crop's centre below the canvas's, in sides of the canvas.</param>
internal sealed record FramingCanvas(
    int Canvas,
    double Share,
    FramingPadding Padding = FramingPadding.Mean,
    double Right = 0,
    double Down = 0
)
{
    /// <summary>The share of the smallest crop of <see cref="Random"/>, and that of the largest.</summary>
    private const double MinShare = 0.25,
        MaxShare = 0.7;

    /// <summary>The minimum distance of the crop from the edge of the canvas, in sides of the canvas.</summary>
    private const double Margin = 0.08;

    /// <summary>
    /// A crop of random size and position on one of the two paddings; the same for the same image. Where all crops have
    /// one size, whatever tells the size of the face also tells that of the crop, unlike in photos.
    /// </summary>
    /// <param name="canvas">The side of the canvas in pixels.</param>
    /// <param name="image">The number of the image.</param>
    public static FramingCanvas Random(int canvas, int image)
    {
        var random = new Random(image);
        double share = MinShare * Math.Exp(random.NextDouble() * Math.Log(MaxShare / MinShare));
        double room = ((1 - share) / 2) - Margin;
        return new FramingCanvas(
            canvas,
            share,
            random.Next(2) == 0 ? FramingPadding.Mean : FramingPadding.Edge,
            room * ((2 * random.NextDouble()) - 1),
            room * ((2 * random.NextDouble()) - 1)
        );
    }

    /// <summary>Puts a crop on the canvas.</summary>
    /// <param name="pixels">The pixels of the crop.</param>
    /// <param name="width">The width of the crop.</param>
    /// <param name="height">The height of the crop.</param>
    /// <param name="square">Receives the square on the canvas that the crop fills along its longer side.</param>
    public Photo Place(ReadOnlySpan<byte> pixels, int width, int height, out CropSquare square)
    {
        double scale = Canvas * Share / Math.Max(width, height);
        int w = Math.Max(1, (int)Math.Round(width * scale)),
            h = Math.Max(1, (int)Math.Round(height * scale));
        GrayImage face = new GrayImage(width, height, pixels.ToArray()).Resize(w, h, ResizeKernel.Bicubic);
        int left = ((Canvas - w) / 2) + (int)Math.Round(Right * Canvas),
            top = ((Canvas - h) / 2) + (int)Math.Round(Down * Canvas);
        byte mean = (byte)face.Pixels.Average(p => (double)p);
        byte[] all = new byte[Canvas * Canvas];
        for (int y = 0; y < Canvas; y++)
        {
            for (int x = 0; x < Canvas; x++)
            {
                int u = Math.Clamp(x - left, 0, w - 1),
                    v = Math.Clamp(y - top, 0, h - 1);
                bool inside = u == x - left && v == y - top;
                all[(y * Canvas) + x] = inside || Padding == FramingPadding.Edge ? face.Pixels[(v * w) + u] : mean;
            }
        }

        square = new CropSquare(new FacePoint(left + (w / 2f), top + (h / 2f)), Math.Max(w, h), 0);
        return Photo.FromPixels(all, Canvas, Canvas, PixelLayout.Gray);
    }
}
