using SkiaSharp;

namespace Mien;

/// <summary>Turns and mirrors a picture upright, as EXIF's orientation tag (0x0112) says.</summary>
internal static class ImageOrientation
{
    /// <summary>The picture upright; the same instance where nothing is to be done.</summary>
    public static GrayImage Apply(GrayImage image, SKEncodedOrigin origin)
    {
        int w = image.Width, h = image.Height;
        int right = w - 1, bottom = (h - 1) * w;

        // Where the upright picture's first pixel lies in the file's, and the steps to its right and lower neighbours there.
        (int start, int stepX, int stepY) = origin switch
        {
            SKEncodedOrigin.TopRight => (right, -1, w),
            SKEncodedOrigin.BottomRight => (bottom + right, -1, -w),
            SKEncodedOrigin.BottomLeft => (bottom, 1, -w),
            SKEncodedOrigin.LeftTop => (0, w, 1),
            SKEncodedOrigin.RightTop => (bottom, -w, 1),
            SKEncodedOrigin.RightBottom => (bottom + right, -w, -1),
            SKEncodedOrigin.LeftBottom => (right, w, -1),
            _ => (0, 1, w),
        };
        if (stepX == 1 && stepY == w)
        {
            return image;
        }

        bool swapped = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        (int width, int height) = swapped ? (h, w) : (w, h);
        byte[] source = image.Pixels;
        byte[] turned = GC.AllocateUninitializedArray<byte>(source.Length);
        for (int y = 0, to = 0; y < height; y++)
        {
            int from = start + (y * stepY);
            for (int x = 0; x < width; x++, from += stepX)
            {
                turned[to++] = source[from];
            }
        }

        return new GrayImage(width, height, turned);
    }
}
