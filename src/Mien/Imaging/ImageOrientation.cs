using SkiaSharp;

namespace Mien;

/// <summary>Turns and mirrors a picture upright, as EXIF's orientation tag (0x0112) says.</summary>
internal static class ImageOrientation
{
    /// <summary>
    /// Large pictures are turned block by block, so that neither side's cache lines are thrown out between uses.
    /// </summary>
    private const int Block = 32;

    /// <summary>Whether the picture is upright as it lies in the file.</summary>
    public static bool IsUpright(SKEncodedOrigin origin) => origin is SKEncodedOrigin.TopLeft or 0;

    /// <summary>Whether width and height change places.</summary>
    public static bool SwapsSides(SKEncodedOrigin origin) =>
        origin
            is SKEncodedOrigin.LeftTop
                or SKEncodedOrigin.RightTop
                or SKEncodedOrigin.RightBottom
                or SKEncodedOrigin.LeftBottom;

    /// <summary>Copies a picture upright.</summary>
    /// <param name="source">The pixels as they lie in the file, w × h, without padding.</param>
    /// <param name="w">Width in the file.</param>
    /// <param name="h">Height in the file.</param>
    /// <param name="origin">Where the file's first pixel belongs.</param>
    /// <param name="target">Receives the same number of pixels; h wide where <see cref="SwapsSides"/>, else w.</param>
    public static void Apply<T>(ReadOnlySpan<T> source, int w, int h, SKEncodedOrigin origin, Span<T> target)
    {
        int right = w - 1,
            bottom = (h - 1) * w;

        // Where the upright picture's first pixel lies in the file's, and the steps to its right and lower neighbours
        // there.
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
        (int width, int height) = SwapsSides(origin) ? (h, w) : (w, h);
        for (int top = 0; top < height; top += Block)
        {
            int end = Math.Min(height, top + Block);
            for (int left = 0; left < width; left += Block)
            {
                int count = Math.Min(width, left + Block) - left;
                for (int y = top; y < end; y++)
                {
                    int from = start + (y * stepY) + (left * stepX);
                    Span<T> line = target.Slice((y * width) + left, count);
                    for (int x = 0; x < line.Length; x++, from += stepX)
                    {
                        line[x] = source[from];
                    }
                }
            }
        }
    }
}
