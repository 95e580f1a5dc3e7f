using System.Globalization;
using SkiaSharp;

namespace Mien;

/// <summary>
/// Which parts of a face moved the network's score of one label: a value a pixel of the crop that the network saw.
/// It says what the network went by, and nothing of why the person looks so (docs/explanation.md). Immutable and
/// thread-safe.
/// </summary>
public sealed class FaceExplanation
{
    /// <summary>The longest side of a heat map.</summary>
    private const int LargestSide = 4096;

    private readonly GrayImage crop;
    private readonly float[] values;

    /// <summary>Scales the values, which become its own; the crop is neither copied nor changed.</summary>
    internal FaceExplanation(string label, ExplanationMethod method, GrayImage crop, float[] values)
    {
        this.crop = crop;
        this.values = values;
        Label = label;
        Method = method;
        float largest = 0;
        foreach (float value in values)
        {
            largest = MathF.Max(largest, MathF.Abs(value));
        }

        for (int i = 0; largest > 0 && i < values.Length; i++)
        {
            values[i] /= largest;
        }
    }

    /// <summary>The label that is explained: of a <see cref="RecognizedFace"/> the most probable one.</summary>
    public string Label { get; }

    /// <summary>How it was computed.</summary>
    public ExplanationMethod Method { get; }

    /// <summary>Columns: the width of the network's input in pixels.</summary>
    public int Width => crop.Width;

    /// <summary>Rows: the height of the network's input in pixels.</summary>
    public int Height => crop.Height;

    /// <summary>
    /// Height × width values −1..1, row by row from the top. Positive ones speak for the label, negative ones
    /// against it; the largest absolute value is 1, so those of two faces cannot be compared. All are 0 where nothing
    /// moves the score.
    /// </summary>
    public IReadOnlyList<float> Values => values;

    /// <summary>
    /// The heat map as a PNG file: the crop in gray, over it from red to pale yellow what speaks for the expression,
    /// from dark to light blue what speaks against it; the weaker, the more transparent.
    /// </summary>
    /// <param name="side">
    /// The longer side of the picture in pixels, 1 to 4096; crop and map are enlarged smoothly.
    /// </param>
    /// <returns>The bytes of the file, which are the caller's.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="side"/> is not in 1..4096.</exception>
    /// <exception cref="MienException"><c>noNativeLibrary</c>: the program lacks Skia's native library.</exception>
    public unsafe byte[] EncodePng(int side = 192)
    {
        if (side is < 1 or > LargestSide)
        {
            throw new ArgumentOutOfRangeException(
                nameof(side),
                side,
                string.Create(CultureInfo.InvariantCulture, $"Expected 1 to {LargestSide} pixels.")
            );
        }

        double scale = (double)side / Math.Max(Width, Height);
        int width = Math.Max(1, (int)Math.Round(Width * scale)),
            height = Math.Max(1, (int)Math.Round(Height * scale));
        byte[] colors = Draw(crop.Resize(width, height, ResizeKernel.Bicubic));
        try
        {
            fixed (byte* pixels = colors)
            {
                using var pixmap = new SKPixmap(
                    new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque),
                    (nint)pixels
                );
                using SKData data =
                    pixmap.Encode(SKPngEncoderOptions.Default)
                    ?? throw new InvalidOperationException(
                        $"Skia could not encode a picture of {width}×{height} as PNG."
                    );
                return data.ToArray();
            }
        }
        catch (Exception e) when (NativeLibraries.IsMissing(e))
        {
            throw NativeLibraries.Missing("SkiaSharp", e);
        }
    }

    private byte[] Draw(GrayImage picture)
    {
        byte[] colors = new byte[picture.Pixels.Length * 4];
        for (int i = 0; i < picture.Pixels.Length; i++)
        {
            // Pixel centres lie at half integers, as in the crop's own enlarging.
            double y = (((i / picture.Width) + 0.5) * Height / picture.Height) - 0.5;
            double x = (((i % picture.Width) + 0.5) * Width / picture.Width) - 0.5;
            AnnotationColor color = HeatColors.Over(picture.Pixels[i], BilinearMap.At(values, Height, Width, y, x));
            (colors[4 * i], colors[(4 * i) + 1], colors[(4 * i) + 2], colors[(4 * i) + 3]) = (
                color.Red,
                color.Green,
                color.Blue,
                255
            );
        }

        return colors;
    }
}
