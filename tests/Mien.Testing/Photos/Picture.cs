using System.Numerics;
using SkiaSharp;

namespace Mien.Testing;

/// <summary>An image derived from the photos, with its marked faces. Owns its bitmap.</summary>
internal sealed class Picture(SKBitmap bitmap, IReadOnlyList<MarkedFace> faces) : IDisposable
{
    /// <summary>The padding colour: a neutral gray.</summary>
    public static readonly SKColor Background = new(128, 128, 128);

    public SKBitmap Bitmap { get; } = bitmap;

    public IReadOnlyList<MarkedFace> Faces { get; } = faces;

    public int Width => Bitmap.Width;

    public int Height => Bitmap.Height;

    public static Picture Load(MarkedPhoto photo)
    {
        SKBitmap bitmap =
            SKBitmap.Decode(
                photo.Path,
                new SKImageInfo(photo.Width, photo.Height, SKColorType.Rgba8888, SKAlphaType.Opaque)
            ) ?? throw new InvalidDataException($"{photo.Path} cannot be decoded.");
        return new Picture(bitmap, photo.Faces);
    }

    public static SKBitmap NewBitmap(int width, int height) =>
        new(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));

    /// <summary>Copies the pixels for the detector; the caller must dispose the photo.</summary>
    public Photo ToPhoto() => Photo.FromPixels(Bitmap.GetPixelSpan(), Width, Height, PixelLayout.Rgba, Bitmap.RowBytes);

    /// <summary>Scales the image.</summary>
    public Picture Scaled(float factor)
    {
        int width = Math.Max(1, (int)MathF.Round(Width * factor)),
            height = Math.Max(1, (int)MathF.Round(Height * factor));

        // Halve as often as possible first (linear interpolation at one half is the mean of four pixels), to avoid
        // aliasing.
        SKBitmap current = Bitmap;
        while (current.Width >= 2 * width && current.Height >= 2 * height)
        {
            current = Resized(
                current,
                current.Width / 2,
                current.Height / 2,
                new SKSamplingOptions(SKFilterMode.Linear),
                dispose: current != Bitmap
            );
        }

        SKBitmap scaled = Resized(
            current,
            width,
            height,
            new SKSamplingOptions(SKCubicResampler.Mitchell),
            dispose: current != Bitmap
        );
        var transform = Matrix3x2.CreateScale((float)width / Width, (float)height / Height);
        return new Picture(scaled, [.. Faces.Select(f => f.Transformed(transform))]);
    }

    /// <summary>Rotates the image clockwise around its centre; the added corners are gray.</summary>
    public Picture Rotated(float degrees)
    {
        float radians = degrees * (MathF.PI / 180);
        (float sin, float cos) = (MathF.Abs(MathF.Sin(radians)), MathF.Abs(MathF.Cos(radians)));
        int width = (int)MathF.Ceiling((Width * cos) + (Height * sin) - 0.001f);
        int height = (int)MathF.Ceiling((Width * sin) + (Height * cos) - 0.001f);
        Matrix3x2 transform =
            Matrix3x2.CreateTranslation(-Width / 2f, -Height / 2f)
            * Matrix3x2.CreateRotation(radians)
            * Matrix3x2.CreateTranslation(width / 2f, height / 2f);
        SKBitmap rotated = NewBitmap(width, height);
        using var canvas = new SKCanvas(rotated);
        using SKImage image = SKImage.FromBitmap(Bitmap);
        canvas.Clear(Background);
        canvas.SetMatrix(
            new SKMatrix(
                transform.M11,
                transform.M21,
                transform.M31,
                transform.M12,
                transform.M22,
                transform.M32,
                0,
                0,
                1
            )
        );
        canvas.DrawImage(image, 0, 0, new SKSamplingOptions(SKCubicResampler.Mitchell));
        return new Picture(rotated, [.. Faces.Select(f => f.Transformed(transform))]);
    }

    /// <summary>Cuts out a part of the image, with the marks whose centre is inside.</summary>
    public Picture Part(SKRectI part)
    {
        SKBitmap copy = NewBitmap(part.Width, part.Height);
        using var canvas = new SKCanvas(copy);
        canvas.DrawBitmap(Bitmap, -part.Left, -part.Top);
        Matrix3x2 transform = Matrix3x2.CreateTranslation(-part.Left, -part.Top);
        return new Picture(
            copy,
            [
                .. Faces
                    .Where(f => part.Contains((int)f.Box.Center.X, (int)f.Box.Center.Y))
                    .Select(f => f.Transformed(transform)),
            ]
        );
    }

    public void Dispose() => Bitmap.Dispose();

    private static SKBitmap Resized(SKBitmap source, int width, int height, SKSamplingOptions sampling, bool dispose)
    {
        SKBitmap target = NewBitmap(width, height);
        using (var canvas = new SKCanvas(target))
        using (SKImage image = SKImage.FromBitmap(source))
        {
            canvas.DrawImage(image, new SKRect(0, 0, width, height), sampling);
        }

        if (dispose)
        {
            source.Dispose();
        }

        return target;
    }
}
