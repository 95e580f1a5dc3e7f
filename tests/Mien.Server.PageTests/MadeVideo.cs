using System.Globalization;
using System.Text;
using SkiaSharp;

namespace Mien.Server.PageTests;

/// <summary>A video for the browser's fake camera: the sample photo, which moves slightly from side to side.</summary>
internal static class MadeVideo
{
    public const int Width = 640;
    public const int Height = 360;
    private const int Frames = 24;
    private const int Reach = 10;

    /// <summary>
    /// Writes the video as raw YUV 4:2:0 (YUV4MPEG2) with 30 frames per second; the browser plays it in a loop.
    /// </summary>
    public static void Write(string path)
    {
        using SKBitmap photo = SKBitmap.Decode(Files.Photo);
        using FileStream file = File.Create(path);
        file.Write(
            Encoding.ASCII.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"YUV4MPEG2 W{Width} H{Height} F30:1 Ip A1:1 C420jpeg\n")
            )
        );
        for (int i = 0; i < Frames; i++)
        {
            using var frame = new SKBitmap(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
            using (var canvas = new SKCanvas(frame))
            using (SKImage image = SKImage.FromBitmap(photo))
            {
                canvas.Clear(new SKColor(139, 151, 158)); // the colour of the wall in the photo
                float x = Reach * MathF.Sin(2 * MathF.PI * i / Frames);
                canvas.DrawImage(
                    image,
                    new SKRect(x, 0, x + Width, Height),
                    new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)
                );
            }

            file.Write("FRAME\n"u8);
            file.Write(ToYuv(frame));
        }
    }

    private static byte[] ToYuv(SKBitmap frame)
    {
        ReadOnlySpan<byte> pixels = frame.GetPixelSpan();
        byte[] yuv = new byte[Width * Height * 3 / 2];
        int u = Width * Height,
            v = u + (Width * Height / 4);
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                ReadOnlySpan<byte> pixel = pixels.Slice((y * frame.RowBytes) + (x * 4), 3);
                (float r, float g, float b) = (pixel[0], pixel[1], pixel[2]);
                yuv[(y * Width) + x] = (byte)((0.299f * r) + (0.587f * g) + (0.114f * b));
                if (x % 2 == 0 && y % 2 == 0)
                {
                    yuv[u++] = (byte)(128 - (0.168736f * r) - (0.331264f * g) + (0.499f * b));
                    yuv[v++] = (byte)(128 + (0.499f * r) - (0.418688f * g) - (0.081312f * b));
                }
            }
        }

        return yuv;
    }
}
