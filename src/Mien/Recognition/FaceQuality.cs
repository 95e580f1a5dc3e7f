namespace Mien;

/// <summary>How well a face can be seen. Immutable.</summary>
/// <param name="Size">
/// The mean of the width and the height of the bounding box, in pixels of the photo in full resolution.
/// </param>
/// <param name="Sharpness">
/// The variance of the Laplacian of the crop that the network saw, divided by the variance of its gray values: 0 for a
/// blank crop, 0.3 to 1.5 for nine of ten images of FER2013, 20 for white noise, at most 64. It has no unit. Blur
/// lowers it, noise raises it, and a change of brightness or contrast does not matter. Compare it only between models
/// with the same input size.
/// </param>
/// <param name="Contrast">
/// The standard deviation of the gray values 0..255 of the crop that the network saw, 0..127.5.
/// </param>
/// <param name="TouchesEdge">
/// Whether the bounding box reaches the edge of the photo or extends beyond it, so that a part of the face may be
/// missing; <see langword="false"/> for a face crop.
/// </param>
/// <param name="Yaw">
/// The rotation of the head to the side in degrees, −180..180: 0 looks into the camera, positive towards the right edge
/// of the image, and ±90 is a profile. Estimated from the six keypoints; on average it is off by 3 degrees up to 20
/// degrees and by 11 over 45; <see langword="null"/> if face detection was skipped.
/// </param>
public sealed record FaceQuality(float Size, float Sharpness, float Contrast, bool TouchesEdge, float? Yaw)
{
    /// <summary>The distance from the edge of the photo, in pixels, at which a box touches it.</summary>
    private const float EdgeMargin = 0.5f;

    /// <summary>Measures a face in a photo.</summary>
    /// <param name="box">The bounding box, in pixels of the photo in full resolution.</param>
    /// <param name="keypoints">The keypoints; <see langword="null"/> if there are none.</param>
    /// <param name="photo">The photo.</param>
    /// <param name="crop">The crop that the network saw.</param>
    /// <param name="contract">Gives the size of the crop.</param>
    internal static FaceQuality OfFace(
        FaceBox box,
        FaceKeypoints? keypoints,
        Photo photo,
        ReadOnlySpan<byte> crop,
        ModelContract contract
    ) =>
        OfPixels(crop, contract.Width) with
        {
            Size = (box.Width + box.Height) / 2,
            TouchesEdge =
                box.X < EdgeMargin
                || box.Y < EdgeMargin
                || box.Right > photo.Width - EdgeMargin
                || box.Bottom > photo.Height - EdgeMargin,
            Yaw = keypoints is null ? null : FaceYaw.Of(keypoints),
        };

    /// <summary>Measures a face crop.</summary>
    /// <param name="width">The width of the given image in pixels.</param>
    /// <param name="height">The height of the given image in pixels.</param>
    /// <param name="crop">The crop that the network saw.</param>
    internal static FaceQuality OfCrop(int width, int height, GrayImage crop) =>
        OfPixels(crop.Pixels, crop.Width) with
        {
            Size = (width + height) / 2f,
        };

    private static FaceQuality OfPixels(ReadOnlySpan<byte> pixels, int width)
    {
        int height = pixels.Length / width;
        double variance = Variance(pixels);

        // The Laplacian with the four nearest neighbours, of all pixels that have them.
        double sum = 0,
            squares = 0;
        for (int y = 1; y < height - 1; y++)
        {
            for (int i = (y * width) + 1; i < ((y + 1) * width) - 1; i++)
            {
                int value = pixels[i - width] + pixels[i + width] + pixels[i - 1] + pixels[i + 1] - (4 * pixels[i]);
                sum += value;
                squares += value * value;
            }
        }

        int count = Math.Max((width - 2) * (height - 2), 1);
        double laplacian = (squares / count) - (sum / count * (sum / count));
        return new FaceQuality(
            0,
            variance > 0 ? (float)(laplacian / variance) : 0,
            (float)Math.Sqrt(variance),
            false,
            null
        );
    }

    private static double Variance(ReadOnlySpan<byte> pixels)
    {
        long sum = 0,
            squares = 0;
        foreach (byte gray in pixels)
        {
            sum += gray;
            squares += gray * gray;
        }

        double mean = (double)sum / pixels.Length;
        return Math.Max(((double)squares / pixels.Length) - (mean * mean), 0);
    }
}
