namespace Mien.Evaluation.Tests;

public class CorruptionsTests
{
    private static readonly byte[] Some = [.. Enumerable.Range(0, 48).Select(i => (byte)(i * 53))]; // 8×6

    private static byte[] Apply(byte[] image, int width, int height, Corruption corruption, double strength)
    {
        byte[] result = new byte[image.Length];
        Corruptions.Apply(image, width, height, corruption, strength, result);
        return result;
    }

    [Theory]
    [InlineData(Corruption.Blur, 0)]
    [InlineData(Corruption.Darkness, 1)]
    [InlineData(Corruption.Roll, 0)]
    [InlineData(Corruption.Roll, 360)]
    [InlineData(Corruption.LowResolution, 8)]
    [InlineData(Corruption.LowResolution, 100)]
    public void Zero_strength_changes_nothing(object corruption, double strength) =>
        Assert.Equal(Some, Apply(Some, 8, 6, (Corruption)corruption, strength));

    [Fact]
    public void A_blurred_impulse_is_the_gaussian()
    {
        byte[] image = new byte[49]; // 7×7
        image[24] = 255;
        byte[] blurred = Apply(image, 7, 7, Corruption.Blur, 1);

        // Weights e^(−d²/2) for d = 0..3: 1, 0.606531, 0.135335, 0.011109; their sum over both sides is 2.505950.
        double[] weight = [1 / 2.505950, 0.606531 / 2.505950, 0.135335 / 2.505950, 0.011109 / 2.505950];
        for (int y = 0; y < 7; y++)
        {
            for (int x = 0; x < 7; x++)
            {
                Assert.Equal(
                    (byte)((255 * weight[Math.Abs(x - 3)] * weight[Math.Abs(y - 3)]) + 0.5),
                    blurred[(y * 7) + x]
                );
            }
        }

        Assert.Equal(41, blurred[24]); // 255 · 0.399050² = 40.6
        Assert.Equal(25, blurred[25]); // 255 · 0.399050 · 0.242036 = 24.6
    }

    [Fact]
    public void A_uniform_image_stays_uniform_under_blur_roll_and_low_resolution()
    {
        byte[] even = [.. Enumerable.Repeat((byte)137, 100)];

        foreach (
            (Corruption corruption, double strength) in new[]
            {
                (Corruption.Blur, 2.5),
                (Corruption.Roll, 33),
                (Corruption.LowResolution, 3),
            }
        )
        {
            Assert.Equal(even, Apply(even, 10, 10, corruption, strength));
        }
    }

    [Fact]
    public void Darkness_multiplies_gray_values_and_rounds_half_up() =>
        Assert.Equal([0, 51, 26, 1, 0], Apply([0, 255, 128, 3, 2], 5, 1, Corruption.Darkness, 0.2)); // 25.6, 0.6, 0.4

    [Fact]
    public void A_quarter_turn_is_clockwise()
    {
        byte[] image = [1, 2, 3, 4, 5, 6, 7, 8, 9];

        Assert.Equal([7, 4, 1, 8, 5, 2, 9, 6, 3], Apply(image, 3, 3, Corruption.Roll, 90));
        Assert.Equal([3, 6, 9, 2, 5, 8, 1, 4, 7], Apply(image, 3, 3, Corruption.Roll, -90));
    }

    [Fact]
    public void A_rotated_image_is_interpolated_between_pixels_and_repeats_its_edge()
    {
        // 3×1, rotated by 60°: the pixel at offset −1 comes from −cos 60° = −0.5, up or down by 0.87, where the row
        // repeats.
        Assert.Equal([50, 100, 150], Apply([0, 100, 200], 3, 1, Corruption.Roll, 60));
    }

    [Fact]
    public void Low_resolution_averages_the_pixels_that_fall_together()
    {
        // Black and white stripes of one pixel, at half the resolution: each pixel averages one of either, 127.5.
        byte[] stripes = [.. Enumerable.Range(0, 64).Select(i => (byte)(i % 2 * 255))];

        Check.All(Apply(stripes, 8, 8, Corruption.LowResolution, 4), p => Assert.Equal(128, p));
    }

    [Fact]
    public void Jpeg_deviates_more_the_lower_its_quality()
    {
        byte[] image =
        [
            .. Enumerable
                .Range(0, 48 * 48)
                .Select(i => (byte)(128 + (100 * Math.Sin(i / 48 * 0.4) * Math.Cos(i % 48 * 0.5)))),
        ];
        double[] errors =
        [
            .. new double[] { 95, 50, 5 }.Select(q =>
                Apply(image, 48, 48, Corruption.Jpeg, q).Zip(image, (a, b) => (double)Math.Abs(a - b)).Average()
            ),
        ];

        Assert.InRange(errors[0], 0.01, 2);
        Assert.True(errors[0] < errors[1] && errors[1] < errors[2], string.Join(' ', errors));
        Assert.Equal(Apply(image, 48, 48, Corruption.Jpeg, 30), Apply(image, 48, 48, Corruption.Jpeg, 30));
    }

    [Fact]
    public void Every_corruption_has_five_strengths_that_change_an_image()
    {
        byte[] image = [.. Enumerable.Range(0, 48 * 48).Select(i => (byte)(i * 131))];
        foreach (Corruption corruption in Enum.GetValues<Corruption>())
        {
            IReadOnlyList<double> strengths = Corruptions.Strengths(corruption);
            Assert.Equal(5, strengths.Distinct().Count());
            Check.All(strengths, s => Assert.NotEqual(image, Apply(image, 48, 48, corruption, s)));
        }
    }

    [Theory]
    [InlineData(Corruption.Blur, -1)]
    [InlineData(Corruption.Darkness, 1.1)]
    [InlineData(Corruption.Roll, double.NaN)]
    [InlineData(Corruption.LowResolution, 0)]
    [InlineData(Corruption.Jpeg, 0)]
    [InlineData((Corruption)9, 1)]
    public void A_strength_out_of_range_is_rejected(object corruption, double strength) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Apply(Some, 8, 6, (Corruption)corruption, strength));

    [Fact]
    public void A_span_of_another_length_is_rejected() =>
        Assert.Throws<ArgumentException>(() => Corruptions.Apply(Some, 8, 5, Corruption.Blur, 1, new byte[40]));
}
