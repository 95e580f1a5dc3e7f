using Mien.Data;

namespace Mien.Training.Running;

/// <summary>Finds the numbers of a <see cref="PixelScaling"/>.</summary>
internal static class InputScaling
{
    /// <summary>Input = pixel × scale + offset.</summary>
    /// <param name="scaling">How pixels become inputs.</param>
    /// <param name="images">The training images.</param>
    /// <returns>The two numbers.</returns>
    public static (float Scale, float Offset) Of(PixelScaling scaling, FaceDataset images)
    {
        switch (scaling)
        {
            case PixelScaling.Signed:
                return (2f / 255, -1);
            case PixelScaling.Standard:
                long sum = 0, squares = 0;
                foreach (byte pixel in images.Pixels)
                {
                    sum += pixel;
                    squares += pixel * pixel;
                }

                double mean = (double)sum / images.Pixels.Length;
                double deviation = Math.Sqrt(((double)squares / images.Pixels.Length) - (mean * mean));
                return ((float)(1 / Math.Max(deviation, 1)), (float)(-mean / Math.Max(deviation, 1)));
            default:
                return (1f / 255, 0);
        }
    }
}
