using System.Globalization;
using SkiaSharp;

namespace Mien;

/// <summary>
/// The regions of a face that drove the prediction of one label: one value per pixel of the crop that the network saw.
/// It describes the network, not the reasons for a person's expression (docs/explanation.md). Immutable and
/// thread-safe.
/// </summary>
public sealed class FaceExplanation
{
    /// <summary>The maximum length of a heat map's longer side.</summary>
    private const int MaxSide = 4096;

    private readonly GrayImage crop;
    private readonly float[] values;

    /// <summary>
    /// Takes ownership of the values and normalises them in place; the crop is neither copied nor modified.
    /// </summary>
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

    /// <summary>The explained label; for a <see cref="RecognizedFace"/>, its most probable label.</summary>
    public string Label { get; }

    /// <summary>The method that computed the values.</summary>
    public ExplanationMethod Method { get; }

    /// <summary>The number of columns: the width of the network's input in pixels.</summary>
    public int Width => crop.Width;

    /// <summary>The number of rows: the height of the network's input in pixels.</summary>
    public int Height => crop.Height;

    /// <summary>
    /// Height × width values −1..1, row by row from the top. Positive values raise the score of the label, negative
    /// values lower it. The largest absolute value is 1, so values of different faces are not comparable. All values
    /// are 0 if no region changes the score.
    /// </summary>
    public IReadOnlyList<float> Values => values;

    /// <summary>
    /// Renders the heat map over the gray crop and encodes it as PNG. Regions that raise the score are red to pale
    /// yellow, regions that lower it dark to light blue; the weaker the effect, the more transparent the colour.
    /// Thread-safe.
    /// </summary>
    /// <param name="side">
    /// The longer side of the image in pixels, 1 to 4096; the default is 192. The crop is resized bicubically, the map
    /// bilinearly.
    /// </param>
    /// <returns>The bytes of the PNG file; the caller owns the array.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="side"/> is not in 1..4096.</exception>
    /// <exception cref="MienException"><c>noNativeLibrary</c>: the native library of Skia is missing.</exception>
    public unsafe byte[] EncodePng(int side = 192)
    {
        if (side is < 1 or > MaxSide)
        {
            throw new ArgumentOutOfRangeException(
                nameof(side),
                side,
                string.Create(CultureInfo.InvariantCulture, $"Expected 1 to {MaxSide} pixels.")
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
                        $"Skia could not encode an image of {width}×{height} as PNG."
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
            // Pixel centres are at half integers, as when the crop itself is resized.
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
