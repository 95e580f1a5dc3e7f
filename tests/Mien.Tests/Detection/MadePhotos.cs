using SkiaSharp;

namespace Mien.Tests;

/// <summary>
/// Photos made of the repository's sample faces, stretched in contrast (as they are they are too soft for the
/// detector), on gray.
/// </summary>
internal static class MadePhotos
{
    private const byte Ground = 110;

    public static GrayImage Canvas(int width, int height, params MadeFace[] faces)
    {
        byte[] pixels = new byte[width * height];
        pixels.AsSpan().Fill(Ground);
        foreach (MadeFace face in faces)
        {
            GrayImage crop = Stretched(face.Name).Resize(face.Side, face.Side, ResizeKernel.Bicubic);
            for (int y = 0; y < face.Side; y++)
            {
                crop.Pixels.AsSpan(y * face.Side, face.Side).CopyTo(pixels.AsSpan(((face.Y + y) * width) + face.X));
            }
        }

        return new GrayImage(width, height, pixels);
    }

    public static Photo Photo(GrayImage image) =>
        Mien.Photo.FromPixels(image.Pixels, image.Width, image.Height, PixelLayout.Gray);

    /// <summary>The picture turned clockwise around its middle.</summary>
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

    private static GrayImage Stretched(string name)
    {
        GrayImage face = GrayImage.Decode(Path.Combine(Repository.Root, "samples", "faces", name + ".png"));
        int least = face.Pixels.Min(),
            most = face.Pixels.Max();
        return new GrayImage(
            face.Width,
            face.Height,
            [.. face.Pixels.Select(p => (byte)((p - least) * 255 / (most - least)))]
        );
    }
}
