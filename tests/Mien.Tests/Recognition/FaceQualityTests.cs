using System.Text.Json;

namespace Mien.Tests;

/// <summary>Size, sharpness, contrast and the edge of a photo, and the reasons that follow from them.</summary>
public sealed class FaceQualityTests
{
    private const int Side = 64;

    [Fact]
    public void White_noise_has_a_sharpness_of_20_and_a_gradient_none()
    {
        var random = new Random(3);
        Assert.InRange(Sharpness(_ => (byte)random.Next(256)), 18, 22);
        Assert.Equal(0, Sharpness(i => (byte)((i % Side * 2) + (i / Side))), 1e-4);
        Assert.Equal(0, Sharpness(_ => 77));
        Assert.Equal(64, Sharpness(i => (byte)(((i % Side) + (i / Side)) % 2 * 255)), 1.0);
    }

    [Fact]
    public void Blur_lowers_the_sharpness_and_brightness_and_contrast_do_not_change_it()
    {
        GrayImage face = SampleFaces.Face(Expression.Surprise).Resize(Side, Side, ResizeKernel.Bicubic);
        float sharp = Of(face).Sharpness;
        float before = sharp;
        foreach (int side in new[] { 32, 20, 12 })
        {
            float after = Of(
                face.Resize(side, side, ResizeKernel.Bicubic).Resize(Side, Side, ResizeKernel.Bicubic)
            ).Sharpness;
            Assert.True(after < before * 0.9f, $"{side}: {after} after {before}");
            before = after;
        }

        byte[] pale = [.. face.Pixels.Select(p => (byte)Math.Round(100 + (p * 0.5)))];
        Assert.Equal(sharp, Of(new GrayImage(Side, Side, pale)).Sharpness, sharp * 0.06);
    }

    [Fact]
    public void Contrast_is_the_standard_deviation()
    {
        Assert.Equal(127.5, Of(Image(i => (byte)(i % 2 * 255))).Contrast, 1e-3);
        Assert.Equal(10, Of(Image(i => (byte)(90 + (i % 2 * 20)))).Contrast, 1e-3);
        Assert.Equal(0, Of(Image(_ => 200)).Contrast);
    }

    [Theory]
    [InlineData(40, 40, 100, 120, false, 110)]
    [InlineData(1, 1, 398, 358, false, 378)]
    [InlineData(0, 40, 100, 100, true, 100)]
    [InlineData(40, 0.4f, 100, 100, true, 100)]
    [InlineData(300, 40, 100, 100, true, 100)]
    [InlineData(40, 260, 100, 100, true, 100)]
    [InlineData(-20, -20, 440, 400, true, 420)]
    public void A_given_box_has_a_size_and_may_touch_the_edge(
        float x,
        float y,
        float w,
        float h,
        bool touches,
        float size
    )
    {
        using Photo photo = MadePhotos.Photo(MadePhotos.Single());
        FaceQuality quality = Recognize(photo, new FaceBox(x, y, w, h)).Quality;

        Assert.Equal((size, touches, null), (quality.Size, quality.TouchesEdge, quality.Yaw));
        Assert.InRange(quality.Contrast, 0, 127.5f);
    }

    [Fact]
    public void A_detected_face_has_all_values()
    {
        using Photo photo = MadePhotos.Photo(MadePhotos.Single());
        RecognizedFace face = Assert.Single(Recognizers.Shared.Recognize(photo).Faces);

        Assert.Equal((face.Box.Width + face.Box.Height) / 2, face.Quality.Size);
        Assert.False(face.Quality.TouchesEdge);
        Assert.InRange(face.Quality.Yaw!.Value, -15, 15);
        Assert.InRange(face.Quality.Contrast, 20, 100);
        Assert.InRange(face.Quality.Sharpness, 0.01f, 5);
        Assert.DoesNotContain(UncertainReason.Profile, face.UncertainReasons);
    }

    [Fact]
    public void A_large_photo_that_is_decoded_at_a_reduced_scale_has_sizes_in_full_resolution()
    {
        GrayImage large = MadePhotos.Single().Resize(4000, 3600, ResizeKernel.Bilinear);
        byte[] file = ImageFiles.Encode(large, SkiaSharp.SKEncodedImageFormat.Jpeg, 80);
        RecognizedFace face = Assert.Single(Recognizers.Shared.Recognize(file).Faces);

        Assert.InRange(face.Quality.Size, 900, 1400);
        Assert.False(face.Quality.TouchesEdge);
    }

    [Theory]
    [InlineData(15, 16, true)]
    [InlineData(16, 16, false)]
    [InlineData(12, 20, false)]
    [InlineData(1, 1, true)]
    public void A_crop_of_less_than_16_pixels_is_too_small(int width, int height, bool small)
    {
        GrayImage crop = SampleFaces.Face(Expression.Happiness).Resize(width, height, ResizeKernel.Bicubic);
        RecognizedFace alone = Assert.Single(Recognizers.Shared.Recognize(crop.EncodePng()).Faces);
        PreparedCrop prepared = Recognizers.Shared.PrepareCrop(crop.EncodePng(), null, new RecognitionOptions())!;
        RecognizedFace batched = Recognizers.Shared.RecognizeCrops([prepared])[0].Faces[0];

        Assert.Equal(small, alone.UncertainReasons.Contains(UncertainReason.TooSmall));
        Assert.Equal(((width + height) / 2f, false, null), Tuple(alone.Quality));
        Assert.Equal(alone.Quality, batched.Quality);
        Assert.Equal(alone.UncertainReasons, batched.UncertainReasons);

        static (float, bool, float?) Tuple(FaceQuality q) => (q.Size, q.TouchesEdge, q.Yaw);
    }

    [Fact]
    public void A_given_box_without_a_face_is_not_a_face()
    {
        using Photo photo = MadePhotos.Photo(MadePhotos.Group());
        var boxes = new List<FaceBox> { new(20, 300, 120, 120), new(500, 330, 60, 60), new(300, 10, 10, 12) };
        boxes.AddRange(MadePhotos.GroupFaces.Select(f => new MadeFace("", f.X, f.Y, f.Side).Box));

        RecognitionResult result = Recognizers.Shared.Recognize(
            photo,
            options: new RecognitionOptions { Boxes = boxes }
        );

        Assert.Equal(
            [true, true, true, false, false, false],
            result.Faces.Select(f => f.UncertainReasons.Contains(UncertainReason.NotAFace))
        );
        Assert.Equal(
            [false, false, true, false, false, false],
            result.Faces.Select(f => f.UncertainReasons.Contains(UncertainReason.TooSmall))
        );
        Assert.Equal("too small, not a face", Text(result.Faces[2].UncertainReasons.Skip(2)));
    }

    [Fact]
    public void Reasons_are_in_the_order_of_the_enum()
    {
        UncertainReason[] all = Enum.GetValues<UncertainReason>();
        var sure = new ExpressionResult(new LabelScores(Expressions.Names, [1, 0, 0, 0, 0, 0, 0]));
        byte[] face = SampleFaces.Crop(Expression.Anger).Pixels;
        var good = new FaceQuality(16, 1, 50, true, -60);

        Assert.Equal(
            all,
            Uncertainty.Of(sure, 1.1f, new byte[9], good with { Size = 15.9f, Yaw = 61 }, 0.4f, isUnlike: true)
        );
        Assert.Empty(Uncertainty.Of(sure, 0.5f, face, good, 0.5f));
        Assert.Equal([UncertainReason.Profile], Uncertainty.Of(sure, 0.5f, face, good with { Yaw = -60.5f }));
        Assert.Equal("no contrast, too small, not a face, profile, unlike the training faces", Text(all));
        Assert.Equal(
            ["lowConfidence", "noContrast", "tooSmall", "notAFace", "profile", "unlikeTrainingFaces"],
            all.Select(r => r.Name())
        );
    }

    [Fact]
    public void The_values_are_in_JSON()
    {
        using Photo photo = MadePhotos.Photo(MadePhotos.Single());
        JsonElement detected = Json(Recognizers.Shared.Recognize(photo));
        JsonElement given = Json(
            Recognizers.Shared.Recognize(
                photo,
                options: new RecognitionOptions { Boxes = [new FaceBox(0, 0, 99.999f, 99.999f)] }
            )
        );

        Assert.Equal(
            ["size", "sharpness", "contrast", "touchesEdge", "yaw"],
            detected.EnumerateObject().Select(p => p.Name)
        );
        Assert.Equal(JsonValueKind.Number, detected.GetProperty("yaw").ValueKind);
        Assert.Equal(JsonValueKind.Null, given.GetProperty("yaw").ValueKind);
        Assert.Equal("100", given.GetProperty("size").GetRawText());
        Assert.True(given.GetProperty("touchesEdge").GetBoolean());

        static JsonElement Json(RecognitionResult result) =>
            JsonDocument
                .Parse(RecognitionJson.ToJson(result))
                .RootElement.GetProperty("faces")[0]
                .GetProperty("quality");
    }

    private static string Text(IEnumerable<UncertainReason> reasons) => Uncertainty.Text([.. reasons]);

    private static RecognizedFace Recognize(Photo photo, FaceBox box) =>
        Assert.Single(Recognizers.Shared.Recognize(photo, options: new RecognitionOptions { Boxes = [box] }).Faces);

    private static float Sharpness(Func<int, byte> pixel) => Of(Image(pixel)).Sharpness;

    private static FaceQuality Of(GrayImage image) => FaceQuality.OfCrop(image.Width, image.Height, image);

    private static GrayImage Image(Func<int, byte> pixel) =>
        new(Side, Side, [.. Enumerable.Range(0, Side * Side).Select(pixel)]);
}
