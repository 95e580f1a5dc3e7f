using System.Text;
using SkiaSharp;

namespace Mien.CommandLine;

/// <summary>An image of one or several charts. Immutable.</summary>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Panels">The charts and their places in pixels; the rest is white.</param>
internal sealed record ChartSheet(int Width, int Height, IReadOnlyList<(LineChart Chart, SKRect Place)> Panels)
{
    // Smaller panels, in pixels, have no room for the plot.
    private const int Smallest = 100;

    /// <summary>An image of one chart.</summary>
    public static ChartSheet Of(LineChart chart, int width, int height) =>
        new(width, height, [(chart, SKRect.Create(width, height))]);

    /// <summary>The image as a PNG file; equal charts give equal bytes.</summary>
    public byte[] ToPng()
    {
        Check();
        using SKSurface surface = SKSurface.Create(new SKImageInfo(Width, Height, SKColorType.Rgba8888));
        Draw(surface.Canvas);
        using SKImage image = surface.Snapshot();
        using SKData png = image.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    /// <summary>The image as an SVG document.</summary>
    public string ToSvg()
    {
        Check();
        using var stream = new MemoryStream();
        using (SKCanvas canvas = SKSvgCanvas.Create(SKRect.Create(Width, Height), stream))
        {
            Draw(canvas); // the document is written when the canvas is disposed
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private void Draw(SKCanvas canvas)
    {
        using (var white = new SKPaint { Color = SKColors.White })
        {
            canvas.DrawRect(SKRect.Create(Width, Height), white);
        }

        foreach ((LineChart chart, SKRect place) in Panels)
        {
            new ChartPainter(canvas, chart, place).Draw();
        }
    }

    private void Check()
    {
        foreach ((_, SKRect place) in Panels)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(place.Width, Smallest);
            ArgumentOutOfRangeException.ThrowIfLessThan(place.Height, Smallest);
        }
    }
}
