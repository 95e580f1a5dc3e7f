using SkiaSharp;

namespace Mien.Testing;

/// <summary>
/// Synthetic photos: faces of samples/faces on gray. The detector finds them, so tests of the whole pipeline need no
/// real photo.
/// </summary>
internal static class MadePhotos
{
    /// <summary>The gray behind the faces of <see cref="Group"/> and <see cref="Single"/>.</summary>
    public const byte Background = 128;

    private const byte Ground = 110;

    /// <summary>The positions of the faces of <see cref="Group"/>, in reading order.</summary>
    public static readonly (Expression Expression, int X, int Y, int Side)[] GroupFaces =
    [
        (Expression.Happiness, 44, 40, 210),
        (Expression.Disgust, 386, 50, 210),
        (Expression.Neutral, 215, 272, 210),
    ];

    /// <summary>Creates a photo of 640×512 with three faces.</summary>
    public static GrayImage Group() =>
        Draw(Background, 640, 512, [.. GroupFaces.Select(f => new MadeFace(f.Expression.Name(), f.X, f.Y, f.Side))]);

    /// <summary>Creates a photo of 400×360 with one face.</summary>
    public static GrayImage Single(Expression expression = Expression.Happiness) =>
        Draw(Background, 400, 360, [new MadeFace(expression.Name(), 136, 116, 128)]);

    /// <summary>Creates a photo without a face: a smooth gradient.</summary>
    public static GrayImage Empty(int width = 320, int height = 200)
    {
        byte[] pixels = new byte[width * height];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(60 + (120 * (i % width) / width));
        }

        return new GrayImage(width, height, pixels);
    }

    /// <summary>Creates a photo of any size with any faces.</summary>
    public static GrayImage Canvas(int width, int height, params MadeFace[] faces) =>
        Draw(Ground, width, height, faces);

    public static Photo Photo(GrayImage image) =>
        Mien.Photo.FromPixels(image.Pixels, image.Width, image.Height, PixelLayout.Gray);

    /// <summary>Rotates an image clockwise around its centre.</summary>
    public static unsafe Photo Turned(GrayImage image, float degrees)
    {
        var info = new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using SKSurface surface = SKSurface.Create(info);
        surface.Canvas.Clear(new SKColor(Ground, Ground, Ground));
        surface.Canvas.RotateDegrees(degrees, image.Width / 2f, image.Height / 2f);
        fixed (byte* pixels = image.Pixels)
        {
            using SKImage source = SKImage.FromPixelCopy(
                new SKImageInfo(image.Width, image.Height, SKColorType.Gray8, SKAlphaType.Opaque),
                (nint)pixels,
                image.Width
            );
            surface.Canvas.DrawImage(source, new SKPoint(0, 0), new SKSamplingOptions(SKCubicResampler.CatmullRom));
        }

        byte[] turned = new byte[info.BytesSize];
        fixed (byte* target = turned)
        {
            Assert.True(surface.ReadPixels(info, (nint)target, info.RowBytes, 0, 0));
        }

        return Mien.Photo.FromPixels(turned, image.Width, image.Height, PixelLayout.Rgba);
    }

    private static GrayImage Draw(byte ground, int width, int height, MadeFace[] faces)
    {
        byte[] pixels = new byte[width * height];
        pixels.AsSpan().Fill(ground);
        foreach (MadeFace face in faces)
        {
            GrayImage crop = SampleFaces
                .Face(Enum.Parse<Expression>(face.Name, ignoreCase: true))
                .Resize(face.Side, face.Side, ResizeKernel.Bicubic);
            for (int y = 0; y < face.Side; y++)
            {
                crop.Pixels.AsSpan(y * face.Side, face.Side).CopyTo(pixels.AsSpan(((face.Y + y) * width) + face.X));
            }
        }

        return new GrayImage(width, height, pixels);
    }
}
