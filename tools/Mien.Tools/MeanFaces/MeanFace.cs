using System.Numerics.Tensors;
using Mien.Data;

namespace Mien.Tools;

/// <summary>The pixel mean of many faces.</summary>
internal static class MeanFace
{
    /// <summary>A mean of fewer images is not made: a person could be recognised in it.</summary>
    public const int MinImages = 50;

    /// <summary>
    /// Two images whose pixels correlate more than this may be one photo, stored or cropped twice: only one of them is
    /// taken, so that nobody stands in a mean several times.
    /// </summary>
    public const double SamePhoto = 0.7;

    /// <summary>
    /// The images of one label that a model gives that label with the highest probability, no two of them alike.
    /// </summary>
    public static int[] Surest(FaceDataset images, float[] probabilities, Expression expression, int count)
    {
        var chosen = new List<int>();
        var patterns = new List<float[]>();
        foreach (
            int index in Enumerable
                .Range(0, images.Count)
                .Where(i => images.Label(i) == expression)
                .OrderByDescending(i => probabilities[(i * Expressions.Count) + (int)expression])
                .ThenBy(i => i)
        )
        {
            float[] pattern = Standardised(images.Image(index));
            if (chosen.Count < count && patterns.TrueForAll(p => TensorPrimitives.Dot(p, pattern) < SamePhoto))
            {
                chosen.Add(index);
                patterns.Add(pattern);
            }
        }

        return [.. chosen];
    }

    /// <summary>The pixels less their mean, scaled to length 1: the product of two such is their correlation.</summary>
    private static float[] Standardised(ReadOnlySpan<byte> image)
    {
        float[] values = new float[image.Length];
        TensorPrimitives.ConvertTruncating(image, values);
        TensorPrimitives.Subtract(values, TensorPrimitives.Sum(values) / values.Length, values);
        TensorPrimitives.Divide(values, Math.Max(TensorPrimitives.Norm(values), 1e-6f), values);
        return values;
    }

    /// <summary>
    /// The mean of some images, stretched so that one pixel in a hundred is black and one white: a plain mean is flat.
    /// </summary>
    public static GrayImage Of(FaceDataset images, int[] chosen)
    {
        double[] sum = new double[images.Width * images.Height];
        foreach (int index in chosen)
        {
            ReadOnlySpan<byte> image = images.Image(index);
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += image[i];
            }
        }

        double[] sorted = [.. sum.Order()];
        double low = sorted[sorted.Length / 100],
            high = sorted[^(1 + (sorted.Length / 100))];
        byte[] pixels =
        [
            .. sum.Select(s => (byte)Math.Round(255 * Math.Clamp((s - low) / Math.Max(high - low, 1e-9), 0, 1))),
        ];
        return new GrayImage(images.Width, images.Height, pixels);
    }
}
