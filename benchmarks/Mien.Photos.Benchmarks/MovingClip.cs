using System.Numerics;
using SkiaSharp;

namespace Mien.Photos.Benchmarks;

/// <summary>
/// A clip of 1280×720 made from marked pictures, each of which moves, turns and changes its size over time. The pixels
/// have noise, which differs from frame to frame as that of a camera does. Deterministic.
/// </summary>
/// <param name="Name">The name of the clip.</param>
/// <param name="Parts">The pictures; the last one is in front.</param>
internal sealed record MovingClip(string Name, IReadOnlyList<MovingClip.Part> Parts)
{
    public const int Width = 1280,
        Height = 720;

    /// <summary>The amplitude of the noise, of 255.</summary>
    private const int Noise = 8;

    /// <summary>A picture and its way through the clip.</summary>
    /// <param name="Picture">The picture.</param>
    /// <param name="Place">
    /// The place at a time in seconds: the centre in the frame in pixels, the scale, and the angle in degrees.
    /// </param>
    public sealed record Part(Picture Picture, Func<float, (float X, float Y, float Scale, float Angle)> Place);

    /// <summary>Draws a frame.</summary>
    public Picture Frame(double time, int number)
    {
        SKBitmap sheet = Picture.NewBitmap(Width, Height);
        var faces = new List<MarkedFace>();
        using (var canvas = new SKCanvas(sheet))
        {
            canvas.Clear(Picture.Background);
            foreach (Part part in Parts)
            {
                (float x, float y, float scale, float angle) = part.Place((float)time);
                Matrix3x2 transform =
                    Matrix3x2.CreateTranslation(-part.Picture.Width / 2f, -part.Picture.Height / 2f)
                    * Matrix3x2.CreateScale(scale)
                    * Matrix3x2.CreateRotation(angle * (MathF.PI / 180))
                    * Matrix3x2.CreateTranslation(x, y);
                using SKImage image = SKImage.FromBitmap(part.Picture.Bitmap);
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
                canvas.DrawImage(
                    image,
                    0,
                    0,
                    new SKSamplingOptions(SKFilterMode.Linear, scale < 0.7f ? SKMipmapMode.Linear : SKMipmapMode.None)
                );
                faces.AddRange(part.Picture.Faces.Select(f => f.Transformed(transform)));
            }
        }

        AddNoise(sheet, number);
        return new Picture(sheet, [.. faces.Where(IsInside)]);
    }

    /// <summary>A face counts if at least four fifths of its box are in the frame.</summary>
    private static bool IsInside(MarkedFace face) =>
        face.Box.Overlap(new FaceBox(0, 0, Width, Height)) >= 0.8f * face.Box.Area;

    private static unsafe void AddNoise(SKBitmap bitmap, int seed)
    {
        byte* pixels = (byte*)bitmap.GetPixels();
        uint state = ((uint)seed * 2654435761) | 1;
        for (int i = 0; i < bitmap.ByteCount; i += 4)
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            int noise = (int)(state % ((2 * Noise) + 1)) - Noise;
            for (int c = 0; c < 3; c++)
            {
                pixels[i + c] = (byte)Math.Clamp(pixels[i + c] + noise, 0, 255);
            }
        }
    }
}
