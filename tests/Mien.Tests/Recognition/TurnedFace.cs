namespace Mien.Tests;

/// <summary>A synthetic face on an ellipsoid that is turned to the side, seen from far away.</summary>
internal static class TurnedFace
{
    private const int Width = 480;
    private const int Height = 420;
    private const float HalfWidth = 95;
    private const float HalfHeight = 125;
    private const float HalfDepth = 105;

    /// <summary>Draws the face.</summary>
    /// <param name="yaw">The angle in degrees; positive turns the face to the right edge of the image.</param>
    public static GrayImage Draw(float yaw)
    {
        GrayImage face = SampleFaces.Face(Expression.Neutral).Resize(230, 230, ResizeKernel.Bicubic);
        byte[] pixels = new byte[Width * Height];
        pixels.AsSpan().Fill(150);
        (float sin, float cos) = MathF.SinCos(yaw * (MathF.PI / 180));
        for (int i = 0; i < pixels.Length; i++)
        {
            // The point of the ellipsoid nearest to the camera behind this pixel: (u, v, w) in the camera's axes,
            // (x, v, z) in the head's, with z towards the camera. It solves a quadratic equation in w.
            float u = (i % Width) + 0.5f - (Width / 2f),
                v = (i / Width) + 0.5f - (Height / 2f);
            float a = Square(sin / HalfWidth) + Square(cos / HalfDepth),
                b = u * sin * cos * ((1 / Square(HalfDepth)) - (1 / Square(HalfWidth))),
                c = Square(u * cos / HalfWidth) + Square(u * sin / HalfDepth) + Square(v / HalfHeight) - 1;
            float root = (b * b) - (a * c);
            if (root < 0)
            {
                continue;
            }

            float w = (MathF.Sqrt(root) - b) / a;
            float x = (u * cos) - (w * sin),
                z = (u * sin) + (w * cos);
            int column = (int)(x + 115),
                row = (int)(v + 115);
            bool isFace = z > 0 && column is >= 0 and < 230 && row is >= 0 and < 230;
            pixels[i] = isFace ? face.Pixels[(row * 230) + column] : (byte)70;
        }

        return new GrayImage(Width, Height, pixels);
    }

    /// <summary>Swaps left and right.</summary>
    public static GrayImage Mirrored(GrayImage image)
    {
        byte[] pixels = [.. image.Pixels];
        for (int y = 0; y < image.Height; y++)
        {
            pixels.AsSpan(y * image.Width, image.Width).Reverse();
        }

        return new GrayImage(image.Width, image.Height, pixels);
    }

    private static float Square(float value) => value * value;
}
