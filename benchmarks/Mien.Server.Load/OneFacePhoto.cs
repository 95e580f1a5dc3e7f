using Mien.Testing;
using SkiaSharp;

namespace Mien.Server.Load;

/// <summary>A photo of 640×480 with one face: an enlarged part of samples/photo.jpg.</summary>
internal static class OneFacePhoto
{
    public static byte[] Make()
    {
        using SKBitmap whole = SKBitmap.Decode(Repository.PathOf("samples/photo.jpg"));
        using var part = new SKBitmap(640, 480);
        using (var canvas = new SKCanvas(part))
        using (SKImage image = SKImage.FromBitmap(whole))
        {
            canvas.DrawImage(
                image,
                new SKRect(0, 90, 320, 330),
                new SKRect(0, 0, 640, 480),
                new SKSamplingOptions(SKCubicResampler.Mitchell)
            );
        }

        using SKData data = part.Encode(SKEncodedImageFormat.Jpeg, 90);
        return data.ToArray();
    }
}
