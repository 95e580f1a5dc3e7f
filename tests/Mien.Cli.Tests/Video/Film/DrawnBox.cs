namespace Mien.Cli.Tests;

/// <summary>Finds the box that was drawn on a frame, by comparing it with the frame of the source.</summary>
internal static class DrawnBox
{
    /// <summary>A larger difference of a channel was drawn, rather than made by an encoder.</summary>
    public const int Drawn = 24;

    /// <summary>
    /// The left and the right edge of the drawn box at a height, as the columns of its drawn pixels;
    /// <see langword="null"/> if nothing is drawn there.
    /// </summary>
    /// <param name="source">The pixels of the source, four bytes each.</param>
    /// <param name="film">The pixels of the film.</param>
    /// <param name="width">The width of the frames.</param>
    /// <param name="y">The row, on which neither a label nor a chart is drawn.</param>
    public static (int Left, int Right, int Pixels)? InRow(
        ReadOnlySpan<byte> source,
        ReadOnlySpan<byte> film,
        int width,
        int y
    )
    {
        int left = -1,
            right = -1,
            pixels = 0;
        for (int x = 0; x < width; x++)
        {
            if (IsDrawn(source, film, (y * width) + x))
            {
                left = left < 0 ? x : left;
                right = x;
                pixels++;
            }
        }

        return left < 0 ? null : (left, right, pixels);
    }

    /// <summary>How many pixels were drawn.</summary>
    public static int Count(ReadOnlySpan<byte> source, ReadOnlySpan<byte> film)
    {
        int count = 0;
        for (int i = 0; i < source.Length / 4; i++)
        {
            count += IsDrawn(source, film, i) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Whether a pixel was drawn.</summary>
    public static bool IsDrawn(ReadOnlySpan<byte> source, ReadOnlySpan<byte> film, int pixel)
    {
        int most = 0;
        for (int c = pixel * 4; c < (pixel * 4) + 3; c++)
        {
            most = Math.Max(most, Math.Abs(source[c] - film[c]));
        }

        return most > Drawn;
    }
}
