using Mien.Data;

namespace Mien.Training.Tests;

public class FramingErrorTests
{
    private const int Count = 20000;

    [Fact]
    public void At_full_strength_the_errors_have_the_measured_distributions()
    {
        Affine[] drawn = Draw(1);
        // The image has two units per side; the matrix is a rotation times the side.
        Moments(drawn.Select(a => a.X0 / 2.0), -0.0005, 0.0498);
        Moments(drawn.Select(a => a.Y0 / 2.0), -0.0027, 0.0552);
        Moments(drawn.Select(a => Math.Log(Math.Sqrt((a.Xx * a.Xx) + (a.Yx * a.Yx)))), 0.0036, 0.1721);
        double[] angles = [.. drawn.Select(a => Math.Atan2(a.Yx, a.Xx) * 180 / Math.PI)];
        Assert.Equal(0.2898, angles.Count(a => a != 0) / (double)Count, 0.01);
        Moments(angles.Where(a => a != 0), -1.6391, 20.7162);
        Check.All(drawn, a => Assert.Equal((a.Xx, a.Xy), (a.Yy, -a.Yx)));
    }

    [Fact]
    public void The_strength_scales_the_errors_and_changes_no_other_random_number()
    {
        Affine[] whole = Draw(1),
            half = Draw(0.5);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(whole[i].X0 / 2, half[i].X0, 1e-6);
            Assert.Equal(whole[i].Y0 / 2, half[i].Y0, 1e-6);
            Assert.Equal(Math.Atan2(whole[i].Yx, whole[i].Xx) / 2, Math.Atan2(half[i].Yx, half[i].Xx), 1e-6);
        }

        // The noise of random erasing comes after the framing and is the same.
        FaceDataset data = Made.Images(8, [.. Enumerable.Repeat((byte)100, 64)]);
        var recipe = new TrainingRecipe { Erasing = 1, Brightness = 0.2 };
        Assert.Equal(Image(recipe, data), Image(recipe with { Framing = 1 }, data), (a, b) => Math.Abs(a - b) < 1e-3);
    }

    [Fact]
    public void The_image_is_framed_first_and_then_augmented_and_plain_epochs_are_not_framed()
    {
        FaceDataset data = Made.Data(1, 0);
        var recipe = new TrainingRecipe { Framing = 1, Seed = 4 };
        float[] actual = Image(recipe, data);
        SeededRandom random = SeededRandom.For(4, RandomPurpose.Augmentation, 0, 0);
        Affine augmentation = Affine.Draw(recipe, false, ref random),
            error = FramingError.Draw(recipe, 0, 0);
        float[] expected = new float[64];
        // A point of the output goes through the augmentation into the framed crop, and from there into the image.
        (double u, double v) = (0.3, -0.4);
        (double x, double y) = At(error, At(augmentation, (u, v)));
        Affine both = augmentation.Then(error);
        Assert.Equal(x, At(both, (u, v)).X, 1e-6);
        Assert.Equal(y, At(both, (u, v)).Y, 1e-6);
        Augmenter.Sample(data.Image(0), 8, 8, both, 8, 8, expected);
        Assert.Equal(expected, actual);
        Assert.Equal(Image(recipe with { Framing = 0 }, data, plain: true), Image(recipe, data, plain: true));

        static (double X, double Y) At(Affine map, (double U, double V) p) =>
            ((map.Xx * p.U) + (map.Xy * p.V) + map.X0, (map.Yx * p.U) + (map.Yy * p.V) + map.Y0);
    }

    [Fact]
    public void A_mirrored_image_is_known_without_rendering_it()
    {
        FaceDataset data = Made.Images(2, [.. Enumerable.Repeat(new byte[] { 0, 200, 0, 200 }, 40)]);
        var augmenter = new Augmenter(new TrainingRecipe { Seed = 2 }, data, 1, 0);
        bool[] mirrored = [.. Enumerable.Range(0, 40).Select(i => augmenter.IsMirrored(i, 3))];
        Assert.InRange(mirrored.Count(m => m), 10, 30);
        float[] output = new float[4];
        for (int i = 0; i < mirrored.Length; i++)
        {
            augmenter.Write(i, 3, plain: true, 2, 2, output);
            Assert.Equal(mirrored[i], output[0] > output[1]);
        }
    }

    private static float[] Image(TrainingRecipe recipe, FaceDataset data, bool plain = false)
    {
        float[] output = new float[data.Width * data.Height];
        new Augmenter(recipe, data, 1, 0).Write(0, 0, plain, data.Height, data.Width, output);
        return output;
    }

    private static Affine[] Draw(double strength) =>
        [.. Enumerable.Range(0, Count).Select(i => FramingError.Draw(new TrainingRecipe { Framing = strength }, 1, i))];

    private static void Moments(IEnumerable<double> values, double mean, double deviation)
    {
        double[] all = [.. values];
        double found = all.Average();
        Assert.Equal(mean, found, 4 * deviation / Math.Sqrt(all.Length));
        // Errors beyond 2.5 standard deviations are cut to that, which takes two hundredths of the deviation.
        Assert.Equal(deviation, Math.Sqrt(all.Average(v => (v - found) * (v - found))), 0.04 * deviation);
    }
}
