using Mien.Data;

namespace Mien.Lab;

/// <summary>The pixel mean of many faces.</summary>
internal static class MeanFace
{
    /// <summary>A mean of fewer images is not made: a person could be recognised in it.</summary>
    public const int LeastImages = 50;

    /// <summary>The images of one label that a model gives that label with the highest probability.</summary>
    public static int[] Surest(FaceDataset images, float[] probabilities, Expression expression, int count) =>
    [
        .. Enumerable.Range(0, images.Count)
            .Where(i => images.Label(i) == expression)
            .OrderByDescending(i => probabilities[(i * Expressions.Count) + (int)expression])
            .ThenBy(i => i)
            .Take(count),
    ];

    /// <summary>The mean of some images, stretched so that one pixel in a hundred is black and one white: a plain mean is flat.</summary>
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
        double low = sorted[sorted.Length / 100], high = sorted[^(1 + (sorted.Length / 100))];
        byte[] pixels = [.. sum.Select(s => (byte)Math.Round(255 * Math.Clamp((s - low) / Math.Max(high - low, 1e-9), 0, 1)))];
        return new GrayImage(images.Width, images.Height, pixels);
    }
}
