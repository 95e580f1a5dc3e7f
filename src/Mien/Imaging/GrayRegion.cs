using System.Buffers;

namespace Mien;

/// <summary>
/// A part of a photo in gray, as pixels or as means of square blocks of pixels. Outside the photo, the pixels of its
/// edge are repeated. The values are in a pooled array, which Dispose returns.
/// </summary>
internal sealed class GrayRegion : IDisposable
{
    private readonly float[] values;

    /// <summary>Converts a part of a photo to gray.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="left">The first column in decoded pixels; may be outside the photo.</param>
    /// <param name="top">The first row in decoded pixels; may be outside the photo.</param>
    /// <param name="width">The width in blocks.</param>
    /// <param name="height">The height in blocks.</param>
    /// <param name="block">The side of a block in pixels, at least 1.</param>
    public GrayRegion(Photo photo, int left, int top, int width, int height, int block)
    {
        Width = width;
        Height = height;
        values = ArrayPool<float>.Shared.Rent(width * height);
        ReadOnlySpan<byte> pixels = photo.Rgba;
        int columns = width * block;
        byte[] line = ArrayPool<byte>.Shared.Rent(columns);
        float share = 1f / (block * block);
        for (int y = 0; y < height; y++)
        {
            Span<float> row = values.AsSpan(y * width, width);
            row.Clear();
            for (int k = 0; k < block; k++)
            {
                int from = Math.Clamp(top + (y * block) + k, 0, photo.PixelHeight - 1) * photo.PixelWidth;
                ReadLine(pixels.Slice(from * 4, photo.PixelWidth * 4), left, line.AsSpan(0, columns));
                AddBlocks(line, block, row);
            }

            for (int x = 0; x < width; x++)
            {
                row[x] *= share;
            }
        }

        ArrayPool<byte>.Shared.Return(line);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Gets one row of values 0..255.</summary>
    public ReadOnlySpan<float> Row(int y) => values.AsSpan(y * Width, Width);

    public void Dispose() => ArrayPool<float>.Shared.Return(values);

    private static void ReadLine(ReadOnlySpan<byte> rgba, int left, Span<byte> gray)
    {
        int last = (rgba.Length / 4) - 1;
        int inside = Math.Clamp(-left, 0, gray.Length);
        int end = Math.Clamp(last + 1 - left, inside, gray.Length);
        if (end > inside)
        {
            Luma.FromRgba(rgba[((left + inside) * 4)..], gray[inside..end]);
        }

        gray[..inside].Fill(inside > 0 ? (byte)Luma.Of(rgba[0], rgba[1], rgba[2]) : (byte)0);
        gray[end..].Fill((byte)Luma.Of(rgba[last * 4], rgba[(last * 4) + 1], rgba[(last * 4) + 2]));
    }

    private static void AddBlocks(ReadOnlySpan<byte> line, int block, Span<float> row)
    {
        for (int x = 0, from = 0; x < row.Length; x++, from += block)
        {
            int sum = line[from];
            for (int k = 1; k < block; k++)
            {
                sum += line[from + k];
            }

            row[x] += sum;
        }
    }
}
