using System.Runtime.InteropServices;
using SkiaSharp;

namespace Mien.Tools;

/// <summary>
/// One picture of several faces that are nobody's: for trying a detector where no photo of a person may be kept.
/// </summary>
internal static class SamplePhoto
{
    public const int Width = 1280;
    public const int Height = 720;

    /// <summary>Where the faces go: middle, side in pixels, degrees clockwise.</summary>
    private static readonly (float X, float Y, float Side, float Roll)[] Places =
    [
        (170, 200, 205, -10),
        (455, 230, 230, 5),
        (755, 190, 200, 0),
        (1070, 220, 240, 11),
        (245, 540, 220, -7),
        (600, 520, 210, 6),
        (975, 535, 215, -10),
    ];

    /// <summary>
    /// Draws the faces as prints on a wall, each turned and in a size of its own, and encodes the picture.
    /// </summary>
    /// <param name="faces">Square gray pictures, at most seven.</param>
    /// <returns>The bytes of a JPEG file.</returns>
    public static byte[] Draw(IReadOnlyList<GrayImage> faces)
    {
        using var surface = SKSurface.Create(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Premul));
        SKCanvas canvas = surface.Canvas;
        canvas.Clear(new SKColor(0x8C, 0x98, 0xA0));
        for (int i = 0; i < faces.Count; i++)
        {
            (float x, float y, float side, float roll) = Places[i];
            using SKImage face = ToImage(faces[i]);
            canvas.Save();
            canvas.Translate(x, y);
            canvas.RotateDegrees(roll);
            var square = SKRect.Create(-side / 2, -side / 2, side, side);

            // As prints on a wall: a white margin, and a shadow below it.
            using var shadow = SKImageFilter.CreateDropShadow(
                side * 0.01f,
                side * 0.02f,
                side * 0.02f,
                side * 0.02f,
                new SKColor(0, 0, 0, 0x80)
            );
            using var paper = new SKPaint
            {
                Color = new SKColor(0xF4, 0xF2, 0xEC),
                IsAntialias = true,
                ImageFilter = shadow,
            };
            canvas.DrawRect(SKRect.Inflate(square, side * 0.08f, side * 0.08f), paper);
            using var smooth = new SKPaint { IsAntialias = true };
            canvas.DrawImage(face, square, new SKSamplingOptions(SKCubicResampler.CatmullRom), smooth);
            canvas.Restore();
        }

        using SKImage picture = surface.Snapshot();
        using SKData data = picture.Encode(SKEncodedImageFormat.Jpeg, 88);
        return data.ToArray();
    }

    private static SKImage ToImage(GrayImage face)
    {
        GCHandle pinned = GCHandle.Alloc(face.Pixels, GCHandleType.Pinned);
        try
        {
            return SKImage.FromPixelCopy(
                new SKImageInfo(face.Width, face.Height, SKColorType.Gray8, SKAlphaType.Opaque),
                pinned.AddrOfPinnedObject()
            );
        }
        finally
        {
            pinned.Free();
        }
    }
}
