using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Mien;

/// <summary>
/// Separable resampling of gray images with the conventions of Pillow's <c>Image.resize</c>: pixel centres at half
/// integers, kernels widened by the scale when a side shrinks (antialiasing), weights truncated at the edges and
/// normalised. Models are mostly trained on images that were resized this way. Thread-safe.
/// </summary>
internal static class Resampler
{
    /// <summary>
    /// Resamples <paramref name="source"/> into <paramref name="target"/>; both are stored row by row, without padding.
    /// </summary>
    public static void Resize(
        ReadOnlySpan<byte> source,
        int sourceWidth,
        int sourceHeight,
        Span<byte> target,
        int width,
        int height,
        ResizeKernel kernel
    )
    {
        if (sourceWidth == width && sourceHeight == height)
        {
            source.CopyTo(target);
            return;
        }

        if (kernel == ResizeKernel.Nearest)
        {
            Nearest(source, sourceWidth, sourceHeight, target, width, height);
            return;
        }

        var columns = new ResampleWeights(sourceWidth, width, kernel);
        var rows = new ResampleWeights(sourceHeight, height, kernel);
        float[] buffer = ArrayPool<float>.Shared.Rent(sourceWidth);
        try
        {
            // Vertical pass first, one row of sums at a time, so that no intermediate image is needed.
            Span<float> sums = buffer.AsSpan(0, sourceWidth);
            for (int y = 0; y < height; y++)
            {
                sums.Clear();
                ReadOnlySpan<float> weights = rows.Of(y, out int first);
                for (int i = 0; i < weights.Length; i++)
                {
                    AddScaled(source.Slice((first + i) * sourceWidth, sourceWidth), weights[i], sums);
                }

                Span<byte> line = target.Slice(y * width, width);
                for (int x = 0; x < width; x++)
                {
                    ReadOnlySpan<float> taps = columns.Of(x, out int left);
                    float value = Dot(taps, sums.Slice(left, taps.Length));

                    // The negative lobes of bicubic and Lanczos overshoot at edges, hence the clamp. Adding 0.5 rounds
                    // half up.
                    line[x] = (byte)Math.Clamp(value + 0.5f, 0, 255);
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }

    private static void Nearest(
        ReadOnlySpan<byte> source,
        int sourceWidth,
        int sourceHeight,
        Span<byte> target,
        int width,
        int height
    )
    {
        // The source pixel that contains the centre of the target pixel: floor((x + 1/2) · source / target), in
        // integers.
        for (int y = 0; y < height; y++)
        {
            int row = (int)(((2L * y) + 1) * sourceHeight / (2L * height));
            for (int x = 0; x < width; x++)
            {
                int column = (int)(((2L * x) + 1) * sourceWidth / (2L * width));
                target[(y * width) + x] = source[(row * sourceWidth) + column];
            }
        }
    }

    /// <summary>Adds weight × pixel to each sum.</summary>
    public static void AddScaled(ReadOnlySpan<byte> pixels, float weight, Span<float> sums)
    {
        ReadOnlySpan<Vector<byte>> blocks = MemoryMarshal.Cast<byte, Vector<byte>>(pixels);
        Span<Vector<float>> totals = MemoryMarshal.Cast<float, Vector<float>>(sums);
        for (int i = 0; i < blocks.Length; i++)
        {
            Vector.Widen(blocks[i], out Vector<ushort> low, out Vector<ushort> high);
            Vector.Widen(low, out Vector<uint> a, out Vector<uint> b);
            Vector.Widen(high, out Vector<uint> c, out Vector<uint> d);
            Span<Vector<float>> four = totals.Slice(i * 4, 4);

            // Convert from signed integers, which takes one instruction on every x64 CPU; unsigned conversion does not.
            four[0] += Vector.ConvertToSingle(Vector.AsVectorInt32(a)) * weight;
            four[1] += Vector.ConvertToSingle(Vector.AsVectorInt32(b)) * weight;
            four[2] += Vector.ConvertToSingle(Vector.AsVectorInt32(c)) * weight;
            four[3] += Vector.ConvertToSingle(Vector.AsVectorInt32(d)) * weight;
        }

        for (int i = blocks.Length * Vector<byte>.Count; i < pixels.Length; i++)
        {
            sums[i] += pixels[i] * weight;
        }
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        // Eight sums on every processor, in this order, so that all give the same to the last digit: Vector<float> has
        // as many as the processor's registers hold.
        ReadOnlySpan<Vector256<float>> left = MemoryMarshal.Cast<float, Vector256<float>>(a);
        ReadOnlySpan<Vector256<float>> right = MemoryMarshal.Cast<float, Vector256<float>>(b);
        Vector256<float> sums = Vector256<float>.Zero;
        for (int i = 0; i < left.Length; i++)
        {
            sums += left[i] * right[i];
        }

        Vector128<float> four = sums.GetLower() + sums.GetUpper();
        float sum = (four[0] + four[1]) + (four[2] + four[3]);
        for (int i = left.Length * Vector256<float>.Count; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
