using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Mien;

/// <summary>
/// Resamples a turned square of a photo to the input of the face mesh: area averaging if it shrinks, bilinear
/// interpolation otherwise. Outside the photo, the pixels of its edge are repeated, as in MediaPipe's graph
/// (BORDER_REPLICATE). Thread-safe.
/// </summary>
internal static class FaceMeshInput
{
    private const int Side = FaceMeshSquare.Side;

    /// <summary>Fills the input tensor.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="square">The part of the photo.</param>
    /// <param name="input">
    /// Receives <see cref="FaceMeshSquare.Side"/> × <see cref="FaceMeshSquare.Side"/> × 3 values: red, green and blue
    /// of each pixel, 0..1.
    /// </param>
    public static void Fill(Photo photo, FaceMeshSquare square, Span<float> input)
    {
        // From here on in decoded pixels. The horizontal and vertical scales differ only by the rounding of the decoded
        // size.
        float centreX = square.Center.X * photo.ScaleX,
            centreY = square.Center.Y * photo.ScaleY;
        float step = square.Length * (photo.ScaleX + photo.ScaleY) / (2 * Side);

        // Square blocks of pixels are averaged first, as large as an input pixel allows, so that the time of the second
        // step does not depend on the size of the face.
        int block = Math.Max((int)step, 1);
        if (block == 1)
        {
            Sample(photo.Rgba, photo.PixelWidth, photo.PixelHeight, centreX, centreY, step, square, input);
            return;
        }

        float reach = (Side * step / 2 * (MathF.Abs(square.Sin) + MathF.Abs(square.Cos))) + (2 * block);
        int left = Math.Clamp((int)MathF.Floor(centreX - reach), 0, photo.PixelWidth - 1),
            top = Math.Clamp((int)MathF.Floor(centreY - reach), 0, photo.PixelHeight - 1);
        int width = Math.Clamp((int)MathF.Ceiling(centreX + reach), left + 1, photo.PixelWidth) - left,
            height = Math.Clamp((int)MathF.Ceiling(centreY + reach), top + 1, photo.PixelHeight) - top;
        int columns = (width + block - 1) / block,
            rows = (height + block - 1) / block;
        byte[] rented = ArrayPool<byte>.Shared.Rent(columns * rows * 4);
        Span<byte> means = rented.AsSpan(0, columns * rows * 4);
        for (int y = 0; y < rows; y++)
        {
            int end = Math.Min((y + 1) * block, height);
            for (int x = 0; x < columns; x++)
            {
                int right = Math.Min((x + 1) * block, width);
                Vector128<uint> sum = Vector128<uint>.Zero;
                for (int row = y * block; row < end; row++)
                {
                    sum += Sum(
                        photo.Rgba.Slice(
                            (((top + row) * photo.PixelWidth) + left + (x * block)) * 4,
                            (right - (x * block)) * 4
                        )
                    );
                }

                float share = 1f / ((end - (y * block)) * (right - (x * block)));
                Vector128<float> mean = (Vector128.ConvertToSingle(sum.AsInt32()) * share) + Vector128.Create(0.5f);
                Vector128<int> whole = Vector128.ConvertToInt32(Vector128.Floor(mean));
                for (int c = 0; c < 4; c++)
                {
                    means[(((y * columns) + x) * 4) + c] = (byte)whole[c];
                }
            }
        }

        Sample(means, columns, rows, (centreX - left) / block, (centreY - top) / block, step / block, square, input);
        ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>
    /// Interpolates at the centre of each input pixel, or, if one covers more than a pixel, at the centres of its four
    /// quarters, whose mean it gets.
    /// </summary>
    /// <param name="rgba">The image, four bytes per pixel.</param>
    /// <param name="width">The width of the image.</param>
    /// <param name="height">The height of the image.</param>
    /// <param name="centreX">The horizontal centre of the square, in pixels of the image.</param>
    /// <param name="centreY">The vertical centre of the square.</param>
    /// <param name="step">Pixels of the image per input pixel, under 2.</param>
    /// <param name="square">Gives the angle.</param>
    /// <param name="input">Receives the values.</param>
    private static void Sample(
        ReadOnlySpan<byte> rgba,
        int width,
        int height,
        float centreX,
        float centreY,
        float step,
        FaceMeshSquare square,
        Span<float> input
    )
    {
        int parts = step > 1 ? 2 : 1;
        float scale = 1f / (255 * parts * parts);
        int to = 0;
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++, to += 3)
            {
                Vector128<float> sum = Vector128<float>.Zero;
                for (int part = 0; part < parts * parts; part++)
                {
                    float u = (x - (Side / 2f) + (((part % parts) + 0.5f) / parts)) * step,
                        v = (y - (Side / 2f) + (((part / parts) + 0.5f) / parts)) * step;
                    sum += Interpolated(
                        rgba,
                        width,
                        height,
                        centreX + (u * square.Cos) - (v * square.Sin) - 0.5f,
                        centreY + (u * square.Sin) + (v * square.Cos) - 0.5f
                    );
                }

                sum *= scale;
                input[to] = sum[0];
                input[to + 1] = sum[1];
                input[to + 2] = sum[2];
            }
        }
    }

    /// <summary>Interpolates at a position where pixel centres are whole numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Interpolated(ReadOnlySpan<byte> rgba, int width, int height, float x, float y)
    {
        x = Math.Clamp(x, 0, width - 1);
        y = Math.Clamp(y, 0, height - 1);
        int column = (int)x,
            row = (int)y;
        float across = x - column,
            along = y - row;
        int right = column + 1 < width ? 4 : 0,
            below = row + 1 < height ? width * 4 : 0;
        int at = ((row * width) + column) * 4;
        ref byte first = ref MemoryMarshal.GetReference(rgba[..(width * height * 4)]);
        Vector128<float> upper = Between(Pixel(ref first, at), Pixel(ref first, at + right), across);
        Vector128<float> lower = Between(Pixel(ref first, at + below), Pixel(ref first, at + below + right), across);
        return Between(upper, lower, along);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Between(Vector128<float> first, Vector128<float> second, float share) =>
        first + ((second - first) * share);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Pixel(ref byte rgba, int at) =>
        Vector128.ConvertToSingle(Widened(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref rgba, at))).AsInt32());

    private static Vector128<uint> Sum(ReadOnlySpan<byte> rgba)
    {
        Vector128<uint> sum = Vector128<uint>.Zero;
        foreach (uint pixel in MemoryMarshal.Cast<byte, uint>(rgba))
        {
            sum += Widened(pixel);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Widened(uint pixel) =>
        Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(pixel).AsByte()));
}
