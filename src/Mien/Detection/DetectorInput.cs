using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Mien;

/// <summary>Resamples a tile of a photo to the detector's input. Thread-safe.</summary>
internal static class DetectorInput
{
    /// <summary>
    /// Fills the input tensor: the tile is scaled to fit, keeps its aspect ratio and lies in the upper left corner; the
    /// rest is black. A tile larger than the input is reduced by area averaging, a smaller one is interpolated
    /// bilinearly.
    /// </summary>
    /// <param name="photo">The photo.</param>
    /// <param name="tile">The part of the photo, in decoded pixels.</param>
    /// <param name="side">The side S of the input.</param>
    /// <param name="input">Receives S × S × 3 values: red, green and blue of each pixel, as value / 127.5 − 1.</param>
    /// <returns>Decoded pixels per input pixel, horizontally and vertically.</returns>
    public static (float X, float Y) Fill(Photo photo, Tile tile, int side, Span<float> input)
    {
        float scale = (float)Math.Max(tile.Width, tile.Height) / side;
        int width = Math.Clamp((int)MathF.Round(tile.Width / scale), 1, side);
        int height = Math.Clamp((int)MathF.Round(tile.Height / scale), 1, side);
        if (scale > 1)
        {
            Reduce(photo, tile, side, width, height, input);
        }
        else
        {
            Enlarge(photo, tile, side, width, height, input);
        }

        input[(height * side * 3)..].Fill(-1);
        return ((float)tile.Width / width, (float)tile.Height / height);
    }

    /// <summary>
    /// Averages the pixels that each input pixel covers, in whole pixels (as Pillow's BOX filter does). Summing bytes
    /// is several times as fast as weighted resampling, and makes no difference to the detector.
    /// </summary>
    private static void Reduce(Photo photo, Tile tile, int side, int width, int height, Span<float> input)
    {
        ReadOnlySpan<byte> pixels = photo.Rgba;
        ushort[] buffer = ArrayPool<ushort>.Shared.Rent(tile.Width * 4);
        Span<ushort> sums = buffer.AsSpan(0, tile.Width * 4);
        for (int y = 0; y < height; y++)
        {
            (int first, int end) = Covered(y, height, tile.Height);

            // A 16-bit sum holds at most 257 bytes (257 · 255 = 65535). If an input pixel covers more rows, which takes
            // an image of over 65,000 rows (32,000 for the front model), only every second, third … row is summed.
            int every = ((end - first - 1) / 257) + 1;
            int rows = 0;
            sums.Clear();
            for (int row = first; row < end; row += every, rows++)
            {
                Add(pixels.Slice((((tile.Y + row) * photo.PixelWidth) + tile.X) * 4, tile.Width * 4), sums);
            }

            Span<float> line = input.Slice(y * side * 3, side * 3);
            for (int x = 0; x < width; x++)
            {
                (int left, int right) = Covered(x, width, tile.Width);
                Vector128<uint> sum = Vector128<uint>.Zero;
                ref ushort colour = ref MemoryMarshal.GetReference(sums[(left * 4)..(right * 4)]);
                for (int i = left; i < right; i++)
                {
                    sum += Vector128.WidenLower(Vector64.LoadUnsafe(ref colour).ToVector128Unsafe());
                    colour = ref Unsafe.Add(ref colour, 4);
                }

                Store(Vector128.ConvertToSingle(sum.AsInt32()) * (1f / (rows * (right - left))), line[(x * 3)..]);
            }

            line[(width * 3)..].Fill(-1);
        }

        ArrayPool<ushort>.Shared.Return(buffer);
    }

    /// <summary>Enlarges a tile by bilinear interpolation.</summary>
    private static void Enlarge(Photo photo, Tile tile, int side, int width, int height, Span<float> input)
    {
        var columns = new ResampleWeights(tile.Width, width, ResizeKernel.Bilinear);
        var rows = new ResampleWeights(tile.Height, height, ResizeKernel.Bilinear);
        ReadOnlySpan<byte> pixels = photo.Rgba;
        float[] buffer = ArrayPool<float>.Shared.Rent(tile.Width * 4);
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

                Store(colour, line[(x * 3)..]);
            }

            line[(width * 3)..].Fill(-1);
        }

        ArrayPool<float>.Shared.Return(buffer);
    }

    /// <summary>
    /// The range of source pixels that a target pixel covers. It holds at least one pixel when the image shrinks, and
    /// every source pixel belongs to exactly one target pixel.
    /// </summary>
    private static (int First, int End) Covered(int index, int target, int source) =>
        ((int)((long)index * source / target), (int)((long)(index + 1) * source / target));

    private static void Add(ReadOnlySpan<byte> pixels, Span<ushort> sums)
    {
        ref byte from = ref MemoryMarshal.GetReference(pixels);
        ref ushort to = ref MemoryMarshal.GetReference(sums);
        int whole = pixels.Length - (pixels.Length % Vector<byte>.Count);
        for (nuint i = 0; i < (nuint)whole; i += (nuint)Vector<byte>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref from, i), out Vector<ushort> low, out Vector<ushort> high);
            nuint second = i + (nuint)Vector<ushort>.Count;
            (Vector.LoadUnsafe(ref to, i) + low).StoreUnsafe(ref to, i);
            (Vector.LoadUnsafe(ref to, second) + high).StoreUnsafe(ref to, second);
        }

        for (int i = whole; i < pixels.Length; i++)
        {
            sums[i] += pixels[i];
        }
    }

    private static void Store(Vector128<float> colour, Span<float> target)
    {
        colour = (colour * (1 / 127.5f)) - Vector128<float>.One;
        target[0] = colour[0];
        target[1] = colour[1];
        target[2] = colour[2];
    }
}
