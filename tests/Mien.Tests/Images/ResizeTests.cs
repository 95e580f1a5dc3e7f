namespace Mien.Tests;

public sealed class ResizeTests
{
    public static TheoryData<ResizeKernel, int, int, int, int> Sizes()
    {
        var data = new TheoryData<ResizeKernel, int, int, int, int>();
        foreach (ResizeKernel kernel in Enum.GetValues<ResizeKernel>())
        {
            data.Add(kernel, 48, 48, 96, 96);
            data.Add(kernel, 96, 96, 48, 48);
            data.Add(kernel, 123, 77, 48, 48);
            data.Add(kernel, 301, 5, 17, 40);
            data.Add(kernel, 7, 211, 48, 48);
            data.Add(kernel, 48, 48, 44, 44);
            data.Add(kernel, 1, 1, 48, 48);
            data.Add(kernel, 65, 64, 1, 1);
            data.Add(kernel, 48, 64, 48, 32);
            data.Add(kernel, 2, 2, 3, 5);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Resizing_matches_the_naive_reference(
        ResizeKernel kernel,
        int width,
        int height,
        int newWidth,
        int newHeight
    )
    {
        GrayImage image = ImageFiles.Pattern(width, height, seed: width + height);

        GrayImage resized = image.Resize(newWidth, newHeight, kernel);

        Assert.Equal((newWidth, newHeight), (resized.Width, resized.Height));
        double[] reference = Reference(image, newWidth, newHeight, kernel);
        for (int i = 0; i < reference.Length; i++)
        {
            // 0.5 for rounding to a byte, the rest for single precision.
            double difference = Math.Abs(Math.Clamp(reference[i], 0, 255) - resized.Pixels[i]);
            Assert.True(difference <= 0.5005, $"pixel {i}: reference {reference[i]}, got {resized.Pixels[i]}");
        }
    }

    [Fact]
    public void The_same_size_gives_an_exact_copy()
    {
        GrayImage image = ImageFiles.Pattern(31, 17);
        foreach (ResizeKernel kernel in Enum.GetValues<ResizeKernel>())
        {
            GrayImage copy = image.Resize(31, 17, kernel);
            Assert.Equal(image.Pixels, copy.Pixels);
            Assert.NotSame(image.Pixels, copy.Pixels);
        }
    }

    [Fact]
    public void A_constant_image_stays_constant()
    {
        foreach (ResizeKernel kernel in Enum.GetValues<ResizeKernel>())
        {
            foreach (byte value in new byte[] { 0, 1, 127, 254, 255 })
            {
                byte[] pixels = new byte[50 * 30];
                Array.Fill(pixels, value);
                Check.All(new GrayImage(50, 30, pixels).Resize(17, 48, kernel).Pixels, p => Assert.Equal(value, p));
            }
        }
    }

    [Fact]
    public void Overshoot_at_an_edge_is_clamped()
    {
        byte[] pixels = [.. Enumerable.Range(0, 64).Select(i => (byte)(i % 8 < 4 ? 0 : 255))];
        byte[] wide = new GrayImage(8, 8, pixels).Resize(40, 8, ResizeKernel.Bicubic).Pixels;
        Assert.Equal(0, wide[17]); // the reference is negative here
        Assert.Equal(255, wide[22]);
    }

    [Fact]
    public void Bilinear_shrinking_by_two_matches_values_computed_by_hand()
    {
        // Widened to radius 2, the weights are 1/8, 3/8, 3/8, 1/8 inside; truncated and normalised at the edge, 3/7,
        // 3/7, 1/7.
        byte[] row = [70, 0, 0, 80, 0, 0];
        byte[] small = new GrayImage(6, 1, row).Resize(3, 1, ResizeKernel.Bilinear).Pixels;
        Assert.Equal([30, 30, 11], small); // 70·3/7 = 30; 80·3/8 = 30; 80·1/7 = 11.4
    }

    [Fact]
    public void Sizes_under_one_and_unknown_kernels_are_refused()
    {
        GrayImage image = ImageFiles.Pattern(4, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Resize(0, 4, ResizeKernel.Bicubic));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Resize(4, -1, ResizeKernel.Bicubic));
        ArgumentException error = Assert.Throws<ArgumentOutOfRangeException>(() => image.Resize(5, 5, (ResizeKernel)9));
        Assert.Contains("Expected one of the resampling kernels.", error.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Computes two-dimensional sums in double precision directly from the definition, pixel by pixel.
    /// </summary>
    private static double[] Reference(GrayImage image, int width, int height, ResizeKernel kernel)
    {
        double scaleX = (double)image.Width / width,
            scaleY = (double)image.Height / height;
        double[] result = new double[width * height];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double centreX = (x + 0.5) * image.Width / width,
                    centreY = (y + 0.5) * image.Height / height;
                if (kernel == ResizeKernel.Nearest)
                {
                    result[(y * width) + x] = image.Pixels[((int)centreY * image.Width) + (int)centreX];
                    continue;
                }

                double sum = 0,
                    weights = 0;
                for (int j = 0; j < image.Height; j++)
                {
                    double row = Weight(kernel, (j + 0.5 - centreY) / Math.Max(scaleY, 1));
                    for (int i = 0; i < image.Width && row != 0; i++)
                    {
                        double weight = row * Weight(kernel, (i + 0.5 - centreX) / Math.Max(scaleX, 1));
                        sum += weight * image.Pixels[(j * image.Width) + i];
                        weights += weight;
                    }
                }

                result[(y * width) + x] = sum / weights;
            }
        }

        return result;
    }

    private static double Weight(ResizeKernel kernel, double distance)
    {
        double x = Math.Abs(distance);
        switch (kernel)
        {
            case ResizeKernel.Box:
                return distance is > -0.5 + 1e-9 and <= 0.5 + 1e-9 ? 1 : 0;
            case ResizeKernel.Bilinear:
                return x < 1 ? 1 - x : 0;
            case ResizeKernel.Bicubic:
                const double a = -0.5;
                return x < 1 ? ((a + 2) * x * x * x) - ((a + 3) * x * x) + 1
                    : x < 2 ? (a * x * x * x) - (5 * a * x * x) + (8 * a * x) - (4 * a)
                    : 0;
            default:
                return x == 0 ? 1
                    : x < 3 ? 3 * Math.Sin(Math.PI * x) * Math.Sin(Math.PI * x / 3) / (Math.PI * Math.PI * x * x)
                    : 0;
        }
    }
}
