using System.Globalization;
using SkiaSharp;

namespace Mien.Evaluation;

/// <summary>Corrupts gray images deterministically. Thread-safe.</summary>
internal static class Corruptions
{
    /// <summary>The strengths that are measured, from mild to severe.</summary>
    /// <param name="corruption">The kind.</param>
    /// <returns>Five strengths, in the unit that <see cref="Corruption"/> states.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The corruption is unknown.</exception>
    public static IReadOnlyList<double> Strengths(Corruption corruption) =>
        corruption switch
        {
            Corruption.Blur => [0.5, 1, 1.5, 2, 3],
            Corruption.Darkness => [0.5, 0.3, 0.2, 0.1, 0.05],
            Corruption.Roll => [5, 10, 20, 30, 45],
            Corruption.LowResolution => [36, 24, 16, 12, 8],
            Corruption.Jpeg => [80, 50, 30, 15, 5],
            _ => throw new ArgumentOutOfRangeException(nameof(corruption)),
        };

    /// <summary>A corruption with the unit of its strength, for people: <c>blur (σ in pixels)</c>.</summary>
    /// <param name="corruption">The kind.</param>
    /// <returns>The text.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The corruption is unknown.</exception>
    public static string Describe(Corruption corruption) =>
        corruption switch
        {
            Corruption.Blur => "blur (σ in pixels)",
            Corruption.Darkness => "darkness (gray values ×)",
            Corruption.Roll => "roll (degrees)",
            Corruption.LowResolution => "low resolution (pixels per side)",
            Corruption.Jpeg => "JPEG (quality)",
            _ => throw new ArgumentOutOfRangeException(nameof(corruption)),
        };

    /// <summary>Corrupts one image. Values are rounded once, half up; pixels beyond the edge repeat the edge.</summary>
    /// <param name="image">height × width gray bytes.</param>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="corruption">The kind.</param>
    /// <param name="strength">
    /// The strength: blur 0..1000 (0 changes nothing), darkness 0..1 (1 changes nothing), roll −360..360 (0 changes
    /// nothing), low resolution 1 or more (the image's longer side or more changes nothing), JPEG quality 1..100.
    /// </param>
    /// <param name="destination">
    /// height × width bytes, written in full; must not overlap <paramref name="image"/>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A span has another length than height × width, or the strength is out of range.
    /// </exception>
    public static void Apply(
        ReadOnlySpan<byte> image,
        int width,
        int height,
        Corruption corruption,
        double strength,
        Span<byte> destination
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (image.Length != width * height || destination.Length != image.Length)
        {
            throw new ArgumentException(
                $"An image of {width}×{height} has {width * height} bytes; found {image.Length} "
                    + $"and {destination.Length}.",
                nameof(image)
            );
        }

        (double minimum, double maximum) = corruption switch
        {
            Corruption.Blur => (0, 1000),
            Corruption.Darkness => (0, 1),
            Corruption.Roll => (-360, 360),
            Corruption.LowResolution => (1, int.MaxValue),
            Corruption.Jpeg => (1, 100),
            _ => throw new ArgumentOutOfRangeException(nameof(corruption)),
        };
        if (!(strength >= minimum && strength <= maximum))
        {
            throw new ArgumentOutOfRangeException(
                nameof(strength),
                strength,
                string.Create(CultureInfo.InvariantCulture, $"Expected {minimum} to {maximum} for {corruption}.")
            );
        }

        switch (corruption)
        {
            case Corruption.Blur:
                Blur(image, width, height, strength, destination);
                break;
            case Corruption.Darkness:
                for (int i = 0; i < image.Length; i++)
                {
                    destination[i] = Rounded(image[i] * strength);
                }

                break;
            case Corruption.Roll:
                Roll(image, width, height, strength, destination);
                break;
            case Corruption.LowResolution:
                Shrink(image, width, height, strength, destination);
                break;
            default:
                Jpeg(image, width, height, (int)Math.Round(strength), destination);
                break;
        }
    }

    // Gaussian weights at whole pixels up to 3 σ, divided by their sum. Separable: first along the rows, then the
    // columns.
    private static void Blur(ReadOnlySpan<byte> image, int width, int height, double sigma, Span<byte> destination)
    {
        int radius = (int)Math.Ceiling(3 * sigma);
        double[] weights =
        [
            .. Enumerable
                .Range(-radius, (2 * radius) + 1)
                .Select(d => radius == 0 ? 1 : Math.Exp(-d * d / (2 * sigma * sigma))),
        ];
        double sum = weights.Sum();
        double[] rows = new double[image.Length];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                for (int k = -radius; k <= radius; k++)
                {
                    rows[(y * width) + x] +=
                        weights[k + radius] / sum * image[(y * width) + Math.Clamp(x + k, 0, width - 1)];
                }
            }
        }

        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double value = 0;
                for (int k = -radius; k <= radius; k++)
                {
                    value += weights[k + radius] / sum * rows[(Math.Clamp(y + k, 0, height - 1) * width) + x];
                }

                destination[(y * width) + x] = Rounded(value);
            }
        }
    }

    // Each output pixel is sampled at its position before the rotation about the image centre, bilinearly.
    private static void Roll(ReadOnlySpan<byte> image, int width, int height, double degrees, Span<byte> destination)
    {
        (double sin, double cos) = Math.SinCos(degrees * Math.PI / 180);
        double centreX = (width - 1) / 2.0;
        double centreY = (height - 1) / 2.0;
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double fromX = Math.Clamp(centreX + ((x - centreX) * cos) + ((y - centreY) * sin), 0, width - 1);
                double fromY = Math.Clamp(centreY - ((x - centreX) * sin) + ((y - centreY) * cos), 0, height - 1);
                int left = (int)fromX;
                int top = (int)fromY;
                int right = Math.Min(left + 1, width - 1);
                int below = Math.Min(top + 1, height - 1);
                double u = fromX - left;
                double v = fromY - top;
                double upper = (image[(top * width) + left] * (1 - u)) + (image[(top * width) + right] * u);
                double lower = (image[(below * width) + left] * (1 - u)) + (image[(below * width) + right] * u);
                destination[(y * width) + x] = Rounded((upper * (1 - v)) + (lower * v));
            }
        }
    }

    // The box filter averages as a camera with fewer pixels does; bicubic is how the library enlarges small faces.
    private static void Shrink(ReadOnlySpan<byte> image, int width, int height, double side, Span<byte> destination)
    {
        double factor = side / Math.Max(width, height);
        if (factor >= 1)
        {
            image.CopyTo(destination);
            return;
        }

        new GrayImage(width, height, image.ToArray())
            .Resize(
                Math.Max(1, (int)Math.Round(width * factor)),
                Math.Max(1, (int)Math.Round(height * factor)),
                ResizeKernel.Box
            )
            .Resize(width, height, ResizeKernel.Bicubic)
            .Pixels.CopyTo(destination);
    }

    private static void Jpeg(ReadOnlySpan<byte> image, int width, int height, int quality, Span<byte> destination)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Gray8, SKAlphaType.Opaque));
        Span<byte> pixels = bitmap.GetPixelSpan();
        for (int y = 0; y < height; y++)
        {
            image.Slice(y * width, width).CopyTo(pixels[(y * bitmap.RowBytes)..]);
        }

        using SKData file =
            bitmap.Encode(SKEncodedImageFormat.Jpeg, quality)
            ?? throw new InvalidOperationException($"Skia could not encode an image of {width}×{height} as JPEG.");
        GrayImage.Decode(file.AsSpan()).Pixels.CopyTo(destination);
    }

    private static byte Rounded(double value) => (byte)Math.Clamp(value + 0.5, 0, 255);
}
