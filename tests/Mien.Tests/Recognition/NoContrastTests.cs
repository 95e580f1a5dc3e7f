using System.Text.Json;
using SkiaSharp;

namespace Mien.Tests;

/// <summary>A crop that shows nothing is uncertain, whatever the network says of it.</summary>
public sealed class NoContrastTests
{
    private static readonly UncertainReason[] NoContrast = [UncertainReason.NoContrast];

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(128)]
    [InlineData(255)]
    public void A_crop_of_one_gray_value_is_uncertain(int gray)
    {
        RecognizedFace face = Recognize(Blank(gray, 0));
        Assert.Contains(UncertainReason.NoContrast, face.UncertainReasons);
        Assert.True(face.IsUncertain);
        Assert.EndsWith("(uncertain)", face.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(3, null)]
    [InlineData(5, null)]
    [InlineData(1, 30)]
    [InlineData(5, 5)]
    public void An_almost_blank_crop_is_uncertain(int noise, int? jpegQuality)
    {
        GrayImage crop = Blank(100, noise);
        byte[] file = jpegQuality is { } quality
            ? ImageFiles.Encode(crop, SKEncodedImageFormat.Jpeg, quality)
            : crop.EncodePng();
        Assert.Contains(
            UncertainReason.NoContrast,
            Assert.Single(Recognizers.Shared.Recognize(file).Faces).UncertainReasons
        );
    }

    [Fact]
    public void Specks_give_a_blank_crop_no_contrast()
    {
        GrayImage crop = Blank(30, 0);
        for (int i = 0; i < 20; i++)
        {
            crop.Pixels[i * 97] = 255;
        }

        Assert.Contains(UncertainReason.NoContrast, Recognize(crop).UncertainReasons);
    }

    [Fact]
    public void Faces_have_contrast()
    {
        foreach (string name in Check.NotEmpty(Directory.GetFiles(Path.Combine(Repository.Root, "samples", "faces"))))
        {
            RecognizedFace face = Assert.Single(Recognizers.Shared.Recognize(name).Faces);
            Assert.DoesNotContain(UncertainReason.NoContrast, face.UncertainReasons);
            Assert.Equal(
                face.Confidence < Recognizers.Shared.UncertainBelow ? [UncertainReason.LowConfidence] : [],
                face.UncertainReasons
            );
        }
    }

    [Fact]
    public void A_given_box_on_a_blank_part_of_a_photo_is_uncertain()
    {
        GrayImage photo = Blank(90, 1, 300);
        for (int y = 0; y < 300; y++)
        {
            for (int x = 150; x < 300; x++)
            {
                photo.Pixels[(y * 300) + x] = (byte)((x * 7) + (y * 3)); // something to see
            }
        }

        RecognitionResult result = Recognizers.Shared.Recognize(
            photo.EncodePng(),
            "a",
            new RecognitionOptions { Boxes = [new FaceBox(40, 40, 60, 60), new FaceBox(200, 40, 60, 60)] }
        );

        Assert.Contains(UncertainReason.NoContrast, result.Faces[0].UncertainReasons);
        Assert.DoesNotContain(UncertainReason.NoContrast, result.Faces[1].UncertainReasons);
    }

    [Fact]
    public void Crops_that_share_a_run_are_uncertain_each_for_itself()
    {
        byte[] face = SampleFaces.CropFile(Expression.Happiness);
        PreparedCrop[] crops =
        [
            .. new[] { Blank(0, 0).EncodePng(), face }.Select(f =>
                Recognizers.Shared.PrepareCrop(f, null, new RecognitionOptions())!
            ),
        ];

        RecognitionResult[] results = Recognizers.Shared.RecognizeCrops(crops);

        Assert.Contains(UncertainReason.NoContrast, results[0].Faces[0].UncertainReasons);
        Assert.Empty(results[1].Faces[0].UncertainReasons);
    }

    [Fact]
    public void A_face_can_have_both_reasons_and_they_are_in_its_json()
    {
        byte[] blank = Blank(0, 0).EncodePng();
        using FaceExpressionRecognizer strict = Recognizers.Create(new RecognizerOptions { UncertainBelow = 1 });
        using FaceExpressionRecognizer lenient = Recognizers.Create(new RecognizerOptions { UncertainBelow = 0 });
        RecognitionResult both = strict.Recognize(blank),
            one = lenient.Recognize(blank);

        Assert.Equal([UncertainReason.LowConfidence, UncertainReason.NoContrast], both.Faces[0].UncertainReasons);
        Assert.Equal(NoContrast, one.Faces[0].UncertainReasons);
        Assert.Equal(["lowConfidence", "noContrast"], Reasons(both));
        Assert.Equal(["noContrast"], Reasons(one));
        Assert.Empty(Reasons(lenient.Recognize(Path.Combine(Repository.Root, "samples", "faces", "fear.png"))));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((UncertainReason)9).Name());

        static string?[] Reasons(RecognitionResult result)
        {
            JsonElement face = JsonDocument.Parse(RecognitionJson.ToJson(result)).RootElement.GetProperty("faces")[0];
            string?[] reasons = [.. face.GetProperty("uncertainReason").EnumerateArray().Select(r => r.GetString())];
            Assert.Equal(reasons.Length > 0, face.GetProperty("uncertain").GetBoolean());
            return reasons;
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(11, 11)]
    [InlineData(12, 12)]
    [InlineData(255, 255)]
    public void Contrast_is_the_spread_of_the_gray_values(int spread, int expected)
    {
        byte[] crop = new byte[48 * 48];
        crop.AsSpan(0, 24).Fill((byte)spread); // more than a hundredth of them
        Assert.Equal(expected, Uncertainty.Contrast(crop));
        Array.Reverse(crop);
        Assert.Equal(expected, Uncertainty.Contrast(crop));
        crop.AsSpan(crop.Length - 1).Clear();
        Assert.Equal(0, Uncertainty.Contrast(crop));
    }

    private static RecognizedFace Recognize(GrayImage crop) =>
        Assert.Single(Recognizers.Shared.Recognize(crop.EncodePng()).Faces);

    /// <summary>One gray value, and values up to so much beside it.</summary>
    private static GrayImage Blank(int gray, int noise, int side = 48)
    {
        var random = new Random(7);
        byte[] pixels = new byte[side * side];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)Math.Clamp(gray + random.Next(-noise, noise + 1), 0, 255);
        }

        return new GrayImage(side, side, pixels);
    }
}
