using Mien.Data;
using Mien.Networks;

namespace Mien.Training.Tests;

public class AugmenterTests
{
    private static readonly TrainingRecipe Nothing = Made.Bare;
    private static readonly TrainingRecipe Everything = Made.Bare with
    {
        Flip = 0.5,
        Shift = 0.2,
        Rotation = 30,
        Scale = 0.2,
        Crop = 0.7,
        Brightness = 0.2,
        Contrast = 0.3,
        Erasing = 0.5,
    };

    [Fact]
    public void Zero_strengths_leave_the_image_unchanged()
    {
        FaceDataset data = Made.Data(4, 0);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(data.Image(i).ToArray().Select(p => (float)p), Write(Nothing, data, i, 0));
            Assert.Equal(
                data.Image(i).ToArray().Select(p => (p * 0.5f) - 1),
                Write(Nothing, data, i, 3, scale: 0.5f, offset: -1)
            );
        }

        // Sides that are not a power of two round in the seventh digit.
        data = Made.Data(1, 0, side: 48);
        Check.All(data.Image(0).ToArray().Zip(Write(Nothing, data, 0, 0)), p => Assert.Equal(p.First, p.Second, 0.01));
    }

    [Fact]
    public void A_flip_mirrors_columns()
    {
        FaceDataset data = Made.Data(2, 0);
        float[] flipped = Write(Nothing with { Flip = 1 }, data, 1, 0);
        for (int i = 0; i < 64; i++)
        {
            Assert.Equal(data.Image(1)[(i / 8 * 8) + 7 - (i % 8)], flipped[i]);
        }

        int half = Enumerable
            .Range(0, 400)
            .Count(epoch => Write(Nothing with { Flip = 0.5 }, data, 1, epoch).SequenceEqual(flipped));
        Assert.InRange(half, 160, 240);
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(2, 0)]
    [InlineData(-1, -5)]
    public void A_shift_by_whole_pixels_moves_them_and_repeats_the_edge(int right, int down)
    {
        FaceDataset data = Made.Data(1, 0);
        float[] moved = Sample(data.Image(0), 8, new Affine(1, 0, right * 2f / 8, 0, 1, down * 2f / 8), 8);
        for (int i = 0; i < 64; i++)
        {
            Assert.Equal(
                data.Image(0)[(Math.Clamp((i / 8) + down, 0, 7) * 8) + Math.Clamp((i % 8) + right, 0, 7)],
                moved[i]
            );
        }
    }

    [Fact]
    public void A_quarter_turn_moves_rows_to_columns()
    {
        FaceDataset data = Made.Data(1, 0);
        float[] turned = Sample(data.Image(0), 8, new Affine(0, -1, 0, 1, 0, 0), 8);
        for (int i = 0; i < 64; i++)
        {
            Assert.Equal(data.Image(0)[(i % 8 * 8) + 7 - (i / 8)], turned[i]);
        }
    }

    [Theory]
    [InlineData(12, 12)]
    [InlineData(12, 8)]
    [InlineData(9, 15)]
    public void Resampling_agrees_with_the_plain_definition(int side, int outputSide)
    {
        FaceDataset data = Made.Data(1, 0, side);
        TrainingRecipe recipe = Everything with { Brightness = 0, Contrast = 0, Erasing = 0 };
        for (int epoch = 0; epoch < 60; epoch++)
        {
            SeededRandom random = SeededRandom.For(recipe.Seed, RandomPurpose.Augmentation, epoch, 0);
            Affine map = Affine.Draw(recipe, false, ref random);
            double[] expected = PlainSample(data.Image(0), side, map, outputSide);
            float[] actual = Write(recipe, data, 0, epoch, side: outputSide);
            Check.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, 0.01));
        }

        // Plain images are resized as the library does for exported models.
        float[] resized =
        [
            .. new GrayImage(side, side, data.Image(0).ToArray())
                .Resize(outputSide, outputSide, ResizeKernel.Bicubic)
                .Pixels.ToArray()
                .Select(p => (float)p),
        ];
        float[] unchanged = new float[outputSide * outputSide];
        new Augmenter(recipe, data, 1, 0).WriteUnchanged(0, outputSide, outputSide, unchanged);
        Assert.Equal(resized, unchanged);
        Assert.Equal(resized, Write(recipe with { Flip = 0 }, data, 0, 0, plain: true, side: outputSide));
        Assert.Equal(
            resized.Chunk(outputSide).SelectMany(row => row.Reverse()),
            Write(recipe with { Flip = 1 }, data, 0, 0, plain: true, side: outputSide)
        );
    }

    [Fact]
    public void Drawn_values_span_their_range()
    {
        var angles = new List<double>();
        var sizes = new List<double>();
        var shifts = new List<double>();
        var crops = new List<double>();
        for (int i = 0; i < 2000; i++)
        {
            Affine turned = Draw(Nothing with { Rotation = 30 }, i);
            angles.Add(Math.Atan2(turned.Yx, turned.Xx) * 180 / Math.PI);
            Assert.Equal(1, ((double)turned.Xx * turned.Yy) - ((double)turned.Xy * turned.Yx), 1e-5);
            Assert.Equal((turned.Xx, turned.Yx, 0, 0), (turned.Yy, -turned.Xy, turned.X0, turned.Y0));

            // Half the size in the output means twice the distance in the source.
            sizes.Add(1 / Draw(Nothing with { Scale = 0.25 }, i).Xx);
            Affine shifted = Draw(Nothing with { Shift = 0.2 }, i);
            shifts.AddRange([shifted.X0 / 2, shifted.Y0 / 2]); // −1 to 1 is the full side
            Assert.Equal((1, 0, 0, 1), (shifted.Xx, shifted.Xy, shifted.Yx, shifted.Yy));

            Affine cropped = Draw(Nothing with { Crop = 0.6 }, i);
            crops.Add(cropped.Xx);
            Assert.Equal(cropped.Xx, cropped.Yy);
            Assert.True(
                cropped.Xx + Math.Max(Math.Abs(cropped.X0), Math.Abs(cropped.Y0)) <= 1.00001,
                "The crop leaves the image."
            );
        }

        AssertSpread(angles, -30, 30);
        AssertSpread(sizes, 0.75, 1.25);
        AssertSpread(shifts, -0.2, 0.2);
        AssertSpread(crops, 0.6, 1);
    }

    [Fact]
    public void The_last_epochs_keep_only_flips()
    {
        FaceDataset data = Made.Data(1, 0);
        float[] image = [.. data.Image(0).ToArray().Select(p => (float)p)];
        float[] mirrored = Write(Nothing with { Flip = 1 }, data, 0, 0);
        var seen = new HashSet<bool>();
        for (int epoch = 0; epoch < 30; epoch++)
        {
            float[] plain = Write(Everything, data, 0, epoch, plain: true);
            Assert.True(plain.SequenceEqual(image) || plain.SequenceEqual(mirrored));
            seen.Add(plain.SequenceEqual(image));
        }

        Assert.Equal(2, seen.Count);
    }

    [Fact]
    public void Augmentation_depends_only_on_seed_epoch_and_index()
    {
        byte[] image = [.. Made.Data(1, 0).Image(0)];
        FaceDataset twice = Made.Images(8, image, image);
        float[] first = Write(Everything, twice, 0, 0);
        Write(Everything, twice, 1, 5);
        Assert.Equal(first, Write(Everything, twice, 0, 0));
        Assert.NotEqual(first, Write(Everything, twice, 0, 1));
        Assert.NotEqual(first, Write(Everything, twice, 1, 0));
        Assert.NotEqual(first, Write(Everything with { Seed = 2 }, twice, 0, 0));
    }

    [Fact]
    public void Brightness_adds_and_contrast_stretches_about_the_mean()
    {
        FaceDataset grey = Made.Images(2, [100, 100, 100, 100]),
            two = Made.Images(2, [90, 90, 110, 110]);
        var brighter = new List<double>();
        var stretched = new List<double>();
        for (int epoch = 0; epoch < 500; epoch++)
        {
            float[] one = Write(Nothing with { Brightness = 0.2 }, grey, 0, epoch);
            Assert.Single(one.Distinct());
            brighter.Add((one[0] - 100) / 255.0);

            float[] other = Write(Nothing with { Contrast = 0.5 }, two, 0, epoch);
            Assert.Equal(100, other.Average(), 1e-3);
            stretched.Add((other[2] - other[0]) / 20.0);
        }

        AssertSpread(brighter, -0.2, 0.2);
        AssertSpread(stretched, 0.5, 1.5);
        // Values are clipped to black and white.
        Check.All(
            Enumerable.Range(0, 50).SelectMany(e => Write(Nothing with { Brightness = 1, Contrast = 1 }, two, 0, e)),
            v => Assert.InRange(v, 0, 255)
        );
    }

    [Fact]
    public void Erasing_fills_a_rectangle_of_the_allowed_area_with_noise()
    {
        const int Side = 20;
        FaceDataset black = Made.Images(Side, new byte[Side * Side]);
        var areas = new List<double>();
        for (int epoch = 0; epoch < 400; epoch++)
        {
            float[] output = Write(Nothing with { Erasing = 1, ErasingArea = 0.3 }, black, 0, epoch);
            int[] hit = [.. Enumerable.Range(0, output.Length).Where(i => output[i] > 0)];
            int tall = hit.Max(i => i / Side) - hit.Min(i => i / Side) + 1,
                wide = hit.Max(i => i % Side) - hit.Min(i => i % Side) + 1;
            Assert.Equal(tall * wide, hit.Length);
            Check.All(hit, i => Assert.InRange(output[i], 0, 255));

            // Sides are rounded to whole pixels.
            Assert.True(
                (tall - 0.5) * (wide - 0.5) <= 0.3 * Side * Side && (tall + 0.5) * (wide + 0.5) >= 0.02 * Side * Side,
                $"{tall}×{wide} is out of the limits."
            );
            Assert.InRange((tall - 0.5) / (wide + 0.5), 0, 1 / 0.3);
            Assert.InRange((wide - 0.5) / (tall + 0.5), 0, 1 / 0.3);
            areas.Add((double)hit.Length / (Side * Side));
        }

        Assert.True(areas.Min() < 0.05 && areas.Max() > 0.25);
        int untouched = Enumerable
            .Range(0, 400)
            .Count(e => Write(Nothing with { Erasing = 0.25 }, black, 0, e).All(v => v == 0));
        Assert.InRange(untouched, 260, 340);
    }

    [Theory]
    [InlineData("MeanDeviation")]
    [InlineData("Percentiles")]
    public void Images_are_normalised_after_all_else_at_every_size(string kind)
    {
        TrainingRecipe recipe = Everything with { CropNormalisation = Enum.Parse<CropNormalisationKind>(kind) };
        FaceDataset data = Made.Data(2, 0, side: 12);
        InputNormalisation normalisation = CropNormaliser.Of(
            CropNormaliser.Of(recipe.CropNormalisation),
            2f / 255,
            -1
        )!;
        foreach (int side in (int[])[12, 9])
        {
            float[] expected = Both(Everything, side);
            float[] found = Both(recipe, side);
            foreach (float[] image in expected.Chunk(side * side))
            {
                normalisation.Apply(image);
                Assert.Equal(image, found[..image.Length]);
                found = found[image.Length..];
            }
        }

        float[] Both(TrainingRecipe with, int side)
        {
            float[] output = new float[2 * side * side];
            var augmenter = new Augmenter(with, data, 2f / 255, -1);
            augmenter.Write(1, 3, false, side, side, output.AsSpan(0, side * side));
            augmenter.WriteUnchanged(0, side, side, output.AsSpan(side * side));
            return output;
        }
    }

    private static Affine Draw(TrainingRecipe recipe, int index)
    {
        SeededRandom random = SeededRandom.For(7, RandomPurpose.Augmentation, 0, index);
        return Affine.Draw(recipe, false, ref random);
    }

    private static void AssertSpread(List<double> values, double minimum, double maximum)
    {
        double margin = 0.05 * (maximum - minimum);
        Assert.InRange(values.Min(), minimum - 1e-5, minimum + margin);
        Assert.InRange(values.Max(), maximum - margin, maximum + 1e-5);
    }

    private static float[] Write(
        TrainingRecipe recipe,
        FaceDataset data,
        int index,
        int epoch,
        bool plain = false,
        int? side = null,
        float scale = 1,
        float offset = 0
    )
    {
        int size = side ?? data.Width;
        float[] output = new float[size * size];
        new Augmenter(recipe, data, scale, offset).Write(index, epoch, plain, size, size, output);
        return output;
    }

    private static float[] Sample(ReadOnlySpan<byte> image, int side, Affine map, int outputSide)
    {
        float[] output = new float[outputSide * outputSide];
        Augmenter.Sample(image, side, side, map, outputSide, outputSide, output);
        return output;
    }

    /// <summary>
    /// Each output pixel's centre through the map, and the mean of its four neighbours there by their distance, in
    /// double.
    /// </summary>
    private static double[] PlainSample(ReadOnlySpan<byte> image, int side, Affine map, int outputSide)
    {
        double[] output = new double[outputSide * outputSide];
        for (int i = 0; i < output.Length; i++)
        {
            double u = (((i % outputSide) + 0.5) / outputSide * 2) - 1,
                v = (((i / outputSide) + 0.5) / outputSide * 2) - 1;
            double x = Math.Clamp((((map.Xx * u) + (map.Xy * v) + map.X0 + 1) / 2 * side) - 0.5, 0, side - 1);
            double y = Math.Clamp((((map.Yx * u) + (map.Yy * v) + map.Y0 + 1) / 2 * side) - 0.5, 0, side - 1);
            for (int k = 0; k < 4; k++)
            {
                int column = Math.Min((int)x + (k % 2), side - 1),
                    row = Math.Min((int)y + (k / 2), side - 1);
                double weight =
                    (k % 2 == 0 ? 1 - (x - (int)x) : x - (int)x) * (k / 2 == 0 ? 1 - (y - (int)y) : y - (int)y);
                output[i] += weight * image[(row * side) + column];
            }
        }

        return output;
    }
}
