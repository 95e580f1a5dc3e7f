using SkiaSharp;

namespace Mien.Tests;

/// <summary>The rendered heat map of an explanation.</summary>
public sealed class HeatMapTests
{
    [Theory]
    [InlineData(24, 24, 192, 192, 192)]
    [InlineData(24, 24, 10, 10, 10)]
    [InlineData(20, 40, 100, 50, 100)]
    [InlineData(40, 1, 4, 4, 1)]
    public void The_heat_map_has_the_requested_size(
        int width,
        int height,
        int side,
        int expectedWidth,
        int expectedHeight
    )
    {
        using SKBitmap map = Draw(
            new GrayImage(width, height, new byte[width * height]),
            new float[width * height],
            side
        );

        Assert.Equal((expectedWidth, expectedHeight), (map.Width, map.Height));
    }

    [Fact]
    public void Values_of_zero_show_the_face_unchanged_and_other_values_are_coloured()
    {
        GrayImage face = MarkedModel.Face();
        float[] values = new float[576];
        Array.Fill(values, 3f, 12 * 24, 8 * 24); // the rows 12 to 19
        Array.Fill(values, -3f, 0, 4 * 24);
        using SKBitmap map = Draw(face, values, 240);
        GrayImage enlarged = face.Resize(240, 240, ResizeKernel.Bicubic);

        for (int i = 0; i < 240; i++)
        {
            byte gray = enlarged.Pixels[(80 * 240) + i];
            Assert.Equal(new SKColor(gray, gray, gray), map.GetPixel(i, 80));
        }

        SKColor marked = map.GetPixel(200, 160),
            against = map.GetPixel(200, 15);
        Assert.True(marked.Red > marked.Blue + 30 && marked.Green > marked.Blue + 30, $"{marked} is not yellow.");
        Assert.True(against.Blue > against.Red + 20, $"{against} is not blue.");

        // The bright square of the face shows through.
        Assert.True(map.GetPixel(30, 160).Blue > marked.Blue + 20);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Colours_get_lighter_with_the_absolute_value_and_zero_is_transparent(int sign)
    {
        double[] lightness =
        [
            .. Enumerable
                .Range(0, 101)
                .Select(i => HeatColors.Over(0, sign * i / 100f))
                .Select(c => (0.2126 * c.Red) + (0.7152 * c.Green) + (0.0722 * c.Blue)),
        ];

        Assert.Equal(0, lightness[0]);
        Check.All(
            lightness.Zip(lightness.Skip(1)),
            p => Assert.True(p.Second >= p.First, $"{p.First} then {p.Second}")
        );
        Assert.InRange(lightness[100], 120, 255);
        Check.All(
            Enumerable.Range(0, 256),
            g => Assert.Equal(new AnnotationColor((byte)g, (byte)g, (byte)g), HeatColors.Over((byte)g, 0))
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4097)]
    public void A_size_out_of_range_is_refused(int side)
    {
        using ExpressionClassifier classifier = MarkedModel.Open();
        FaceExplanation explanation = classifier.Explain(MarkedModel.Face());
        Assert.Throws<ArgumentOutOfRangeException>(() => explanation.EncodePng(side));
    }

    private static SKBitmap Draw(GrayImage face, float[] values, int side) =>
        SKBitmap.Decode(new FaceExplanation("happiness", ExplanationMethod.Occlusion, face, values).EncodePng(side));
}
