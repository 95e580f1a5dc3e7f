using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Mien;

/// <summary>
/// Cuts a face out of a photo: upright, in gray, in the network's size, by one resampling from the photo's pixels.
/// Thread-safe.
/// </summary>
internal static class FaceCropper
{
    /// <summary>
    /// From so many photo pixels a crop pixel on, blocks of them are averaged first: a face of over 288 pixels for a
    /// network of 48. The kernel's unit still spans at least three blocks, so that this changes next to nothing but the
    /// time it takes.
    /// </summary>
    internal const float CoarseScale = 6;

    /// <summary>Cuts one face out.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="box">The detector's box, in pixels of the photo's full size.</param>
    /// <param name="roll">How far the face is turned, in degrees clockwise; it is turned back.</param>
    /// <param name="framing">From the box to the square that is cut out.</param>
    /// <param name="contract">Size of the network's input and the kernel.</param>
    /// <param name="crop">Receives height × width gray values.</param>
    public static void Crop(
        Photo photo,
        FaceBox box,
        float roll,
        FaceFraming framing,
        ModelContract contract,
        Span<byte> crop
    )
    {
        (float sin, float cos) = MathF.SinCos(roll * (MathF.PI / 180));
        float boxSide = (box.Width + box.Height) / 2;

        // In decoded pixels from here on; the two scales differ by less than a pixel's rounding.
        float scale = (photo.ScaleX + photo.ScaleY) / 2;
        float down = framing.Down * boxSide;
        float centreX = (box.Center.X - (down * sin)) * photo.ScaleX;
        float centreY = (box.Center.Y + (down * cos)) * photo.ScaleY;

        // Photo pixels a crop pixel. The square fills the crop's shorter side; a crop that is no square shows more of
        // the longer.
        float step = framing.Scale * boxSide * scale / Math.Min(contract.Width, contract.Height);
        int block = step >= CoarseScale ? (int)(step / (CoarseScale / 2)) : 1;
        KernelPhases kernel = KernelPhases.Of(contract.Resize);

        // The part of the photo that the crop and the kernel's margin cover.
        float reach = kernel.Radius * MathF.Max(step, 1);
        float halfWidth = (contract.Width * step / 2) + reach,
            halfHeight = (contract.Height * step / 2) + reach;
        float extentX = (MathF.Abs(cos) * halfWidth) + (MathF.Abs(sin) * halfHeight);
        float extentY = (MathF.Abs(sin) * halfWidth) + (MathF.Abs(cos) * halfHeight);
        int left = (int)MathF.Floor(centreX - extentX),
            top = (int)MathF.Floor(centreY - extentY);
        int columns = ((int)MathF.Ceiling(2 * extentX) / block) + 2,
            rows = ((int)MathF.Ceiling(2 * extentY) / block) + 2;
        using var region = new GrayRegion(photo, left, top, columns, rows, block);
        var place = new Placement(
            (centreX - left) / block,
            (centreY - top) / block,
            step / block,
            sin,
            cos,
            contract.Width,
            contract.Height
        );
        if (place.Step >= 1)
        {
            Reduce(region, place, kernel, crop);
        }
        else
        {
            Enlarge(region, place, kernel, crop);
        }
    }

    /// <summary>
    /// Every pixel of the region adds to the crop's pixels around it: the kernel is as wide as the crop's pixels are.
    /// </summary>
    private static void Reduce(GrayRegion region, Placement place, KernelPhases kernel, Span<byte> crop)
    {
        int radius = kernel.Radius;
        int pad = radius * 2;
        int stride = (place.Width + (2 * pad)) * 2;
        int height = place.Height + (2 * pad);

        // Of each crop pixel the sum of weighted values and the sum of weights; a register's width more for the last
        // store.
        int length = (stride * height) + KernelPhases.Lanes;
        float[] rented = ArrayPool<float>.Shared.Rent(length);
        Span<float> sums = rented.AsSpan(0, length);
        sums.Clear();
        Vector256<float> twins = Vector256.Create(0f, 1, 0, 1, 0, 1, 0, 1);
        Vector256<float> values = Vector256.Create(1f, 0, 1, 0, 1, 0, 1, 0);
        bool wide = radius > 2;
        float cos = place.Cos / place.Step,
            sin = place.Sin / place.Step;
        for (int y = 0; y < region.Height; y++)
        {
            ReadOnlySpan<float> row = region.Row(y);
            float dy = y + 0.5f - place.CentreY,
                dx = 0.5f - place.CentreX;

            // Where the row's pixels lie in the crop; half a pixel less, so that a crop pixel's middle has a whole
            // number.
            float u = (dx * cos) + (dy * sin) + ((place.Width - 1) / 2f);
            float v = (-dx * sin) + (dy * cos) + ((place.Height - 1) / 2f);
            for (int x = 0; x < row.Length; x++, u += cos, v -= sin)
            {
                if (!(u > -radius && v > -radius && u < place.Width - 1 + radius && v < place.Height - 1 + radius))
                {
                    continue;
                }

                int i = (int)(u + pad) - pad,
                    j = (int)(v + pad) - pad;
                ref readonly float across = ref kernel.At(u - i);
                ref readonly float along = ref kernel.At(v - j);
                Vector256<float> pixel = (values * row[x]) + twins;
                Vector256<float> narrow = Vector256.LoadUnsafe(in across) * pixel;
                Vector256<float> rest = wide
                    ? Vector256.LoadUnsafe(in across, (nuint)Vector256<float>.Count) * pixel
                    : default;
                int at = ((j - radius + 1 + pad) * stride) + ((i - radius + 1 + pad) * 2);
                for (int k = 0; k < radius * 4; k += 2, at += stride)
                {
                    ref float sum = ref sums[at];
                    Vector256<float> weight = Vector256.Create(Unsafe.Add(ref Unsafe.AsRef(in along), k));
                    (Vector256.LoadUnsafe(ref sum) + (narrow * weight)).StoreUnsafe(ref sum);
                    if (wide)
                    {
                        (Vector256.LoadUnsafe(ref sum, (nuint)Vector256<float>.Count) + (rest * weight)).StoreUnsafe(
                            ref sum,
                            (nuint)Vector256<float>.Count
                        );
                    }
                }
            }
        }

        for (int y = 0; y < place.Height; y++)
        {
            int from = ((y + pad) * stride) + (pad * 2);
            for (int x = 0; x < place.Width; x++, from += 2)
            {
                // No pixel's middle may lie in a turned box of little more than a pixel: then the nearest one. The
                // lobes of cubic and sinc overshoot beside edges. Half rounds up.
                float value = sums[from + 1] > 0 ? sums[from] / sums[from + 1] : Nearest(region, place, x, y);
                crop[(y * place.Width) + x] = (byte)Math.Clamp(value + 0.5f, 0, 255);
            }
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    private static float Nearest(GrayRegion region, Placement place, int x, int y)
    {
        float u = (x + 0.5f - (place.Width / 2f)) * place.Step,
            v = (y + 0.5f - (place.Height / 2f)) * place.Step;
        int column = (int)MathF.Floor(place.CentreX + (u * place.Cos) - (v * place.Sin));
        int row = (int)MathF.Floor(place.CentreY + (u * place.Sin) + (v * place.Cos));
        return region.Row(Math.Clamp(row, 0, region.Height - 1))[Math.Clamp(column, 0, region.Width - 1)];
    }

    /// <summary>Every pixel of the crop is interpolated between the region's pixels around it.</summary>
    private static void Enlarge(GrayRegion region, Placement place, KernelPhases kernel, Span<byte> crop)
    {
        int radius = kernel.Radius;
        for (int y = 0, to = 0; y < place.Height; y++)
        {
            for (int x = 0; x < place.Width; x++, to++)
            {
                float u = (x + 0.5f - (place.Width / 2f)) * place.Step,
                    v = (y + 0.5f - (place.Height / 2f)) * place.Step;
                float sx = place.CentreX + (u * place.Cos) - (v * place.Sin) - 0.5f;
                float sy = place.CentreY + (u * place.Sin) + (v * place.Cos) - 0.5f;
                int i = (int)MathF.Floor(sx),
                    j = (int)MathF.Floor(sy);
                ref float across = ref Unsafe.AsRef(in kernel.At(sx - i));
                ref float along = ref Unsafe.AsRef(in kernel.At(sy - j));
                float sum = 0,
                    total = 0;
                for (int k = 0; k < radius * 2; k++)
                {
                    ReadOnlySpan<float> row = region.Row(Math.Clamp(j - radius + 1 + k, 0, region.Height - 1));
                    for (int l = 0; l < radius * 2; l++)
                    {
                        float weight = Unsafe.Add(ref along, k * 2) * Unsafe.Add(ref across, l * 2);
                        sum += weight * row[Math.Clamp(i - radius + 1 + l, 0, region.Width - 1)];
                        total += weight;
                    }
                }

                crop[to] = (byte)Math.Clamp((sum / total) + 0.5f, 0, 255);
            }
        }
    }

    /// <summary>Where the crop lies in the region.</summary>
    /// <param name="CentreX">Its middle, in the region's pixels.</param>
    /// <param name="CentreY">Its middle, in the region's pixels.</param>
    /// <param name="Step">The region's pixels a crop pixel.</param>
    /// <param name="Sin">Of the angle by which it is turned.</param>
    /// <param name="Cos">Of the angle by which it is turned.</param>
    /// <param name="Width">Its width in pixels of its own.</param>
    /// <param name="Height">Its height in pixels of its own.</param>
    private readonly record struct Placement(
        float CentreX,
        float CentreY,
        float Step,
        float Sin,
        float Cos,
        int Width,
        int Height
    );
}
