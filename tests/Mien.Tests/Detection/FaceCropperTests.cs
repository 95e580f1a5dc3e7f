namespace Mien.Tests;

/// <summary>
/// Compares crops with a naive reference in double precision, in which the kernel is evaluated at every photo pixel.
/// </summary>
public sealed class FaceCropperTests
{
    private static readonly FaceFraming AsIs = new(1, 0);

    public static TheoryData<ResizeKernel, double, double> ScalesAndRolls()
    {
        var data = new TheoryData<ResizeKernel, double, double>();
        foreach (ResizeKernel kernel in new[] { ResizeKernel.Bilinear, ResizeKernel.Bicubic, ResizeKernel.Lanczos })
        {
            foreach (double scale in new[] { 0.3, 0.9, 1.0, 1.7, 3.5, Math.Round(FaceCropper.CoarseScale * 0.99, 2) })
            {
                foreach (double roll in new[] { 0, 17, 45, 90, 133, 180, -60 })
                {
                    data.Add(kernel, scale, roll);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(ScalesAndRolls))]
    public void A_crop_matches_the_naive_reference(ResizeKernel kernel, double scale, double roll)
    {
        // In the middle, and across a corner, outside of which the edge pixels repeat.
        foreach ((float x, float y) in new[] { (80.3f, 71.9f), (3.5f, 140.2f) })
        {
            AssertNear(Noise(), kernel, scale, roll, x, y, tolerance: 1.6);
        }
    }

    [Theory]
    [InlineData(1.01)]
    [InlineData(1.4)]
    [InlineData(2.1)]
    [InlineData(3.3)]
    public void A_crop_of_a_large_face_from_block_means_differs_little(double times)
    {
        double scale = FaceCropper.CoarseScale * times;
        GrayImage face = MadePhotos.Canvas(360, 350, new MadeFace("surprise", 60, 50, 240)),
            noise = Noise();
        foreach (double roll in new[] { 0, 30, 90, 155 })
        {
            AssertNear(face, ResizeKernel.Bicubic, scale, roll, 180.3f, 171.9f, tolerance: 2.5);

            // The worst case: noise, in which every pixel differs from its neighbours.
            AssertNear(noise, ResizeKernel.Bicubic, scale, roll, 80.3f, 71.9f, tolerance: 12);
        }
    }

    [Theory]
    [InlineData(ResizeKernel.Box)]
    [InlineData(ResizeKernel.Nearest)]
    public void A_rotated_box_kernel_without_a_pixel_centre_takes_the_nearest_pixel(ResizeKernel kernel)
    {
        using Photo photo = Flat(90, 200, 150);
        for (int roll = 0; roll < 180; roll += 5)
        {
            foreach (float side in new[] { 16, 17, 20, 25 })
            {
                byte[] crop = Crop(photo, new FaceBox(80, 60, side, side), roll, Contract(kernel));
                Check.All(crop, v => Assert.Equal(90, v));
            }
        }
    }

    [Theory]
    [InlineData(ResizeKernel.Bilinear, 5)]
    [InlineData(ResizeKernel.Bicubic, 5)]
    [InlineData(ResizeKernel.Lanczos, 5)]
    [InlineData(ResizeKernel.Box, 5)]
    [InlineData(ResizeKernel.Bicubic, 1)]
    [InlineData(ResizeKernel.Bicubic, 2)]
    public void An_upright_crop_on_the_pixel_grid_matches_the_resampled_photo(ResizeKernel kernel, int step)
    {
        GrayImage image = ImageFiles.Pattern(48 * step, 40 * step, seed: step);
        using Photo photo = Photo.FromPixels(image.Pixels, image.Width, image.Height, PixelLayout.Gray);
        GrayImage whole = image.Resize(48, 40, kernel);

        byte[] crop = Crop(photo, new FaceBox(12 * step, 8 * step, 16 * step, 16 * step), 0, Contract(kernel));

        for (int i = 0; i < crop.Length; i++)
        {
            int expected = whole.Pixels[((8 + (i / 16)) * 48) + 12 + (i % 16)];
            Assert.True(Math.Abs(expected - crop[i]) <= 1, $"pixel {i}: {expected} against {crop[i]}");
        }
    }

    [Fact]
    public void The_framing_enlarges_the_box_and_moves_it_along_the_face()
    {
        GrayImage image = ImageFiles.Pattern(200, 160, seed: 5);
        using Photo photo = Photo.FromPixels(image.Pixels, 200, 160, PixelLayout.Gray);
        ModelContract contract = Contract(ResizeKernel.Bicubic);
        byte[] framed = new byte[256],
            upright = new byte[256],
            turned = new byte[256],
            expected = new byte[256];

        // A box of 40 × 60 has a side of 50: twice that is 100, and a tenth of it is 5 down, or left if the face's down
        // is left.
        FaceCropper.Crop(photo, new FaceBox(60, 40, 40, 60), 0, new FaceFraming(2, 0.1f), contract, framed);
        FaceCropper.Crop(photo, new FaceBox(30, 25, 100, 100), 0, AsIs, contract, upright);
        FaceCropper.Crop(photo, new FaceBox(60, 40, 40, 60), 90, new FaceFraming(2, 0.1f), contract, turned);
        FaceCropper.Crop(photo, new FaceBox(25, 20, 100, 100), 90, AsIs, contract, expected);

        Assert.Equal(upright, framed);
        Assert.Equal(expected, turned);
    }

    [Fact]
    public void A_crop_that_is_not_square_shows_more_along_its_longer_side()
    {
        GrayImage image = ImageFiles.Pattern(96, 96, seed: 8);
        using Photo photo = Photo.FromPixels(image.Pixels, 96, 96, PixelLayout.Gray);
        ModelContract wide = Contract(ResizeKernel.Bicubic) with { Width = 24, Height = 16 };
        byte[] crop = new byte[24 * 16];

        FaceCropper.Crop(photo, new FaceBox(32, 32, 32, 32), 0, AsIs, wide, crop);

        byte[] square = Crop(photo, new FaceBox(32, 32, 32, 32), 0, Contract(ResizeKernel.Bicubic));
        for (int i = 0; i < 256; i++)
        {
            Assert.Equal(square[i], crop[(i / 16 * 24) + 4 + (i % 16)]);
        }
    }

    [Fact]
    public void A_crop_outside_the_photo_repeats_the_edge()
    {
        using Photo photo = Flat(77, 50, 40);
        foreach (
            FaceBox box in new FaceBox[]
            {
                new(-1000, 10, 60, 60),
                new(20, 99999, 60, 60),
                new(-5000, -5000, 9999, 9999),
                new(10, 10, 0.001f, 0.001f),
            }
        )
        {
            Check.All(Crop(photo, box, 33, Contract(ResizeKernel.Lanczos)), v => Assert.Equal(77, v));
        }
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(-25, 8)]
    [InlineData(60, 8)]
    [InlineData(90, 4)]
    [InlineData(180, 4)]
    [InlineData(-135, 8)]
    public void A_rotated_face_gives_nearly_the_same_crop(float angle, int allowed)
    {
        GrayImage upright = MadePhotos.Canvas(500, 500, new MadeFace("happiness", 150, 150, 200));
        using Photo photo = MadePhotos.Photo(upright);
        using Photo turned = MadePhotos.Turned(upright, angle);
        ModelContract contract = Contract(ResizeKernel.Bicubic) with { Width = 48, Height = 48 };
        var box = new FaceBox(150, 150, 200, 200);
        byte[] expected = new byte[48 * 48],
            crop = new byte[48 * 48];

        FaceCropper.Crop(photo, box, 0, AsIs, contract, expected);
        FaceCropper.Crop(turned, box, angle, AsIs, contract, crop);

        double mean = expected.Zip(crop, (a, b) => Math.Abs(a - b)).Average();
        Assert.True(mean <= allowed / 4.0, $"mean difference {mean:0.00}");
    }

    private static byte[] Crop(Photo photo, FaceBox box, float roll, ModelContract contract)
    {
        byte[] crop = new byte[contract.Width * contract.Height];
        FaceCropper.Crop(photo, box, roll, AsIs, contract, crop);
        return crop;
    }

    private static ModelContract Contract(ResizeKernel kernel) =>
        new()
        {
            Name = "test",
            Width = 16,
            Height = 16,
            Labels = [],
            Resize = kernel,
        };

    private static Photo Flat(byte value, int width, int height) =>
        Photo.FromPixels([.. Enumerable.Repeat(value, width * height)], width, height, PixelLayout.Gray);

    private static GrayImage Noise() => ImageFiles.Pattern(160, 150, seed: 11);

    private static void AssertNear(
        GrayImage image,
        ResizeKernel kernel,
        double scale,
        double roll,
        float x,
        float y,
        double tolerance
    )
    {
        using Photo photo = MadePhotos.Photo(image);
        float side = (float)(16 * scale);

        byte[] crop = Crop(
            photo,
            new FaceBox(x - (side / 2), y - (side / 2), side, side),
            (float)roll,
            Contract(kernel)
        );

        double[] reference = Reference(image, x, y, scale, roll, kernel);
        for (int i = 0; i < crop.Length; i++)
        {
            double expected = Math.Clamp(reference[i], 0, 255);
            Assert.True(
                Math.Abs(expected - crop[i]) <= tolerance,
                $"pixel {i % 16}, {i / 16} at {x}, {y}: reference {expected:0.00}, got {crop[i]}"
            );
        }
    }

    private static double[] Reference(
        GrayImage image,
        double centreX,
        double centreY,
        double scale,
        double roll,
        ResizeKernel kernel
    )
    {
        (double sin, double cos) = Math.SinCos(roll * Math.PI / 180);
        double[] crop = new double[256];
        double widening = Math.Max(scale, 1);

        // A rotated kernel reaches along x and y as far as its diagonal.
        int reach = (int)Math.Ceiling(ResampleWeights.Radius(kernel) * widening * 1.5) + 1;
        for (int i = 0; i < crop.Length; i++)
        {
            double u = ((i % 16) + 0.5 - 8) * scale,
                v = ((i / 16) + 0.5 - 8) * scale;
            double px = centreX + (u * cos) - (v * sin),
                py = centreY + (u * sin) + (v * cos);
            double sum = 0,
                total = 0;
            for (int y = (int)py - reach; y <= (int)py + reach; y++)
            {
                for (int x = (int)px - reach; x <= (int)px + reach; x++)
                {
                    double dx = x + 0.5 - px,
                        dy = y + 0.5 - py;

                    // The kernel is aligned with the axes of the crop when the face shrinks, and of the photo when it
                    // grows.
                    double weight =
                        scale >= 1
                            ? ResampleWeights.Kernel(kernel, ((dx * cos) + (dy * sin)) / widening)
                                * ResampleWeights.Kernel(kernel, ((dy * cos) - (dx * sin)) / widening)
                            : ResampleWeights.Kernel(kernel, dx) * ResampleWeights.Kernel(kernel, dy);
                    int inside = (Math.Clamp(y, 0, image.Height - 1) * image.Width) + Math.Clamp(x, 0, image.Width - 1);
                    sum += weight * image.Pixels[inside];
                    total += weight;
                }
            }

            crop[i] = sum / total;
        }

        return crop;
    }
}
