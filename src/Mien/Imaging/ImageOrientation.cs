using SkiaSharp;

namespace Mien;

/// <summary>Rotates and mirrors an image upright according to the EXIF orientation tag (0x0112). Thread-safe.</summary>
internal static class ImageOrientation
{
    /// <summary>
    /// The side of the blocks in which images are rotated. Reading columns and writing rows of a whole image would
    /// evict each cache line before its next use; a block fits into the cache.
    /// </summary>
    private const int Block = 32;

    /// <summary>
    /// Checks whether the stored image is upright already. 0, which is not a value of the tag, counts as upright.
    /// </summary>
    public static bool IsUpright(SKEncodedOrigin origin) => origin is SKEncodedOrigin.TopLeft or 0;

    /// <summary>Checks whether the orientation swaps width and height.</summary>
    public static bool SwapsSides(SKEncodedOrigin origin) =>
        origin
            is SKEncodedOrigin.LeftTop
                or SKEncodedOrigin.RightTop
                or SKEncodedOrigin.RightBottom
                or SKEncodedOrigin.LeftBottom;

    /// <summary>Copies an image to its upright orientation.</summary>
    /// <param name="source">The pixels as stored in the file, h rows of w, without padding.</param>
    /// <param name="w">The stored width in pixels.</param>
    /// <param name="h">The stored height in pixels.</param>
    /// <param name="origin">The EXIF orientation: the position of the first stored pixel in the upright image.</param>
    /// <param name="target">
    /// Receives the same number of pixels; rows have h pixels if <see cref="SwapsSides"/>, otherwise w.
    /// </param>
    public static void Apply<T>(ReadOnlySpan<T> source, int w, int h, SKEncodedOrigin origin, Span<T> target)
    {
        int right = w - 1,
            bottom = (h - 1) * w;

        // The index of the upright image's first pixel in the source, and the index steps to its right and lower
        // neighbours.
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
