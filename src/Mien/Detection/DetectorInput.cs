using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Mien;

/// <summary>Brings a part of a photo to the detector's input. Thread-safe.</summary>
internal static class DetectorInput
{
    /// <summary>
    /// Fills the input tensor: the tile in the upper left corner of the square, as large as it fits, the rest black. Each
    /// value is the mean of the pixels that it covers; where the tile is smaller than the square, it is interpolated.
    /// </summary>
    /// <param name="photo">The photo.</param>
    /// <param name="tile">A part of its decoded pixels.</param>
    /// <param name="side">S.</param>
    /// <param name="input">S × S × 3 values, red, green, blue of each pixel: value / 127.5 − 1.</param>
    /// <returns>Decoded pixels a pixel of the input, to the right and downwards.</returns>
    public static (float X, float Y) Fill(Photo photo, Tile tile, int side, Span<float> input)
    {
        float scale = (float)Math.Max(tile.Width, tile.Height) / side;
        int width = Math.Clamp((int)MathF.Round(tile.Width / scale), 1, side);
        int height = Math.Clamp((int)MathF.Round(tile.Height / scale), 1, side);
        ResizeKernel kernel = scale > 1 ? ResizeKernel.Box : ResizeKernel.Bilinear;
        var columns = new ResampleWeights(tile.Width, width, kernel);
        var rows = new ResampleWeights(tile.Height, height, kernel);
        ReadOnlySpan<byte> pixels = photo.Rgba;
        float[] buffer = ArrayPool<float>.Shared.Rent(tile.Width * 4);
        try
        {
            Span<float> sums = buffer.AsSpan(0, tile.Width * 4);
            ReadOnlySpan<Vector128<float>> colours = MemoryMarshal.Cast<float, Vector128<float>>(sums);
            for (int y = 0; y < height; y++)
            {
                sums.Clear();
                ReadOnlySpan<float> weights = rows.Of(y, out int first);
                for (int i = 0; i < weights.Length; i++)
                {
                    int start = (((tile.Y + first + i) * photo.PixelWidth) + tile.X) * 4;
                    Resampler.AddScaled(pixels.Slice(start, tile.Width * 4), weights[i], sums);
                }

                Span<float> line = input.Slice(y * side * 3, side * 3);
                for (int x = 0; x < width; x++)
                {
                    ReadOnlySpan<float> taps = columns.Of(x, out int left);
                    Vector128<float> colour = Vector128<float>.Zero;
                    for (int i = 0; i < taps.Length; i++)
                    {
                        colour += colours[left + i] * taps[i];
                    }

                    colour = (colour * (1 / 127.5f)) - Vector128<float>.One;
                    line[x * 3] = colour[0];
                    line[(x * 3) + 1] = colour[1];
                    line[(x * 3) + 2] = colour[2];
                }

                line[(width * 3)..].Fill(-1);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }

        input[(height * side * 3)..].Fill(-1);
        return ((float)tile.Width / width, (float)tile.Height / height);
    }
}
