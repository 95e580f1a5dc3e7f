using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Mien;

/// <summary>Resamples a tile of a photo to the detector's input. Thread-safe.</summary>
internal static class DetectorInput
{
    private const float Black = -1;

    /// <summary>What surrounds the photo, in values of the input; 0 is the middle of the range.</summary>
    private const float Gray = 0;

    /// <summary>
    /// Fills the input tensor: the tile is scaled to fit, keeps its aspect ratio and lies in the upper left corner.
    /// What the tile does not cover is black; what lies outside the photo is gray. A tile larger than the input is
    /// reduced by area averaging, a smaller one is interpolated bilinearly. The pixels are read from the photo: a tile
    /// that reaches beyond it, or is turned, takes no copy.
    /// </summary>
    /// <param name="photo">The photo.</param>
    /// <param name="tile">The part of the photo, in decoded pixels.</param>
    /// <param name="side">The side S of the input.</param>
    /// <param name="input">Receives S × S × 3 values: red, green and blue of each pixel, as value / 127.5 − 1.</param>
    /// <returns>From positions in the input to decoded pixels of the photo.</returns>
    public static InputMapping Fill(Photo photo, Tile tile, int side, Span<float> input)
    {
        if (tile.Angle != 0)
        {
            return FillTurned(photo, tile, side, input);
        }

        float scale = (float)Math.Max(tile.Width, tile.Height) / side;
        int left = Math.Max(tile.X, 0),
            top = Math.Max(tile.Y, 0);
        var inside = new Tile(
            left,
            top,
            Math.Min(tile.X + tile.Width, photo.PixelWidth) - left,
            Math.Min(tile.Y + tile.Height, photo.PixelHeight) - top
        );
        int width = Math.Clamp((int)MathF.Round(inside.Width / scale), 1, side);
        int height = Math.Clamp((int)MathF.Round(inside.Height / scale), 1, side);
        int column = Math.Clamp((int)MathF.Round((left - tile.X) / scale), 0, side - width);
        int row = Math.Clamp((int)MathF.Round((top - tile.Y) / scale), 0, side - height);
        var target = new Area(side, column, row, width, height, inside == tile ? Black : Gray);
        Resample(photo, inside, scale > 1, target, input);
        float scaleX = (float)inside.Width / width,
            scaleY = (float)inside.Height / height;
        return new InputMapping(
            Matrix3x2.CreateScale(scaleX, scaleY)
                * Matrix3x2.CreateTranslation(left - (column * scaleX), top - (row * scaleY)),
            scaleX,
            scaleY
        );
    }

    /// <summary>
    /// Fills the input with a turned tile. The tile is first scaled as usual, to the size at which it fits when turned,
    /// then turned by bilinear interpolation. By 90, 180 and 270 degrees the second step moves whole pixels.
    /// </summary>
    private static InputMapping FillTurned(Photo photo, Tile tile, int side, Span<float> input)
    {
        (float sin, float cos) = MathF.SinCos(tile.Angle * (MathF.PI / 180));
        float scale =
            MathF.Max(
                (MathF.Abs(cos) * tile.Width) + (MathF.Abs(sin) * tile.Height),
                (MathF.Abs(sin) * tile.Width) + (MathF.Abs(cos) * tile.Height)
            ) / side;
        int width = Math.Clamp((int)MathF.Round(tile.Width / scale), 1, side);
        int height = Math.Clamp((int)MathF.Round(tile.Height / scale), 1, side);
        float[] buffer = ArrayPool<float>.Shared.Rent(width * height * 3);
        Span<float> upright = buffer.AsSpan(0, width * height * 3);
        Resample(photo, tile, scale > 1, new Area(width, 0, 0, width, height, Gray), upright);

        // From the input, whose centre shows that of the tile, to the scaled tile.
        Matrix3x2 turn =
            Matrix3x2.CreateTranslation(-side / 2f, -side / 2f)
            * new Matrix3x2(cos, sin, -sin, cos, 0, 0)
            * Matrix3x2.CreateTranslation(width / 2f, height / 2f);
        for (int y = 0, to = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++, to += 3)
            {
                Vector2 at = Vector2.Transform(new Vector2(x + 0.5f, y + 0.5f), turn) - new Vector2(0.5f);
                Interpolate(upright, width, height, at, input.Slice(to, 3));
            }
        }

        ArrayPool<float>.Shared.Return(buffer);
        float scaleX = (float)tile.Width / width,
            scaleY = (float)tile.Height / height;
        return new InputMapping(
            turn * Matrix3x2.CreateScale(scaleX, scaleY) * Matrix3x2.CreateTranslation(tile.X, tile.Y),
            scale,
            scale
        );
    }

    private static void Interpolate(ReadOnlySpan<float> pixels, int width, int height, Vector2 at, Span<float> colour)
    {
        int x = (int)MathF.Floor(at.X),
            y = (int)MathF.Floor(at.Y);
        float right = at.X - x,
            lower = at.Y - y;
        colour[0] = colour[1] = colour[2] = Gray;
        for (int i = 0; i < 4; i++)
        {
            int column = x + (i & 1),
                row = y + (i >> 1);
            float weight = ((i & 1) == 0 ? 1 - right : right) * (i < 2 ? 1 - lower : lower);
            if (weight > 0 && column >= 0 && row >= 0 && column < width && row < height)
            {
                ReadOnlySpan<float> pixel = pixels.Slice(((row * width) + column) * 3, 3);
                colour[0] += weight * pixel[0];
                colour[1] += weight * pixel[1];
                colour[2] += weight * pixel[2];
            }
        }
    }

    private static void Resample(Photo photo, Tile tile, bool reduce, Area target, Span<float> input)
    {
        input[..(target.Row * target.Stride)].Fill(target.Outside);
        if (reduce)
        {
            Reduce(photo, tile, target, input);
        }
        else
        {
            Enlarge(photo, tile, target, input);
        }

        input[((target.Row + target.Height) * target.Stride)..].Fill(target.Outside);
    }

    /// <summary>
    /// Averages the pixels that each input pixel covers, in whole pixels (as Pillow's BOX filter does). Summing bytes
    /// is several times as fast as weighted resampling, and makes no difference to the detector.
    /// </summary>
    private static void Reduce(Photo photo, Tile tile, Area target, Span<float> input)
    {
        ReadOnlySpan<byte> pixels = photo.Rgba;
        ushort[] buffer = ArrayPool<ushort>.Shared.Rent(tile.Width * 4);
        Span<ushort> sums = buffer.AsSpan(0, tile.Width * 4);
        for (int y = 0; y < target.Height; y++)
        {
            (int first, int end) = Covered(y, target.Height, tile.Height);

            // A 16-bit sum holds at most 257 bytes (257 · 255 = 65535). If an input pixel covers more rows, which takes
            // an image of over 65,000 rows (32,000 for the front model), only every second, third … row is summed.
            int every = ((end - first - 1) / 257) + 1;
            int rows = 0;
            sums.Clear();
            for (int row = first; row < end; row += every, rows++)
            {
                Add(pixels.Slice((((tile.Y + row) * photo.PixelWidth) + tile.X) * 4, tile.Width * 4), sums);
            }

            Span<float> line = target.Line(input, y);
            for (int x = 0; x < target.Width; x++)
            {
                (int left, int right) = Covered(x, target.Width, tile.Width);
                Vector128<uint> sum = Vector128<uint>.Zero;
                ref ushort colour = ref MemoryMarshal.GetReference(sums[(left * 4)..(right * 4)]);
                for (int i = left; i < right; i++)
                {
                    sum += Vector128.WidenLower(Vector64.LoadUnsafe(ref colour).ToVector128Unsafe());
                    colour = ref Unsafe.Add(ref colour, 4);
                }

                Store(Vector128.ConvertToSingle(sum.AsInt32()) * (1f / (rows * (right - left))), line[(x * 3)..]);
            }
        }

        ArrayPool<ushort>.Shared.Return(buffer);
    }

    /// <summary>Enlarges a tile by bilinear interpolation.</summary>
    private static void Enlarge(Photo photo, Tile tile, Area target, Span<float> input)
    {
        var columns = new ResampleWeights(tile.Width, target.Width, ResizeKernel.Bilinear);
        var rows = new ResampleWeights(tile.Height, target.Height, ResizeKernel.Bilinear);
        ReadOnlySpan<byte> pixels = photo.Rgba;
        float[] buffer = ArrayPool<float>.Shared.Rent(tile.Width * 4);
        Span<float> sums = buffer.AsSpan(0, tile.Width * 4);
        ReadOnlySpan<Vector128<float>> colours = MemoryMarshal.Cast<float, Vector128<float>>(sums);
        for (int y = 0; y < target.Height; y++)
        {
            sums.Clear();
            ReadOnlySpan<float> weights = rows.Of(y, out int first);
            for (int i = 0; i < weights.Length; i++)
            {
                int start = (((tile.Y + first + i) * photo.PixelWidth) + tile.X) * 4;
                Resampler.AddScaled(pixels.Slice(start, tile.Width * 4), weights[i], sums);
            }

            Span<float> line = target.Line(input, y);
            for (int x = 0; x < target.Width; x++)
            {
                ReadOnlySpan<float> taps = columns.Of(x, out int left);
                Vector128<float> colour = Vector128<float>.Zero;
                for (int i = 0; i < taps.Length; i++)
                {
                    colour += colours[left + i] * taps[i];
                }

                Store(colour, line[(x * 3)..]);
            }
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

    /// <summary>The rectangle of an image of three values a pixel that a tile is scaled to.</summary>
    /// <param name="ImageWidth">The width of the image, in pixels.</param>
    /// <param name="Column">The first column of the rectangle.</param>
    /// <param name="Row">The first row of the rectangle.</param>
    /// <param name="Width">The width of the rectangle.</param>
    /// <param name="Height">The height of the rectangle.</param>
    /// <param name="Outside">The value of the pixels outside the rectangle.</param>
    private readonly record struct Area(int ImageWidth, int Column, int Row, int Width, int Height, float Outside)
    {
        /// <summary>Values per row of the image.</summary>
        public int Stride => ImageWidth * 3;

        /// <summary>Gets a row of the rectangle, and fills what lies beside it.</summary>
        public Span<float> Line(Span<float> image, int row)
        {
            Span<float> line = image.Slice((Row + row) * Stride, Stride);
            line[..(Column * 3)].Fill(Outside);
            line[((Column + Width) * 3)..].Fill(Outside);
            return line.Slice(Column * 3, Width * 3);
        }
    }
}

/// <summary>From positions in a detector's input to decoded pixels of the photo.</summary>
/// <param name="ToPhoto">Transforms a point of the input to the photo.</param>
/// <param name="ScaleX">Decoded pixels per input pixel, along the input's rows.</param>
/// <param name="ScaleY">Decoded pixels per input pixel, along the input's columns.</param>
internal readonly record struct InputMapping(Matrix3x2 ToPhoto, float ScaleX, float ScaleY);
