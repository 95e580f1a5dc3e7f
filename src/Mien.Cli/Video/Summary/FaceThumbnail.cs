using SkiaSharp;

namespace Mien.Cli;

/// <summary>Chooses and encodes the small picture of a track's face.</summary>
internal static class FaceThumbnail
{
    /// <summary>The side of a thumbnail in pixels.</summary>
    public const int Side = 96;

    // The part of the picture around the bounding box that is shown, as a share of the box.
    private const float Margin = 0.2f;

    private const int JpegQuality = 85;

    // Sharper than most crops of FER2013: more is noise rather than detail.
    private const float FullSharpness = 0.8f;

    /// <summary>
    /// How well a face serves as thumbnail, 0..1: sharp, large, frontal, whole, and with a confident prediction.
    /// </summary>
    public static float Worth(TrackedFace face)
    {
        FaceQuality quality = face.Face.Quality;
        float frontal = Math.Max(0, MathF.Cos((quality.Yaw ?? 0) * MathF.PI / 180));
        float sharp = Math.Clamp(quality.Sharpness / FullSharpness, 0.05f, 1);
        float large = Math.Clamp(quality.Size / Side, 0.05f, 1);
        return (0.05f + (frontal * frontal))
            / 1.05f
            * MathF.Sqrt(sharp)
            * large
            * face.Smoothed.Confidence
            * (quality.TouchesEdge ? 0.5f : 1)
            * (face.IsUncertain ? 0.6f : 1);
    }

    /// <summary>Crops a face with some margin to a square and encodes it as JPEG.</summary>
    public static byte[] Encode(Photo photo, FaceBox box)
    {
        float side = Math.Max(1, Math.Max(box.Width, box.Height) * (1 + (2 * Margin)));
        var wanted = SKRect.Create(box.Center.X - (side / 2), box.Center.Y - (side / 2), side, side);

        // Only the pixels of the face are copied, not the frame.
        var inside = new SKRectI(
            Math.Clamp((int)MathF.Floor(wanted.Left * photo.ScaleX), 0, photo.PixelWidth - 1),
            Math.Clamp((int)MathF.Floor(wanted.Top * photo.ScaleY), 0, photo.PixelHeight - 1),
            0,
            0
        );
        inside.Right = Math.Clamp((int)MathF.Ceiling(wanted.Right * photo.ScaleX), inside.Left + 1, photo.PixelWidth);
        inside.Bottom = Math.Clamp((int)MathF.Ceiling(wanted.Bottom * photo.ScaleY), inside.Top + 1, photo.PixelHeight);
        var info = new SKImageInfo(inside.Width, inside.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var part = new SKBitmap(info);
        Span<byte> pixels = part.GetPixelSpan();
        for (int y = 0; y < inside.Height; y++)
        {
            photo
                .Rgba.Slice((((inside.Top + y) * photo.PixelWidth) + inside.Left) * 4, inside.Width * 4)
                .CopyTo(pixels[(y * part.RowBytes)..]);
        }

        using SKSurface surface = SKSurface.Create(
            new SKImageInfo(Side, Side, SKColorType.Rgba8888, SKAlphaType.Opaque)
        );
        surface.Canvas.Clear(new SKColor(0x80, 0x80, 0x80)); // beyond the edge of the frame
        surface.Canvas.Scale(Side / (wanted.Width * photo.ScaleX), Side / (wanted.Height * photo.ScaleY));
        surface.Canvas.Translate(-wanted.Left * photo.ScaleX, -wanted.Top * photo.ScaleY);
        using SKImage image = SKImage.FromBitmap(part);
        surface.Canvas.DrawImage(
            image,
            inside.Left,
            inside.Top,
            new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)
        );
        using SKImage small = surface.Snapshot();
        using SKData jpeg = small.Encode(SKEncodedImageFormat.Jpeg, JpegQuality);
        return jpeg.ToArray();
    }
}
