using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Mien;

/// <summary>
/// Crops a face from a photo: rotated back, in gray and in the network's input size. Rotation and scaling take a
/// single resampling of the photo's pixels, because every further one would blur the face. Thread-safe.
/// </summary>
internal static class FaceCropper
{
    /// <summary>
    /// The number of photo pixels per crop pixel from which square blocks of pixels are averaged first, to save time:
    /// for a network with an input of 48 pixels, faces of over 288 pixels. One crop pixel still spans at least three
    /// blocks, so the result hardly changes.
    /// </summary>
    internal const float CoarseScale = 6;

    /// <summary>Crops the framed square of a box.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="box">The bounding box from the detector, in pixels of the full resolution.</param>
    /// <param name="roll">The roll angle of the face in degrees, clockwise; the crop is rotated back by it.</param>
    /// <param name="framing">How the crop follows from the box.</param>
    /// <param name="contract">The contract of the network, which gives the crop's size and the kernel.</param>
    /// <param name="crop">Receives height × width gray values.</param>
    public static void Crop(
        Photo photo,
        FaceBox box,
        float roll,
        FaceFraming framing,
        ModelContract contract,
        Span<byte> crop
    ) => Crop(photo, framing.Square(box, roll), contract, crop);

    /// <summary>Crops a square.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="square">The square, in pixels of the full resolution; the crop is rotated back by it.</param>
    /// <param name="contract">The contract of the network, which gives the crop's size and the kernel.</param>
    /// <param name="crop">Receives height × width gray values.</param>
    public static void Crop(Photo photo, CropSquare square, ModelContract contract, Span<byte> crop)
    {
        (float sin, float cos) = MathF.SinCos(square.Rotation * (MathF.PI / 180));

        // From here on in decoded pixels. The horizontal and vertical scales differ only by the rounding of the decoded
        // size.
        float scale = (photo.ScaleX + photo.ScaleY) / 2;
        float centreX = square.Center.X * photo.ScaleX;
        float centreY = square.Center.Y * photo.ScaleY;

        // Decoded pixels per crop pixel. The framed square fills the shorter side of the crop; a crop that is not
        // square shows more of the photo along its longer side.
        float step = square.Side * scale / Math.Min(contract.Width, contract.Height);
        int block = step >= CoarseScale ? (int)(step / (CoarseScale / 2)) : 1;
        KernelPhases kernel = KernelPhases.Of(contract.Resize);

        // The axis-aligned part of the photo that the rotated crop covers, including the margin for the kernel.
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
    /// Shrinks by splatting: every source pixel adds to the crop pixels around it, weighted by the kernel at the scale
    /// of the crop. This is antialiased resampling along rotated axes, without computing a kernel footprint in the
    /// source.
    /// </summary>
    private static void Reduce(GrayRegion region, Placement place, KernelPhases kernel, Span<byte> crop)
    {
        int radius = kernel.Radius;
        int pad = radius * 2;
        int stride = (place.Width + (2 * pad)) * 2;
        int height = place.Height + (2 * pad);

        // For each crop pixel two interleaved sums, of the weighted values and of the weights; plus one register's
        // width, because the last store writes a whole register.
        int length = (stride * height) + KernelPhases.Lanes;
        float[] rented = ArrayPool<float>.Shared.Rent(length);
        Span<float> sums = rented.AsSpan(0, length);
        sums.Clear();
        Vector256<float> ones = Vector256.Create(0f, 1, 0, 1, 0, 1, 0, 1);
        Vector256<float> values = Vector256.Create(1f, 0, 1, 0, 1, 0, 1, 0);
        bool wide = radius > 2;
        float cos = place.Cos / place.Step,
            sin = place.Sin / place.Step;
        for (int y = 0; y < region.Height; y++)
        {
            ReadOnlySpan<float> row = region.Row(y);
            float dy = y + 0.5f - place.CentreY,
                dx = 0.5f - place.CentreX;

            // The position of the source pixel in crop coordinates, shifted by half a pixel so that crop pixel centres
            // are integers. It advances by (cos, −sin) per source pixel.
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
                Vector256<float> pixel = (values * row[x]) + ones;
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
                // At a scale near 1 a rotated box kernel may contain no pixel centre: use the nearest pixel then. The
                // negative lobes of bicubic and Lanczos overshoot at edges, hence the clamp. Adding 0.5 rounds half up.
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

    /// <summary>Enlarges by interpolating every crop pixel from the source pixels around it.</summary>
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

    /// <summary>The position of the crop in the region.</summary>
    /// <param name="CentreX">The horizontal centre of the crop, in pixels of the region.</param>
    /// <param name="CentreY">The vertical centre of the crop, in pixels of the region.</param>
    /// <param name="Step">Pixels of the region per crop pixel.</param>
    /// <param name="Sin">The sine of the roll angle.</param>
    /// <param name="Cos">The cosine of the roll angle.</param>
    /// <param name="Width">The width of the crop in crop pixels.</param>
    /// <param name="Height">The height of the crop in crop pixels.</param>
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
