using Mien.Data;

namespace Mien.Training;

/// <summary>Converts pixel scalings into numbers.</summary>
internal static class PixelInput
{
    /// <summary>Returns the scale and offset of a scaling: input = pixel (0..255) × scale + offset.</summary>
    /// <param name="scaling">The scaling.</param>
    /// <param name="images">The training images; used only by <see cref="PixelScaling.Standard"/>.</param>
    /// <returns>Scale and offset.</returns>
    /// <exception cref="TrainingException">Standard scaling was requested without images.</exception>
    public static (float Scale, float Offset) Of(PixelScaling scaling, FaceDataset? images)
    {
        switch (scaling)
        {
            case PixelScaling.Signed:
                return (2f / 255, -1);
            case PixelScaling.Standard when images is { Count: > 0 }:
                long sum = 0,
                    squares = 0;
                foreach (byte pixel in images.Pixels)
                {
                    sum += pixel;
                    squares += pixel * pixel;
                }

                double mean = (double)sum / images.Pixels.Length;
                double deviation = Math.Max(1, Math.Sqrt(((double)squares / images.Pixels.Length) - (mean * mean)));
                return ((float)(1 / deviation), (float)(-mean / deviation));
            case PixelScaling.Standard:
                throw new TrainingException(
                    ErrorKind.BadInput,
                    "noImages",
                    "The recipe's scaling 'standard' needs the training images. Pass --data."
                );
            default:
                return (1f / 255, 0);
        }
    }
}
